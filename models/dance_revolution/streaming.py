"""The network as it runs: music frame by frame into a ring of keys and values, poses frame by frame out of the cells.

The state of the cells is a value: a plan of what is not heard yet starts from it, and is forgotten.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.dance_revolution.positions import POSITIONS, sinusoids
from models.runtime.session import Session
from realtime.errors import BundleError

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Hearing:
    """What was heard: the ring, and how many frames came so far.

    Attributes:
        keys: shape (layers, heads, window, head_width); frame n lies at n modulo window.
        values: the same.
        frames: heard so far.
    """

    keys: Floats
    values: Floats
    frames: int = 0


class Ear:
    """Runs `hear`. Listening writes into the ring of the hearing that it is given."""

    def __init__(self, session: Session, *, layers: int, heads: int, head_width: int, window: int, width: int) -> None:
        self._session = session
        self._ring = (layers, heads, window, head_width)
        self._table = sinusoids(width)

    def begin(self) -> Hearing:
        """Return the hearing of one who has heard nothing."""
        return Hearing(np.zeros(self._ring, np.float32), np.zeros(self._ring, np.float32))

    def listen(self, hearing: Hearing, music: Floats) -> tuple[Floats, Hearing]:
        """Return the encoding (1, width) of one more frame (438,), and the hearing after it."""
        window = self._ring[2]
        position = hearing.frames % POSITIONS
        result = self._session.run(
            {
                "music": np.ascontiguousarray(music[None], np.float32),
                "position": self._table[position : position + 1],
                "keys": hearing.keys,
                "values": hearing.values,
                "empty": (np.arange(window) >= hearing.frames).astype(np.float32),
            }
        )
        place = hearing.frames % window
        hearing.keys[:, :, place] = result["key"][:, :, 0]
        hearing.values[:, :, place] = result["value"][:, :, 0]
        return result["encoded"], replace(hearing, frames=hearing.frames + 1)


@dataclass(frozen=True)
class Dancing:
    """Where a dance is: its newest pose and the one before (1, pose), and what the cells remember, (3, 1, units)."""

    pose: Floats
    before: Floats
    hidden: Floats
    cell: Floats


class Body:
    """Runs `dance`."""

    def __init__(
        self,
        session: Session,
        *,
        units: int,
        random_state: bool = True,
        residual: bool = False,
        drive: float = 1.0,
    ) -> None:
        """Run a session of the graph `dance`.

        Args:
            session: see there.
            units: of each cell.
            random_state: whether a seed chooses the state to begin in.
            residual: whether the graph wants the pose before and a drive.
            drive: at which the dance moves as much as people do.
        """
        self._session, self._residual, self._drive = session, residual, drive
        self._units, self._random_state = units, random_state

    def begin(self, pose: Floats, seed: int) -> Dancing:
        """Return a dance that begins in a pose (152,); another seed dances otherwise."""
        shape = (2, 3, 1, self._units)
        state = np.random.default_rng(seed).standard_normal(shape) if self._random_state else np.zeros(shape)
        hidden, cell = state.astype(np.float32)
        first = pose[None].astype(np.float32)
        return Dancing(first, first, hidden, cell)

    def move(self, dancing: Dancing, encoded: Floats, *, energy: float = 0.5) -> Dancing:
        """Return the dance one frame on.

        Args:
            dancing: where it is.
            encoded: shape (1, width), the music of that frame.
            energy: 0 as the network was trained, which is shy; 0.5 as much as people move; 1 beyond. Only heeded by a
                network that is `residual`.
        """
        inputs: dict[str, Floats] = {
            "pose": dancing.pose,
            "encoded": encoded,
            "hidden": dancing.hidden,
            "cell": dancing.cell,
        }
        if self._residual:
            inputs["before"] = dancing.before
            drive = 1.0 + 2.0 * min(max(energy, 0.0), 1.0) * (self._drive - 1.0)
            inputs["drive"] = np.array([drive], np.float32)
        result = self._session.run(inputs)
        return Dancing(result["next_pose"], dancing.pose, result["next_hidden"], result["next_cell"])


def make_ear(bundle: Bundle, session: Session) -> Ear:
    """Return what runs the graph `hear` of a bundle."""
    sizes = {key: setting(bundle, key) for key in ("layers", "heads", "head_width", "window", "width")}
    return Ear(session, **sizes)


def make_body(bundle: Bundle, session: Session) -> Body:
    """Return what runs the graph `dance` of a bundle."""
    settings = bundle.spec.settings
    return Body(
        session,
        units=setting(bundle, "units"),
        random_state=bool(settings["random_state"]),
        residual=bool(settings["residual"]),
        drive=float(str(settings.get("drive", 1.0))),
    )


def setting(bundle: Bundle, name: str) -> int:
    """Return a size of the network from its bundle.

    Raises:
        BundleError: the bundle does not say.
    """
    value = bundle.spec.settings.get(name)
    if not isinstance(value, int):
        raise BundleError(f"{bundle.folder}: settings.{name} must be a whole number, got {value!r}")
    return value
