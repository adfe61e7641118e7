"""Clocks outside: Ableton Link, a MIDI clock, a DJ's decks.

Each says where a beat is; the most trusted one that speaks is followed, and when it falls silent the next one, down to
our own ear.
"""

from typing import NamedTuple

from realtime.commands import OutsideBeat
from realtime.types import TempoSource

PRIORITY = (TempoSource.LINK, TempoSource.MIDI, TempoSource.DJLINK, TempoSource.OS2L)
"""From the most to the least trusted: a shared session before a clock, a clock before single beats."""
SILENT_S = 3.0
"""A source that says nothing for longer has gone; beats at 30 BPM are 2 s apart."""
SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0


class Outside(NamedTuple):
    """What a source says."""

    source: TempoSource
    beat: OutsideBeat


class OutsideBeats:
    """Remembers the last beat that each source told. One thread calls it."""

    def __init__(self) -> None:
        self._told: dict[TempoSource, tuple[OutsideBeat, float]] = {}

    def tell(self, beat: OutsideBeat, time_s: float) -> None:
        """Take a beat that was told at show time `time_s`; one that makes no sense is ignored."""
        source = TempoSource(beat.source) if beat.source in PRIORITY else None
        if source is not None and SLOWEST_BPM <= beat.tempo_bpm <= FASTEST_BPM and abs(beat.host_s - time_s) < SILENT_S:
            self._told[source] = (beat, time_s)

    def best(self, time_s: float) -> Outside | None:
        """Return what the most trusted source that still speaks says."""
        for source in PRIORITY:
            if source in self._told and time_s - self._told[source][1] < SILENT_S:
                return Outside(source, self._told[source][0])
        return None
