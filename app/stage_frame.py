"""What the stage is shown: one moment of the show, and whoever can tell it for a given host time."""

from collections.abc import Callable
from dataclasses import dataclass

from realtime.health import HealthSnapshot
from realtime.motion.kinematics import forward_kinematics
from realtime.types import FloatArray, Pose


@dataclass(frozen=True, slots=True)
class StageFrame:
    """A dancer and the music at one moment.

    Attributes:
        time_s: show time.
        positions_m: shape (24, 3), world position of every joint.
        world_from_joint_wxyz: shape (24, 4).
        contacts: shape (4,), 0 to 1, in the order of `CONTACT_NAMES`.
        beat: fractional beat number; whole numbers are beats.
        beats_per_bar: beat 0 of a bar is a multiple of it.
        energy: slow loudness and density of the music, 0 (calm) to 1 (drop).
        low: loudness of the bass, 0 to 1.
        onset: strength of an onset, 0 to 1.
        blackout: 0 (picture shown) to 1 (black).
        running: whether somebody dances; the figure fades when not.
    """

    time_s: float
    positions_m: FloatArray
    world_from_joint_wxyz: FloatArray
    contacts: FloatArray
    beat: float = 0.0
    beats_per_bar: int = 4
    energy: float = 0.5
    low: float = 0.0
    onset: float = 0.0
    blackout: float = 0.0
    running: bool = True


def frame_of(pose: Pose, snapshot: HealthSnapshot, seen_s: float) -> StageFrame:
    """Return what a picture shows of a pose and of the show's last snapshot, when it is seen at show time `seen_s`."""
    world = forward_kinematics(pose.root_m, pose.rotations_wxyz)
    return StageFrame(
        time_s=seen_s,
        positions_m=world.positions_m,
        world_from_joint_wxyz=world.world_from_joint_wxyz,
        contacts=pose.contacts,
        beat=snapshot.beat.beat_at(seen_s + snapshot.offset_s),
        beats_per_bar=snapshot.beat.beats_per_bar,
        energy=snapshot.energy,
        low=snapshot.low,
        onset=snapshot.onset,
        blackout=snapshot.blackout,
        running=not snapshot.panic,
    )


FrameSource = Callable[[float], StageFrame | None]
"""Given the host time (`time.monotonic`, seconds) at which a picture is seen: what it shows, or None if unknown."""
