"""The addresses that every native profile sends beside the joints: the dancer, the beat, the sound, the show.

Schema 1 (root `/dance`). `dancer_rows` and `EVERY_FRAME` move all the time; rows of `ON_CHANGE` are sent when one of
them has news, and at least once a second, so that a lost datagram is made good soon.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from typing import Generic, TypeVar

from realtime.outputs.axes import Axes
from realtime.outputs.dancer import Dancer
from realtime.outputs.moment import Moment

SCHEMA = 1
ALIVE_HZ = 2.0
QUIETEST_DB = -60.0
"""What `/dance/audio/level` calls 0; full scale is 1."""

Source = TypeVar("Source", Moment, Dancer)


@dataclass(frozen=True, slots=True)
class Row(Generic[Source]):
    """One address with one number.

    Attributes:
        address: where it goes.
        type: "f" or "i".
        read: what it says about a moment, or about the dancer.
        news: the smallest change worth sending; only for rows of `ON_CHANGE`.
    """

    address: str
    type: str
    read: Callable[[Source], float]
    news: float = 1.0


def dancer_rows(axes: Axes) -> tuple[Row[Dancer], ...]:
    """Return the rows of the dancer; the heading is an angle about the axis that is up."""
    return (
        Row("/dance/p1/active", "i", lambda d: d.active),
        Row("/dance/p1/root:tx", "f", lambda d: d.root[0]),
        Row("/dance/p1/root:ty", "f", lambda d: d.root[1]),
        Row("/dance/p1/root:tz", "f", lambda d: d.root[2]),
        Row(f"/dance/p1/root:r{axes.up}", "f", lambda d: d.heading_deg),
        Row("/dance/p1/speed", "f", lambda d: d.speed),
        Row("/dance/p1/energy", "f", lambda d: d.energy),
        Row("/dance/p1/contact_l", "f", lambda d: d.contact_l),
        Row("/dance/p1/contact_r", "f", lambda d: d.contact_r),
        Row("/dance/p1/height", "f", lambda d: d.height),
        Row("/dance/p1/wrist_l:speed", "f", lambda d: d.wrist_l_speed),
        Row("/dance/p1/wrist_r:speed", "f", lambda d: d.wrist_r_speed),
    )


EVERY_FRAME: tuple[Row[Moment], ...] = (
    # The beat, at the time that the pose is for; the names are those of TouchDesigner's Beat CHOP.
    Row("/dance/beat/ramp", "f", lambda m: m.beat_position % 1.0),
    Row("/dance/beat/barramp", "f", lambda m: m.beat_position / m.music.beat.beats_per_bar % 1.0),
    Row("/dance/beat/beat", "i", lambda m: m.music.beat.beat_in_bar(m.time_s)),
    Row("/dance/beat/bar", "i", lambda m: m.music.beat.bar_at(m.time_s)),
    Row("/dance/beat/count", "i", lambda m: m.pulse.beat_count),
    Row("/dance/beat/pulse", "f", lambda m: m.pulse.pulse),
    Row("/dance/beat/downbeat", "f", lambda m: m.pulse.downbeat),
    # The sound, as it was heard last.
    Row("/dance/audio/level", "f", lambda m: min(max(1.0 - m.music.features.level_db / QUIETEST_DB, 0.0), 1.0)),
    Row("/dance/audio/low", "f", lambda m: m.music.features.low),
    Row("/dance/audio/mid", "f", lambda m: m.music.features.mid),
    Row("/dance/audio/high", "f", lambda m: m.music.features.high),
    Row("/dance/audio/onset", "f", lambda m: m.music.features.onset),
    Row("/dance/audio/energy", "f", lambda m: m.music.features.energy),
)

ON_CHANGE: tuple[Row[Moment], ...] = (
    Row("/dance/beat/bpm", "f", lambda m: m.music.beat.tempo_bpm, news=0.01),
    Row("/dance/beat/confidence", "f", lambda m: m.music.beat.confidence, news=0.02),
    Row("/dance/beat/locked", "i", lambda m: m.music.beat.locked),
    Row("/dance/beat/source", "i", lambda m: m.music.beat.source),
    Row("/dance/audio/silent", "i", lambda m: m.music.features.silent),
    Row("/dance/state/running", "i", lambda m: m.state.running),
    Row("/dance/state/blackout", "f", lambda m: m.state.blackout, news=0.001),
    Row("/dance/state/frozen", "i", lambda m: m.state.frozen),
    Row("/dance/state/preset", "i", lambda m: m.state.preset_index),
    Row("/dance/state/fps", "f", lambda m: m.state.fps, news=0.5),
    Row("/dance/state/dropped", "i", lambda m: m.state.dropped),
    # A clock of the show, not of the sender: it stands still when the show does.
    Row("/dance/state/alive", "i", lambda m: floor(m.time_s * ALIVE_HZ)),
    Row("/dance/latency/total", "f", lambda m: 1000.0 * m.state.latency_total_s, news=0.5),
    Row("/dance/latency/audio", "f", lambda m: 1000.0 * m.state.latency_audio_s, news=0.5),
    Row("/dance/latency/beat", "f", lambda m: 1000.0 * m.state.latency_beat_s, news=0.5),
    Row("/dance/latency/model", "f", lambda m: 1000.0 * m.state.latency_model_s, news=0.5),
    Row("/dance/latency/send", "f", lambda m: 1000.0 * m.state.latency_send_s, news=0.5),
    Row("/dance/info/schema", "i", lambda _: SCHEMA),
    # Last, so that the channels that receivers made before it stay in their order.
    Row("/dance/beat/barconfidence", "f", lambda m: m.music.beat.bar_confidence, news=0.02),
)
