"""Paired takes as a network wants them: motion, sound and the tracker's clock, all 30 times a second.

Reads what `farandole data pair` wrote. The sound of motion frame k is that of the hops of the thirtieth before it, and
the clock is the one that the live tracker held at that moment, errors included: it is *extrapolated*, never corrected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.live.tokens import STYLES, TOKEN_FRAMES
from models.representation import FPS, Motion, encode
from models.training.data.store import TakeInfo, read_index
from realtime.motion.kinematics import forward_kinematics
from realtime.music import conditioning
from realtime.types import FloatArray

_STYLE_OF = {
    "salsa": "salsa",
    "lambada": "latin",
    "charleston": "latin",
    "break": "street",
    "street jazz": "street",
    "michael-jackson-style": "michael-jackson",
    "indian": "indian",
    "modern/ballet": "modern",
}


@dataclass(frozen=True)
class Take:
    """One stretch of motion with the music it is paired with.

    Attributes:
        name, style: as imported; `style_id` is its place in `STYLES`, or -1.
        features: shape (T, FEATURES) of the motion.
        sound: shape (T + before, SOUND); frame `before` is that of motion frame 0. Empty without music.
        clock: shape (T + before, 6): tempo_bpm, origin_s, origin_beat, rate_hz, confidence, beats_per_bar.
        before: frames of music before the motion begins.
        start_s: time of motion frame 0 in the music.
        vigour: shape (T,): how much the body moves around each frame, metres a second.
        accents: shape (T,): strength of the accents, 0 to 1.
    """

    name: str
    style: str
    style_id: int
    features: FloatArray
    sound: FloatArray
    clock: FloatArray
    before: int
    start_s: float
    vigour: FloatArray
    accents: FloatArray


def load_takes(folder: Path, *, split: str, kinds: Sequence[str] = ("dance",)) -> list[Take]:
    """Return the takes of one side of the split, in the order of their names.

    Raises:
        FarandoleError: the folder is not a paired data set, or has no such take.
    """
    return [_load(folder, take) for take in read_index(folder, split=split, kinds=kinds)]


def style_named(style: str) -> str | None:
    """Return what the dancer calls a style of the data, one of `STYLES`; None where it knows none such."""
    name = _STYLE_OF.get(style, style)
    return name if name in STYLES else None


def vigour_of(root_m: FloatArray, rotations_wxyz: FloatArray) -> FloatArray:
    """Return (T,): the mean speed of the joints in the second around each frame, metres a second."""
    positions_m = forward_kinematics(root_m, rotations_wxyz).positions_m
    speed = np.linalg.norm(np.diff(positions_m, axis=0, prepend=positions_m[:1]), axis=-1).mean(axis=1) * FPS
    width = round(FPS)
    padded = np.pad(speed, (width // 2, width - width // 2 - 1), mode="edge")
    return np.convolve(padded, np.ones(width) / width, mode="valid")


def _load(folder: Path, take: TakeInfo) -> Take:
    with np.load(folder / f"{take.name}.npz") as stored:
        root_m = stored["root_m"].astype(np.float64)
        rotations_wxyz = stored["rotations_wxyz"].astype(np.float64)
        contacts = stored["contacts"].astype(np.float64)
        accents = stored["accents"].astype(np.float32)
        hops = {name: stored[name] for name in stored.files if name.startswith("hop_")}
    name = style_named(take.style)
    before, sound, clock = _music(hops, take.start_s, len(root_m))
    return Take(
        name=take.name,
        style=take.style,
        style_id=-1 if name is None else STYLES.index(name),
        features=encode(Motion(root_m, rotations_wxyz, contacts)).astype(np.float32),
        sound=sound,
        clock=clock,
        before=before,
        start_s=take.start_s,
        vigour=vigour_of(root_m, rotations_wxyz).astype(np.float32),
        accents=accents,
    )


def _music(hops: dict[str, FloatArray], start_s: float, frames: int) -> tuple[int, FloatArray, FloatArray]:
    """Return the frames of music before the motion, and sound and clock from there on."""
    if "hop_time_s" not in hops:
        return 0, np.zeros((0, conditioning.SOUND), np.float32), np.zeros((0, 6))
    times_s = hops["hop_time_s"]
    before = int(start_s * FPS) // TOKEN_FRAMES * TOKEN_FRAMES
    ends_s = start_s + (np.arange(-before, frames) + 1e-6) / FPS
    last = np.searchsorted(times_s, ends_s, side="right")
    first = np.searchsorted(times_s, ends_s - 1.0 / FPS, side="right")
    first = np.clip(np.minimum(first, last - 1), 0, len(times_s) - 1)
    mel, levels = hops["hop_log_mel"].astype(np.float64), hops["hop_levels"].astype(np.float64)
    sound = np.array(
        [
            conditioning.sound_of(mel[a : max(a + 1, b)], levels[a : max(a + 1, b)])
            for a, b in zip(first, last, strict=True)
        ]
    )
    clock = hops["hop_clock"][np.clip(last - 1, 0, len(times_s) - 1)][:, :6]
    return before, sound.astype(np.float32), clock
