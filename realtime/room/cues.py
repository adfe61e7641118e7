"""The cue list of a take: its markers for people (Markdown) and for other programs (CSV)."""

import csv
import io
from collections.abc import Callable
from math import floor

from realtime.room.grid import BeatGrid
from realtime.room.take import Take


def cue_csv(take: Take, grid: BeatGrid | None) -> str:
    """Return the markers as CSV: number, seconds, m:ss.mmm, bar, beat, name, preset."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["number", "time_s", "time", "bar", "beat", "name", "preset"])
    for number, marker in enumerate(take.markers, 1):
        bar, beat = _place(marker.at_s, grid)
        writer.writerow([number, f"{marker.at_s:.3f}", clock_text(marker.at_s), bar, beat, marker.name, marker.preset])
    return text.getvalue()


def cue_markdown(take: Take, grid: BeatGrid | None, title: str) -> str:
    """Return the markers as a Markdown table under the title of the track."""
    lines = [f"# {title}", "", "| # | Time | Bar | Cue | Preset |", "| --: | --: | --: | --- | --- |"]
    for number, marker in enumerate(take.markers, 1):
        bar, beat = _place(marker.at_s, grid)
        place = f"{bar}.{beat}" if bar else ""
        name, preset = (text.replace("|", "\\|") for text in (marker.name, marker.preset))
        lines.append(f"| {number} | {clock_text(marker.at_s)} | {place} | {name} | {preset} |")
    return "\n".join(lines) + "\n"


CUE_LISTS: dict[str, Callable[[Take, BeatGrid | None, str], str]] = {
    "csv": lambda take, grid, _: cue_csv(take, grid),
    "md": cue_markdown,
}
"""How a cue list is written, by the ending of its file."""


def clock_text(time_s: float) -> str:
    """Return a time as people write it: m:ss.mmm."""
    milliseconds = round(time_s * 1000)
    return f"{milliseconds // 60_000}:{milliseconds // 1000 % 60:02d}.{milliseconds % 1000:03d}"


def _place(time_s: float, grid: BeatGrid | None) -> tuple[int | str, int | str]:
    """Return bar and beat, both from 1; empty without a grid, and before its first bar."""
    if grid is None:
        return "", ""
    clock = grid.clock_at(time_s)
    # A marker set by hand on the beat may be a hair before it.
    beat = floor(clock.beat_at(time_s) + 0.02)
    if beat < 0:
        return "", ""
    return beat // clock.beats_per_bar + 1, beat % clock.beats_per_bar + 1
