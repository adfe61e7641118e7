"""Where the last evening ended: what was heard, how it danced, where it was sent; the next one begins with that."""

import logging
from collections.abc import Callable
from pathlib import Path

import msgspec
import platformdirs

from realtime.commands import Command, MuteTargets, SetEnergy, SetGain, SetGate, SetOffset, SetSmoothing, SetStyle
from realtime.health import HealthSnapshot

logger = logging.getLogger("farandole.session")
_EVERY_S = 2.0


class Session(msgspec.Struct, frozen=True):
    """What a person set during a show.

    Attributes:
        preset: its name.
        input: "demo", "host API: name", or "" for the default input.
        targets: instead of those of the preset; none leaves it its own.
        energy, style, smoothing, offset_s, gain_db, gate_db, muted: see `HealthSnapshot`.
    """

    preset: str
    input: str = "demo"
    targets: tuple[str, ...] = ()
    energy: float = 0.5
    style: float = 0.5
    smoothing: float = 0.25
    offset_s: float = 0.0
    gain_db: float = 0.0
    gate_db: float = -120.0
    muted: bool = False

    @classmethod
    def of(cls, snapshot: HealthSnapshot, *, input_name: str, targets: tuple[str, ...]) -> "Session":
        """Return the session that a snapshot shows."""
        return cls(
            preset=snapshot.preset,
            input=input_name,
            targets=targets,
            energy=round(snapshot.energy_control, 3),
            style=round(snapshot.style_control, 3),
            smoothing=round(snapshot.smoothing_control, 3),
            offset_s=snapshot.offset_s,
            gain_db=snapshot.gain_db,
            gate_db=snapshot.gate_db,
            muted=snapshot.muted,
        )

    def commands(self) -> tuple[Command, ...]:
        """Return what brings a show that plays the preset to where it was."""
        return (
            SetEnergy(self.energy),
            SetStyle(self.style),
            SetSmoothing(self.smoothing),
            SetOffset(self.offset_s),
            SetGain(self.gain_db),
            SetGate(self.gate_db),
            MuteTargets(self.muted),
        )


class SessionFile:
    """Keeps a session on disk, at most every two seconds and only when something changed. One thread calls `keep`.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: Session | None = None
        self._next_s = float("-inf")

    def keep(self, session: Callable[[], Session], now_s: float) -> None:
        """Write the session when it is time and it has changed; a full disk costs the memory of it, nothing else."""
        if now_s < self._next_s:
            return
        self._next_s = now_s + _EVERY_S
        current = session()
        if current == self._kept:
            return
        self._kept = current
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_suffix(".new")
            fresh.write_bytes(msgspec.json.format(msgspec.json.encode(current)))
            fresh.replace(self._path)
        except OSError as error:
            logger.warning("%s: this evening cannot be kept: %s", self._path, error)


def load(path: Path) -> Session | None:
    """Return the session kept at `path`; None when there is none, or none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Session)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        logger.warning("%s: expected the last evening, got: %s. Starting afresh.", path, error)
        return None


def default_path() -> Path:
    """Return where the session of this person lives."""
    return platformdirs.user_config_path("farandole", appauthor=False) / "session.json"
