"""The addresses that every native profile sends beside the joints: the dancer, the beat, the sound, the show.

Schema 1 (root `/dance`). `dancer_rows` and `EVERY_FRAME` move all the time; rows of `ON_CHANGE` are sent when one of
them has news, and at least once a second, so that a lost datagram is made good soon.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import atan2, degrees, floor, remainder

from realtime.motion.skeleton import JOINT_COUNT, Joint
from realtime.outputs.axes import Axes
from realtime.outputs.moment import Moment

SCHEMA = 1
ALIVE_HZ = 2.0
QUIETEST_DB = -60.0
"""What `/dance/audio/level` calls 0; full scale is 1."""
LIVELY_M_S = 2.0
"""Mean speed of all joints that `/dance/p1/energy` calls 1."""
_LIVELY = LIVELY_M_S * JOINT_COUNT


@dataclass(frozen=True, slots=True)
class Row:
    """One address with one number.

    Attributes:
        address: where it goes.
        type: "f" or "i".
        read: what it says about a moment.
        news: the smallest change worth sending; only for rows of `ON_CHANGE`.
    """

    address: str
    type: str
    read: Callable[[Moment], float]
    news: float = 1.0


def _heading_deg(moment: Moment) -> float:
    wxyz = moment.body.world_from_joint_wxyz[Joint.PELVIS]
    return remainder(degrees(2.0 * atan2(wxyz[1 + moment.axes.up_index], wxyz[0])), 360.0)


def _on_floor(moment: Moment, axis: int) -> float:
    return 0.0 if axis == moment.axes.up_index else moment.body.positions_m[Joint.PELVIS, axis]


def dancer_rows(axes: Axes) -> tuple[Row, ...]:
    """Return the rows of the dancer, in the target's axes and unit.

    Root is the spot on the floor under the pelvis, and where the dancer faces, in degrees about the axis that is up.
    """
    return (
        Row("/dance/p1/active", "i", lambda m: m.state.running),
        Row("/dance/p1/root:tx", "f", lambda m: _on_floor(m, 0)),
        Row("/dance/p1/root:ty", "f", lambda m: _on_floor(m, 1)),
        Row("/dance/p1/root:tz", "f", lambda m: _on_floor(m, 2)),
        Row(f"/dance/p1/root:r{axes.up}", "f", _heading_deg),
        Row("/dance/p1/speed", "f", lambda m: m.speeds[Joint.PELVIS]),
        Row("/dance/p1/energy", "f", lambda m: min(m.speeds.sum() / (_LIVELY * m.axes.units_per_m), 1.0)),
        Row("/dance/p1/contact_l", "f", lambda m: max(m.pose.contacts[0], m.pose.contacts[1])),
        Row("/dance/p1/contact_r", "f", lambda m: max(m.pose.contacts[2], m.pose.contacts[3])),
        Row("/dance/p1/height", "f", lambda m: m.body.positions_m[:, m.axes.up_index].max()),
        Row("/dance/p1/wrist_l:speed", "f", lambda m: m.speeds[Joint.LEFT_WRIST]),
        Row("/dance/p1/wrist_r:speed", "f", lambda m: m.speeds[Joint.RIGHT_WRIST]),
    )


EVERY_FRAME = (
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

ON_CHANGE = (
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
)
