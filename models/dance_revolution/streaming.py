"""The network as it runs: music frame by frame into a ring of keys and values, poses frame by frame out of the cells.

The state of the cells is a value: a plan of what is not heard yet starts from it, and is forgotten.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.dance_revolution.choosing import NO_MOVE, choose
from models.dance_revolution.positions import POSITIONS, sinusoids
from models.dance_revolution.styles import slider_of
from models.runtime.session import Session
from models.style_slider import Slider, style_at
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
        """Return the encoding (1, heard) of one more frame (inputs,), and the hearing after it."""
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
    """Where a dance is.

    Attributes:
        pose: shape (1, pose), the newest; `before` the one before it.
        hidden, cell: shape (3, 1, units), what the cells remember.
        seed: of the moves that are drawn.
        move: that is meant; see `models.dance_revolution.choosing`.
        half_beat: that it was drawn for; None before the first step.
        odds: shape (moves,), logits of the move that comes next.
    """

    pose: Floats
    before: Floats
    hidden: Floats
    cell: Floats
    seed: int = 0
    move: int = NO_MOVE
    half_beat: int | None = None
    odds: Floats | None = None


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
        moves: int = 0,
        styles: int = 0,
        slider: Slider[int] = (),
        temperature: float = 1.0,
    ) -> None:
        """Run a session of the graph `dance`.

        Args:
            session: see there.
            units: of each cell.
            random_state: whether a seed chooses the state to begin in.
            residual: whether the graph wants the pose before and a drive.
            drive: at which the dance moves as much as people do.
            moves: how many it chooses from.
            styles: how many it knows.
            slider: of the styles that can be asked for; where it is empty, none is.
            temperature: of the choice.
        """
        self._moves, self._styles, self._temperature = moves, styles, temperature
        self._slider = slider
        self._session, self._residual, self._drive = session, residual, drive
        self._units, self._random_state = units, random_state

    def begin(self, pose: Floats, seed: int) -> Dancing:
        """Return a dance that begins in a pose (152,); another seed dances otherwise."""
        shape = (2, 3, 1, self._units)
        state = np.random.default_rng(seed).standard_normal(shape) if self._random_state else np.zeros(shape)
        hidden, cell = state.astype(np.float32)
        first = pose[None].astype(np.float32)
        return Dancing(first, first, hidden, cell, seed)

    def move(
        self, dancing: Dancing, encoded: Floats, *, half_beat: int = 0, energy: float = 0.5, style: float = 0.5
    ) -> Dancing:
        """Return the dance one frame on.

        Args:
            dancing: where it is.
            encoded: shape (1, heard), the music of that frame.
            half_beat: that the step belongs to; with another one another move begins.
            energy: 0 as the network was trained, which is shy; 0.5 as much as people move; 1 beyond. Only heeded by a
                network that is `residual`.
            style: a place of the slider, 0 to 1.
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
        move = dancing.move
        if self._moves:
            if dancing.odds is not None and half_beat != dancing.half_beat:
                move = choose(dancing.odds, seed=dancing.seed, half_beat=half_beat, temperature=self._temperature)
            inputs["move"] = np.zeros((1, self._moves + 1), np.float32)
            inputs["move"][0, move] = 1.0
            inputs["style"] = self._style(style)
        result = self._session.run(inputs)
        return Dancing(
            result["next_pose"],
            dancing.pose,
            result["next_hidden"],
            result["next_cell"],
            dancing.seed,
            move,
            half_beat,
            result["odds"][0] if self._moves else None,
        )

    def _style(self, wish: float) -> Floats:
        """Return the style that is asked for: shape (1, styles)."""
        style = np.zeros((1, self._styles), np.float32)
        if self._slider:
            style[0, style_at(self._slider, wish)] = 1.0
        return style


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
        moves=int(str(settings.get("moves", 0))),
        styles=int(str(settings.get("styles", 0))),
        slider=slider_of(bundle),
        temperature=float(str(settings.get("temperature", 1.0))),
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
