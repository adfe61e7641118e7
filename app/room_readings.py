"""What the rehearsal window shows of a room: each reading as fine as a person can read."""

from dataclasses import dataclass

from realtime.health import RoomHealth


@dataclass(frozen=True, slots=True)
class Transport:
    """The state of the transport; where it is, is asked for at every picture."""

    playing: bool
    speed_percent: int
    loop: tuple[float, ...]

    @classmethod
    def of(cls, room: RoomHealth) -> "Transport":
        """Return the reading of a room."""
        return cls(room.playing, round(100 * room.speed), room.loop)


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the track was heard and danced ahead, in percent; lane B is -1 when it is off."""

    heard: int
    danced_a: int
    danced_b: int

    @classmethod
    def of(cls, room: RoomHealth) -> "Progress":
        """Return the reading of a room."""

        def percent(done_s: float) -> int:
            # The last hop of a track is seldom whole.
            return min(round(100 * (done_s + 0.05) / max(room.duration_s, 0.05)), 100)

        b = percent(room.danced_b_s) if room.danced_b_file else -1
        return cls(percent(room.heard_s), percent(room.danced_s), b)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong in the room and what to do; "" for nothing."""

    text: str

    @classmethod
    def of(cls, room: RoomHealth) -> "Trouble":
        """Return the reading of a room."""
        return cls(room.message)


def clock_text(time_s: float) -> str:
    """Return a time as the transport shows it: m:ss.t, or h:mm:ss.t from an hour on."""
    tenths = max(int(time_s * 10.0 + 1e-6), 0)
    minutes, rest = divmod(tenths, 600)
    if minutes >= 60:
        return f"{minutes // 60}:{minutes % 60:02d}:{rest // 10:02d}.{rest % 10}"
    return f"{minutes}:{rest // 10:02d}.{rest % 10}"
