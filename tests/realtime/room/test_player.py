"""The player: what the loudspeakers take is what the timeline says, whatever the transport does."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from realtime.audio.played import Pulled
from realtime.clock import VirtualClock
from realtime.commands import Command
from realtime.errors import AudioFileError, DeviceError
from realtime.rehearsal_commands import ClearLoop, Pause, Play, Seek, SetLoop, SetSpeed, Skip, TogglePlay
from realtime.room.player import RoomPlayer

RATE_HZ = 48_000
DEVICE_S = 0.04


class Ramp:
    """A mono track whose every sample tells its place: full scale is reached at the end."""

    title = "ramp"
    channels = 1
    sample_rate_hz = RATE_HZ

    def __init__(self, seconds: float = 20.0, breaks_at_s: float = float("inf")) -> None:
        self.duration_s = seconds
        self._breaks_at = breaks_at_s * RATE_HZ

    def blocks(self, block_frames: int, start_frame: int = 0) -> Iterator[NDArray[np.float32]]:
        frames = round(self.duration_s * RATE_HZ)
        for at in range(start_frame, frames, block_frames):
            if at > self._breaks_at:
                raise AudioFileError("ramp: damaged audio")
            yield (np.arange(at, min(at + block_frames, frames), dtype=np.float64) / frames).astype(np.float32)[:, None]


class Rig:
    """A player with a loudspeaker that takes 512 frames at a time on a virtual clock, heard 40 ms later."""

    def __init__(self, track: Ramp | None = None, *, playing: bool = True) -> None:
        self.clock = VirtualClock(5.0)
        self.track = track or Ramp()
        self.heard: list[tuple[float, float]] = []
        self.feed: Pulled | None = None
        self.closed = False
        self.player = RoomPlayer(self.track, self.clock, self._open, playing=playing)

    def play(self, seconds: float) -> None:
        """Let the loudspeaker run; remember (show time, place in the track) of the first sample of every pull."""
        for _ in range(round(seconds * RATE_HZ / 512)):
            assert self.feed is not None
            host_s = self.clock.now_s() + DEVICE_S
            frames = self.feed.pull(512, host_s)
            self.clock.sleep_until(self.clock.now_s() + 512 / RATE_HZ)
            self.player.read(0.0)
            self.heard.append((self.player.show_s(host_s), float(frames[-1, 0]) * self.track.duration_s))

    def tell(self, *commands: Command) -> None:
        for command in commands:
            self.player.post(command)
        self.player.read(0.0)

    @property
    def track_s(self) -> float:
        return self.player.timeline.track_at(self.player.show_s(self.clock.now_s()))

    def close(self) -> None:
        self.closed = True

    def _open(self, _rate_hz: int, _channels: int, feed: Pulled) -> "Rig":
        self.feed = feed
        return self


def check_sync(rig: Rig, since: int, within_s: float = 0.003) -> None:
    """Check that the timeline tells, for every pull, the place in the track that the loudspeaker got."""
    for show_s, place_s in rig.heard[since:]:
        said_s = rig.player.timeline.track_at(show_s + 511 / RATE_HZ)
        assert abs(said_s - place_s) < within_s, (show_s, said_s, place_s)


def test_what_is_heard_is_where_the_timeline_says() -> None:
    rig = Rig()
    rig.play(1.5)
    check_sync(rig, since=10)


@pytest.mark.parametrize("target_s", [0.0, 7.25, 19.0])
def test_a_seek_is_heard_within_a_block_and_stays_in_sync(target_s: float) -> None:
    rig = Rig()
    rig.play(1.0)
    rig.tell(Seek(target_s))
    before = len(rig.heard)
    rig.play(0.5)
    assert rig.heard[before + 1][1] == pytest.approx(target_s, abs=0.05)
    check_sync(rig, since=before + 2)


def test_a_pause_stands_still_while_show_time_goes_on() -> None:
    rig = Rig()
    rig.play(1.0)
    rig.tell(Pause())
    rig.play(0.2)
    stands_s, show_s = rig.track_s, rig.player.show_s(rig.clock.now_s())
    rig.play(1.0)
    assert rig.track_s == stands_s
    assert rig.player.show_s(rig.clock.now_s()) == pytest.approx(show_s + 1.0, abs=0.02)
    rig.tell(TogglePlay())
    before = len(rig.heard)
    rig.play(0.5)
    assert rig.heard[before + 2][1] == pytest.approx(stands_s, abs=0.05)
    check_sync(rig, since=before + 2)


def test_a_loop_comes_round_and_stays_in_sync() -> None:
    rig = Rig()
    rig.tell(SetLoop(2.0, 2.5), Seek(2.0))
    rig.play(1.9)
    check_sync(rig, since=10, within_s=0.012)
    places = [place for _, place in rig.heard[10:]]
    assert min(places) >= 1.99
    assert max(places) <= 2.51
    assert sum(later < earlier for earlier, later in pairwise(places)) == 3
    rig.tell(ClearLoop())
    rig.play(1.0)
    assert rig.track_s > 2.5


def test_a_loop_behind_the_playhead_is_entered() -> None:
    rig = Rig()
    rig.tell(Seek(10.0))
    rig.play(0.3)
    rig.tell(SetLoop(4.0, 5.0))
    rig.play(0.3)
    assert 4.0 <= rig.track_s <= 5.0


@pytest.mark.parametrize("speed", [0.5, 1.5])
def test_at_another_speed_the_timeline_keeps_up_with_the_music(speed: float) -> None:
    rig = Rig()
    rig.tell(SetSpeed(speed), Seek(3.0))
    rig.play(2.0)
    assert rig.track_s == pytest.approx(3.0 + 2.0 * speed, abs=0.1)
    check_sync(rig, since=20, within_s=0.025)


def test_the_end_stops_the_track_and_play_begins_again() -> None:
    rig = Rig(Ramp(seconds=1.0))
    rig.play(1.5)
    assert rig.player.status.state == "ended"
    assert rig.track_s == pytest.approx(1.0, abs=0.03)
    rig.tell(Play())
    rig.play(0.3)
    assert rig.track_s < 0.4


def test_a_skip_goes_from_here_and_never_outside() -> None:
    rig = Rig()
    rig.play(1.0)
    rig.tell(Skip(5.0))
    rig.play(0.1)
    assert rig.track_s == pytest.approx(6.1, abs=0.1)
    rig.tell(Skip(-50.0))
    rig.play(0.1)
    assert rig.track_s == pytest.approx(0.1, abs=0.1)


def test_what_is_asked_before_the_loudspeakers_took_anything_adds_up() -> None:
    # Four quick presses of a key used to count as one: each set out from where the loudspeakers still were.
    for playing in (False, True):
        rig = Rig(playing=playing)
        rig.tell(Seek(1.0), Skip(2.0), Skip(2.0), SetSpeed(0.5), Skip(2.0))
        rig.play(0.1)
        assert rig.track_s == pytest.approx(7.0, abs=0.08)


def test_another_track_begins_at_its_beginning_and_show_time_goes_on() -> None:
    rig = Rig()
    rig.play(2.0)
    show_s = rig.player.show_s(rig.clock.now_s())
    rig.player.open(Ramp(seconds=3.0))
    rig.player.read(0.0)
    assert rig.closed
    rig.play(0.1)
    assert rig.track_s == 0.0
    assert not rig.player.playing
    assert rig.player.show_s(rig.clock.now_s()) == pytest.approx(show_s + 0.1, abs=0.06)


def silent(track: Ramp, open_output: Callable[[int, int, Pulled], Rig] | None) -> tuple[RoomPlayer, VirtualClock]:
    clock = VirtualClock()
    player = RoomPlayer(track, clock, open_output, playing=True)
    for _ in range(100):
        player.read(0.1)
    return player, clock


def test_without_loudspeakers_the_track_runs_at_the_pace_of_the_clock() -> None:
    def refuse(_rate_hz: int, _channels: int, _feed: Pulled) -> Rig:
        raise DeviceError("there is none")

    player, clock = silent(Ramp(), refuse)
    assert player.timeline.track_at(player.show_s(clock.now_s())) == pytest.approx(clock.now_s(), abs=0.03)
    assert "there is none" in player.status.message


def test_a_damaged_track_ends_and_says_so() -> None:
    player, _ = silent(Ramp(breaks_at_s=0.5), None)
    assert not player.playing
    assert "damaged" in player.status.message


def test_a_loop_may_begin_and_end_here_wherever_a_window_thinks_that_is() -> None:
    rig = Rig()
    rig.tell(Seek(2.0), SetLoop(-1.0, 0.0))
    assert rig.player.loop is not None
    assert rig.player.loop.start_s == pytest.approx(2.0, abs=1e-3)
    rig.tell(Seek(3.5), SetLoop(0.0, -1.0))
    assert rig.player.loop is not None
    assert (rig.player.loop.start_s, rig.player.loop.end_s) == pytest.approx((2.0, 3.5), abs=1e-3)
