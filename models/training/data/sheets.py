"""Draws a stretch of dance to look at: bodies on the beats of two bars, and below them the whole over time."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.training.contact_sheet import BACKGROUND, SIDE, TEXT, THREE_QUARTER, draw_bodies
from models.training.data.preparing import body_speed
from realtime.types import CONTACT_NAMES, FloatArray, PoseChunk

_COLUMNS, _BODIES = 8, 16
_MARGIN, _ROW, _CURVE = 76, 14, 70
_COLOURS = {
    "beat": (70, 76, 92), "downbeat": (150, 156, 175), "accent": (255, 205, 70), "speed": (120, 220, 150),
    "music": (230, 110, 170), "left": (70, 150, 235), "right": (240, 130, 60), "shown": (38, 42, 54),
}  # fmt: skip


@dataclass(frozen=True)
class Drawable:
    """What a sheet shows.

    Attributes:
        title: written on top.
        fps: frames per second.
        root_m: shape (T, 3).
        rotations_wxyz: shape (T, J, 4).
        contacts: shape (T, 4).
        accents: shape (T,), 0 where there is none.
        beats_s: shape (B,), times after the first frame.
        beat_in_bar: shape (B,), 1 on downbeats.
        music_energy: shape (T,), as heard; empty without music.
    """

    title: str
    fps: float
    root_m: FloatArray
    rotations_wxyz: FloatArray
    contacts: FloatArray
    accents: FloatArray
    beats_s: FloatArray
    beat_in_bar: NDArray[np.int64]
    music_energy: FloatArray


def draw_sheet(shown: Drawable, path: Path) -> None:
    """Save a PNG of one stretch of dance."""
    frames = _chosen(shown)
    labels = [_label(shown, frame) for frame in frames]
    centred_m = shown.root_m * np.array([0.0, 1.0, 0.0])
    chunk = PoseChunk(0.0, shown.fps, centred_m, shown.rotations_wxyz, shown.contacts, "data")
    views = (THREE_QUARTER, SIDE)
    bodies = draw_bodies(chunk, frames, labels, title=shown.title, views=views, columns=_COLUMNS)
    strip = _timeline(shown, bodies.width, frames)
    sheet = Image.new("RGB", (bodies.width, bodies.height + strip.height), BACKGROUND)
    sheet.paste(bodies, (0, 0))
    sheet.paste(strip, (0, bodies.height))
    sheet.save(path)


def _chosen(shown: Drawable) -> list[int]:
    """Return frames on beats and halves of beats from the middle on; evenly spaced where there are no beats."""
    count = len(shown.root_m)
    inside = shown.beats_s[(shown.beats_s >= 0.0) & (shown.beats_s <= (count - 1) / shown.fps)]
    if len(inside) < 3:
        return np.linspace(0, count - 1, min(_BODIES, count)).astype(int).tolist()
    halves_s = np.sort(np.concatenate([inside, inside[:-1] + 0.5 * np.diff(inside)]))
    first = max((len(halves_s) - _BODIES) // 2, 0)
    return np.minimum(np.round(halves_s[first : first + _BODIES] * shown.fps).astype(int), count - 1).tolist()


def _label(shown: Drawable, frame: int) -> str:
    time_s = frame / shown.fps
    words = [f"{time_s:.2f} s"]
    if len(shown.beats_s):
        nearest = int(np.argmin(np.abs(shown.beats_s - time_s)))
        if abs(shown.beats_s[nearest] - time_s) < 0.05:
            words.append(f"beat {shown.beat_in_bar[nearest]}")
    near = shown.accents[max(frame - 1, 0) : frame + 2]
    if near.max(initial=0.0) > 0.0:
        words.append(f"accent {near.max():.1f}")
    return "  ".join(words)


def _timeline(shown: Drawable, width: int, frames: list[int]) -> Image.Image:
    """Return contacts, accents, speed and loudness over the whole stretch, with its beats."""
    height = 4 * _ROW + 2 * _CURVE + 3 * 8
    strip = Image.new("RGB", (width, height), BACKGROUND)
    draw = ImageDraw.Draw(strip)
    count = len(shown.root_m)
    scale = (width - _MARGIN - 10) / max(count - 1, 1)

    def across(frame: float) -> float:
        return _MARGIN + frame * scale

    draw.rectangle((across(frames[0]), 0, across(frames[-1]), height), fill=_COLOURS["shown"])
    for beat_s, place in zip(shown.beats_s, shown.beat_in_bar, strict=True):
        if 0.0 <= beat_s * shown.fps <= count - 1:
            x = across(beat_s * shown.fps)
            draw.line((x, 0, x, height), fill=_COLOURS["downbeat" if place == 1 else "beat"], width=1)
    for row, name in enumerate(CONTACT_NAMES):
        top = 4 + row * _ROW
        draw.text((6, top), name.replace("_", " "), fill=TEXT)
        for first, last in _runs(shown.contacts[:, row] > 0.5):
            box = (across(first), top + 2, across(last), top + _ROW - 3)
            draw.rectangle(box, fill=_COLOURS[name.split("_")[0]])
    floor = 4 * _ROW + _CURVE + 4
    draw.text((6, floor - _ROW), "accents", fill=TEXT)
    for frame in np.flatnonzero(shown.accents > 0.0):
        x = across(float(frame))
        draw.line((x, floor, x, floor - _CURVE * float(shown.accents[frame])), fill=_COLOURS["accent"], width=2)
    bottom = height - 6
    draw.text((6, bottom - 2 * _ROW), "speed", fill=_COLOURS["speed"])
    draw.text((6, bottom - _ROW), "music", fill=_COLOURS["music"])
    speed = body_speed(shown.root_m, shown.rotations_wxyz, shown.fps) / 3.0
    curves = [("speed", speed)] + ([("music", shown.music_energy)] if len(shown.music_energy) else [])
    for name, values in curves:
        points = [(across(k), bottom - _CURVE * min(float(value), 1.0)) for k, value in enumerate(values)]
        draw.line(points, fill=_COLOURS[name], width=2)
    return strip


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
