"""The Resolume profile: the tempo, and a resync when a person asks for one.

Resolume Arena and Avenue take the tempo as a fraction of their slider's range, 20 to 500 BPM.
"""

from realtime.commands import Command, ResyncBar
from realtime.osc import pack_message
from realtime.types import MusicFrame, Pose, ShowState

_TEMPO = "/composition/tempocontroller/tempo"
_RESYNC = "/composition/tempocontroller/resync"
SLOWEST_BPM, FASTEST_BPM = 20.0, 500.0
NEWS_BPM = 0.05
REMINDER_S = 2.0
"""A lost datagram is made good after this long."""
RESYNC_EVERY_S = 1.0
"""A trembling finger must not restart every clip twice."""


class ResolumeEncoder:
    """Turns a show into tempo messages. One thread calls `encode`, any thread calls `command`."""

    def __init__(self) -> None:
        self._told_bpm, self._told_s = 0.0, float("-inf")
        self._asked = 0
        self._answered = 0
        self._pressed = False
        self._resynced_s = float("-inf")

    def command(self, command: Command) -> None:
        """Pass a resync on; a tracker that finds its beat does not make one."""
        if isinstance(command, ResyncBar):
            self._asked += 1

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:  # noqa: ARG002
        """Return the datagrams of one frame: mostly none."""
        return (*self._tempo_news(pose.time_s, music.beat.tempo_bpm), *self._resync_news(pose.time_s))

    def _tempo_news(self, time_s: float, tempo_bpm: float) -> tuple[bytes, ...]:
        if abs(tempo_bpm - self._told_bpm) <= NEWS_BPM and 0.0 <= time_s - self._told_s < REMINDER_S:
            return ()
        self._told_bpm, self._told_s = tempo_bpm, time_s
        tempo_bpm = min(max(tempo_bpm, SLOWEST_BPM), FASTEST_BPM)
        return (pack_message(_TEMPO, (tempo_bpm - SLOWEST_BPM) / (FASTEST_BPM - SLOWEST_BPM)),)

    def _resync_news(self, time_s: float) -> tuple[bytes, ...]:
        """Press the button, and let it go one frame later."""
        if self._pressed:
            self._pressed = False
            return (pack_message(_RESYNC, 0),)
        asked, self._answered = self._asked != self._answered, self._asked
        if not asked or 0.0 <= time_s - self._resynced_s < RESYNC_EVERY_S:
            return ()
        self._pressed, self._resynced_s = True, time_s
        return (pack_message(_RESYNC, 1),)
