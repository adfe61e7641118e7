"""One take: a stretch of dance bent onto a tempo, music written for it, and what the live listener heard."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from models.training.beats.renderer import mixed, render
from models.training.data.arrangement import BEATS_PER_BAR, DrumFile, compose_for, loudness
from models.training.data.grid import Grid, beat_hits
from models.training.data.hearing import hear, hop_arrays, share_heard
from models.training.data.ogg import read_ogg, write_ogg
from models.training.data.preparing import Prepared
from models.training.data.rooms import on_the_way
from models.training.data.sampling import motion_at
from models.training.data.store import FPS, Arrays, TakeInfo
from models.training.data.warp import FASTEST_CHANGE, Warp, warp_to
from realtime.types import FloatArray

_PRE_ROLL_S = (6.0, 9.0)
STRONG = 0.5
"""An accent of this strength or more counts as strong."""
ON_BEAT_S = 0.05
_HEARD_S = 0.07


@dataclass(frozen=True)
class Span:
    """Frames of a prepared clip: `first` to before `last`."""

    piece: Prepared
    first: int
    last: int

    @property
    def start_s(self) -> float:
        """Time of its first frame in the clip."""
        return self.first / self.piece.clip.fps

    @property
    def end_s(self) -> float:
        """Time of its last frame in the clip."""
        return (self.last - 1) / self.piece.clip.fps

    def motion(self, dance_s: FloatArray, accent_frame_s: FloatArray) -> Arrays:
        """Return the motion at times of the clip; `accent_frame_s` says when each accent falls after the first."""
        clip = self.piece.clip
        roots_m, rotations_wxyz = motion_at(clip.root_m, clip.rotations_wxyz, clip.fps, dance_s)
        nearest = np.clip(np.round(dance_s * clip.fps).astype(int), 0, len(clip.root_m) - 1)
        return {
            "root_m": roots_m.astype(np.float32),
            "rotations_wxyz": _shortest(rotations_wxyz).astype(np.float32),
            "contacts": self.piece.contacts[nearest].astype(np.float32),
            "accents": self.piece.accents.on_frames(accent_frame_s, len(dance_s), FPS),
        }


def without_music(span: Span, info: TakeInfo) -> tuple[TakeInfo, Arrays]:
    """Return a take of motion alone."""
    dance_s = np.arange(span.start_s, span.end_s + 1e-9, 1.0 / FPS)
    arrays = span.motion(dance_s, span.piece.accents.times_s - span.start_s)
    return replace(info, kind="prior", seconds=(len(dance_s) - 1) / FPS), arrays


def with_music(
    span: Span, info: TakeInfo, audio: Path, drums: tuple[DrumFile, ...], rng: np.random.Generator
) -> tuple[TakeInfo, Arrays]:
    """Return a take with music, whose sound is written to `audio`."""
    grids = span.piece.grids
    # The second best reading of the dance, where there is one, serves every third piece.
    grid = grids[1] if info.variant % 3 == 2 and len(grids) > 1 else grids[0]
    widest = float(np.log(FASTEST_CHANGE))
    change = (0.0, -1.0, 1.0)[info.variant % 3] * rng.uniform(0.3, 0.95) * widest
    period_s = grid.period_s * float(np.exp(-change))
    warp = warp_to(grid, period_s)
    first_s, last_s = warp.to_music(np.array([span.start_s, span.end_s]))
    offset_s, bars = _placed(grid, period_s, float(first_s), float(last_s), rng)
    energy = _energy_of_bars(span, warp, period_s, offset_s, bars, rng)
    lead_in_s = float(rng.uniform(0.05, 0.4))
    start_s = float(first_s) - offset_s + lead_in_s
    score = compose_for(rng, style=info.style, energy=energy, bpm=60.0 / period_s, start_s=lead_in_s, drums=drums)
    samples = mixed(render(score, rng), rng)
    samples = on_the_way(samples * loudness(score, energy, len(samples)), rng)
    write_ogg(audio, samples)
    frames = hear(read_ogg(audio))
    music_s = np.arange(float(first_s), float(last_s) + 1e-9, 1.0 / FPS)
    accent_s = warp.to_music(span.piece.accents.times_s)
    arrays = span.motion(warp.to_dance(music_s), accent_s - first_s)
    arrays |= hop_arrays(frames)
    arrays |= {"beats_s": score.beats_s, "beat_in_bar": score.places + 1}
    info = replace(
        info,
        bpm=round(60.0 / period_s, 3),
        start_s=start_s,
        seconds=(len(music_s) - 1) / FPS,
        heard=round(share_heard(frames, score.beats_s, from_s=start_s, within_s=_HEARD_S), 3),
        fastest_warp=round(float(np.abs(warp.rates - 1.0).max()), 4),
    )
    return _with_hits(info, span, accent_s - first_s + start_s, score.beats_s, rng), arrays


def _placed(grid: Grid, period_s: float, first_s: float, last_s: float, rng: np.random.Generator) -> tuple[float, int]:
    """Return where the music begins (a downbeat, in the warp's music time) and how many bars it has."""
    first_beat = first_s / period_s
    pre_roll = rng.uniform(*_PRE_ROLL_S) / period_s
    bar = np.floor((first_beat - pre_roll - grid.downbeat) / BEATS_PER_BAR)
    begin = grid.downbeat + BEATS_PER_BAR * bar
    bars = int(np.ceil((last_s / period_s + 2.0 - begin) / BEATS_PER_BAR))
    return float(begin * period_s), bars


def _energy_of_bars(
    span: Span, warp: Warp, period_s: float, offset_s: float, bars: int, rng: np.random.Generator
) -> FloatArray:
    """Return how much should happen in every bar: what the dance does there, and some chance: shape (bars,)."""
    middle_s = offset_s + (np.arange(bars) + 0.5) * BEATS_PER_BAR * period_s
    frames = np.round(warp.to_dance(middle_s) * span.piece.clip.fps).astype(int)
    energy = span.piece.energy[np.clip(frames, span.first, span.last - 1)]
    wander = np.interp(np.arange(bars), np.arange(0, bars + 4, 4), rng.normal(0.0, 0.08, len(range(0, bars + 4, 4))))
    return np.clip(energy + rng.normal(0.0, 0.06) + wander, 0.0, 1.0)


def _with_hits(
    info: TakeInfo, span: Span, accent_s: FloatArray, beats_s: FloatArray, rng: np.random.Generator
) -> TakeInfo:
    """Return the entry with how many strong accents are on a beat: now, as danced, and by chance."""
    accents = span.piece.accents
    inside = (accents.times_s >= span.start_s) & (accents.times_s <= span.end_s) & (accents.strengths >= STRONG)
    if not inside.any():
        return info
    strong_s, danced_s = accent_s[inside], accents.times_s[inside]
    period_s = span.piece.grids[0].period_s
    ticks = np.arange(-2, span.piece.clip.seconds / period_s + 2)
    straight = [
        beat_hits(danced_s, (ticks + phase) * period_s, within_s=ON_BEAT_S).mean() for phase in np.arange(32) / 32
    ]
    step_s = float(beats_s[1] - beats_s[0])
    shifts_s = rng.uniform(0.0, 1.0, 32) * step_s
    shifted = [beat_hits(strong_s, beats_s + shift_s, within_s=ON_BEAT_S).mean() for shift_s in shifts_s]
    return replace(
        info,
        strong_accents=int(inside.sum()),
        on_beat=round(float(beat_hits(strong_s, beats_s, within_s=ON_BEAT_S).mean()), 3),
        on_beat_before=round(float(max(straight)), 3),
        on_beat_shifted=round(float(np.mean(shifted)), 3),
    )


def _shortest(rotations_wxyz: FloatArray) -> FloatArray:
    """Return the rotations with a scalar part that is not negative."""
    return np.where(rotations_wxyz[..., :1] < 0.0, -rotations_wxyz, rotations_wxyz)
