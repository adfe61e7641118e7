"""Finds the beats in a dance without its music: a tempo, a phase and a gentle warp that put accents on beats.

Dynamic programming over beat times (after Ellis, "Beat tracking by dynamic programming", 2007), once for every tempo,
with the interval between beats held near the tempo; then the tempo is chosen whose beats explain most for the number of
beats that they are. The same rule finds the bar everywhere: the strongest accents on 1, the next on 3.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.training.data.accents import Accents
from realtime.types import FloatArray

SLOWEST_BPM, FASTEST_BPM = 80.0, 170.0
WARP_LIMIT = 0.12
"""How much faster or slower than danced a take may ever be."""
FIT_LIMIT = 0.10
"""How far a beat's length may be from the tempo's while fitting; the rest of `WARP_LIMIT` is for other tempi."""
_BEAT_LIMIT = 0.07
"""The same for whole beats, before accents are snapped."""
_RATE_HZ = 100.0
_KERNEL_S = 0.028
_OFFBEAT = 0.45
"""What an accent halfway between two beats is worth."""
_BEATS_PER_BAR = 4


@dataclass(frozen=True)
class Grid:
    """Beats in a dance.

    Attributes:
        beat_s: shape (B,), times of the clip, from before its first frame to after its last.
        period_s: the tempo's beat.
        downbeat: index in `beat_s` of a first beat of a bar, 0 to 3.
        quarter_s: shape (4 (B - 1) + 1,), times of the clip of every quarter of a beat; empty before snapping.
        score: how much better than chance accents lie on the beats, in standard deviations.
    """

    beat_s: FloatArray
    period_s: float
    downbeat: int
    score: float
    quarter_s: FloatArray = field(default_factory=lambda: np.empty(0))

    @property
    def bpm(self) -> float:
        """Beats per minute."""
        return 60.0 / self.period_s


def fit_grids(
    accents: Accents, seconds: float, *, bpm: float | None, origin_s: float | None, exact: bool
) -> list[Grid]:
    """Return grids that fit the accents of a clip, the best first: one at least, others of rather different tempo.

    Args:
        accents: of the clip.
        seconds: length of the clip.
        bpm: of its music where known; the fit stays near it.
        origin_s: a time on a beat of that music.
        exact: whether both are to be taken as they are.
    """
    if exact and bpm is not None and origin_s is not None:
        return [_exact_grid(accents, seconds, 60.0 / bpm, origin_s)]
    salience = _salience(accents, seconds)
    if bpm is not None:
        periods = 60.0 / (bpm * np.linspace(0.97, 1.03, 7))
    else:
        count = 1 + round(float(np.log(FASTEST_BPM / SLOWEST_BPM) / np.log(1.02)))
        periods = 60.0 / np.geomspace(SLOWEST_BPM, FASTEST_BPM, count)
    if bpm is not None and origin_s is not None:
        salience = salience + 0.25 * salience.max() * _comb(len(salience), 60.0 / bpm, origin_s)
    fits = [_fit(salience, accents, seconds, float(period)) for period in periods]
    fits.sort(key=lambda grid: -_plausible(grid, seconds))
    chosen = fits[:1]
    for grid in fits[1:]:
        apart = all(abs(np.log2(grid.period_s / other.period_s)) > 0.08 for other in chosen)
        if bpm is None and apart and _plausible(grid, seconds) > 0.7 * _plausible(fits[0], seconds):
            chosen.append(grid)
    return chosen[:4]


def beat_hits(accent_s: FloatArray, beat_s: FloatArray, *, within_s: float) -> NDArray[np.bool_]:
    """Return which accents are near a beat: shape (N,)."""
    return np.abs(offsets(accent_s, beat_s)) <= within_s


def offsets(accent_s: FloatArray, beat_s: FloatArray) -> FloatArray:
    """Return by how much each accent is after (or, negative, before) the nearest beat, seconds: shape (N,)."""
    after = np.clip(np.searchsorted(beat_s, accent_s), 1, len(beat_s) - 1)
    late, early = accent_s - beat_s[after - 1], accent_s - beat_s[after]
    return np.where(late < -early, late, early)


def plausibility(grid: Grid, accents: Accents) -> float:
    """Return how much better than chance strength lies on the beats, with the preference of `fit_grids` for tempi."""
    near = beat_hits(accents.times_s, grid.beat_s, within_s=0.05)
    share = float(accents.strengths[near].sum() / max(accents.strengths.sum(), 1e-9))
    chance = 0.1 / grid.period_s
    return (share - chance) / np.sqrt(chance * (1.0 - chance)) * _preference(grid, 10.0)


def _preference(grid: Grid, seconds: float) -> float:
    octaves = np.log2(grid.bpm / 118.0)
    return float(np.exp(-0.5 * (octaves / (0.45 if seconds > 8.0 else 0.3)) ** 2))


def _plausible(grid: Grid, seconds: float) -> float:
    """Return the score with a preference for the tempi that people dance to; a short clip can say little against it."""
    return grid.score * _preference(grid, seconds)


def _salience(accents: Accents, seconds: float) -> FloatArray:
    """Return accents as bumps on a time axis at 100 Hz: shape (N,)."""
    axis_s = np.arange(round(seconds * _RATE_HZ) + 1) / _RATE_HZ
    bumps = np.exp(-0.5 * ((axis_s[:, None] - accents.times_s) / _KERNEL_S) ** 2)
    return bumps @ accents.strengths


def _comb(count: int, period_s: float, origin_s: float) -> FloatArray:
    axis_s = np.arange(count) / _RATE_HZ
    distance_s = (axis_s - origin_s + 0.5 * period_s) % period_s - 0.5 * period_s
    return np.exp(-0.5 * (distance_s / 0.06) ** 2)


def _fit(salience: FloatArray, accents: Accents, seconds: float, period_s: float) -> Grid:
    """Return the best beats whose intervals stay within FIT_LIMIT of `period_s`."""
    mean = float(salience.mean())
    scale = float(salience.std()) + 1e-9
    worth = (salience - mean) / scale
    period = period_s * _RATE_HZ
    lags = np.arange(int(np.ceil(period * (1 - _BEAT_LIMIT))), int(period * (1 + _BEAT_LIMIT)) + 1)
    bend = 0.8 * (np.log(lags / period) / 0.04) ** 2
    total, before = worth.copy(), np.full(len(worth), -1)
    half = lags // 2
    for frame in range(int(lags[0]), len(worth)):
        back = frame - lags
        ok = back >= 0
        candidates = np.where(ok, total[back] + _OFFBEAT * worth[back + lags - half] - bend, -np.inf)
        best = int(np.argmax(candidates))
        if candidates[best] > 0.0:
            total[frame] += candidates[best]
            before[frame] = back[best]
        else:
            # A stretch without accents: keep time at the tempo.
            steady = max(frame - round(period), 0)
            total[frame] += total[steady] if frame >= period else 0.0
            before[frame] = steady if frame >= period else -1
    tail = np.arange(max(len(worth) - round(period), 0), len(worth))
    frame = int(tail[np.argmax(total[tail])])
    beats: list[int] = []
    while frame >= 0:
        beats.append(frame)
        frame = int(before[frame])
    beat_s = _steadied(np.array(beats[::-1]) / _RATE_HZ, period_s, salience)
    on_beat = np.interp(beat_s, np.arange(len(worth)) / _RATE_HZ, worth)
    off_beat = np.interp(beat_s[:-1] + 0.5 * np.diff(beat_s), np.arange(len(worth)) / _RATE_HZ, worth)
    count = len(beat_s)
    score = (on_beat.sum() + _OFFBEAT * off_beat.sum()) / np.sqrt(count * (1.0 + _OFFBEAT**2))
    beat_s = _extended(beat_s, period_s, seconds)
    return Grid(beat_s, period_s, _downbeat(accents, beat_s), float(score))


def _steadied(beat_s: FloatArray, period_s: float, salience: FloatArray) -> FloatArray:
    """Return beats whose tempo changes gradually: near what was found where there are accents, smooth elsewhere."""
    count = len(beat_s)
    if count < 4:
        return beat_s[0] + np.arange(count) * period_s
    weights = np.interp(beat_s, np.arange(len(salience)) / _RATE_HZ, salience)
    weights = 0.02 + np.minimum(weights, 1.0)
    bending = np.zeros((count - 2, count))
    for row in range(count - 2):
        bending[row, row : row + 3] = (1.0, -2.0, 1.0)
    system = np.diag(weights) + 0.35 * bending.T @ bending
    steady_s = np.linalg.solve(system, weights * beat_s)
    steps_s = np.clip(np.diff(steady_s), period_s * (1 - _BEAT_LIMIT), period_s * (1 + _BEAT_LIMIT))
    result = np.concatenate([[0.0], np.cumsum(steps_s)])
    return result + np.average(steady_s - result, weights=weights)


def _extended(beat_s: FloatArray, period_s: float, seconds: float) -> FloatArray:
    """Return beats that go on at the tempo to either side of the clip."""
    before = int(np.ceil((beat_s[0] + 0.01) / period_s)) + 1
    after = int(np.ceil((seconds + 0.01 - beat_s[-1]) / period_s)) + 1
    return np.concatenate(
        [
            beat_s[0] - period_s * np.arange(before, 0, -1),
            beat_s,
            beat_s[-1] + period_s * np.arange(1, max(after, 1) + 1),
        ]
    )


def _exact_grid(accents: Accents, seconds: float, period_s: float, origin_s: float) -> Grid:
    first = int(np.floor(-origin_s / period_s)) - 1
    beats = np.arange(first, int(np.ceil((seconds - origin_s) / period_s)) + 2)
    beat_s = origin_s + beats * period_s
    _ = accents
    return Grid(beat_s, period_s, int(-first % _BEATS_PER_BAR), 0.0)


def _downbeat(accents: Accents, beat_s: FloatArray) -> int:
    distance_s = offsets(accents.times_s, beat_s)
    nearest = np.argmin(np.abs(accents.times_s[:, None] - beat_s), axis=1) if len(accents.times_s) else np.empty(0, int)
    worth = accents.strengths**2 * np.exp(-0.5 * (distance_s / 0.05) ** 2)
    place = np.array([worth[nearest % _BEATS_PER_BAR == k].sum() for k in range(_BEATS_PER_BAR)])
    bars = place + 0.6 * np.roll(place, -2)
    return int(np.argmax(bars))
