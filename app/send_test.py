"""`farandole send-test`: a T-pose, a counting pose and a beat, to check a receiver's wiring without any music."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec
import numpy as np
from rich.console import Console

from app.compose import parse_target
from app.targets import make_target
from realtime.clock import Clock
from realtime.config import TargetConfig
from realtime.errors import FarandoleError
from realtime.motion.skeleton import JOINT_COUNT
from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES
from realtime.outputs.setup_poses import COUNT_EVERY_S, counting_pose, t_pose
from realtime.types import N_MEL, BeatState, MusicFeatures, MusicFrame, Pose, ShowState

FPS = 60.0
T_POSE_S = 3.0
ROUND_S = T_POSE_S + JOINT_COUNT * COUNT_EVERY_S
BEAT = BeatState(tempo_bpm=120.0, confidence=1.0)


def target_config(to: str, profile: str, options: Sequence[str]) -> TargetConfig:
    """Return the target that the command line describes.

    Raises:
        FarandoleError: an option does not fit.
    """
    place = parse_target(to)
    fields: dict[str, object] = {"name": "send-test", "host": place.host, "port": place.port, "profile": profile}
    try:
        for option in options:
            fields |= tomllib.loads(option)
        return msgspec.convert(fields, TargetConfig)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise FarandoleError(f"send-test: {error}") from error


def frames() -> Iterator[tuple[Pose, MusicFrame, str]]:
    """Yield what is sent, sixty times for each second, and what it is called."""
    features = MusicFeatures(-20.0, 0.2, 0.5, 0.5, 0.5, 0.0, 0.5, silent=False, log_mel=np.zeros(N_MEL, np.float32))
    frame = 0
    while True:
        time_s = frame / FPS
        in_round_s = time_s % ROUND_S
        if in_round_s < T_POSE_S:
            pose, title = t_pose(time_s), "T-pose"
        else:
            counted_s = in_round_s - T_POSE_S
            pose, title = replace(counting_pose(counted_s), time_s=time_s), _joint_at(counted_s)
        yield pose, MusicFrame(time_s, features, BEAT), title
        frame += 1


def run_send_test(config: TargetConfig, clock: Clock, console: Console, *, seconds: float | None = None) -> None:
    """Send until it is interrupted, or for `seconds`; say what is being sent."""
    target = make_target(config)
    console.print(f"sending {config.profile} to {target.health().address}; press Ctrl-C to end", highlight=False)
    start_s, said = clock.now_s(), ""
    try:
        for frame, (pose, music, title) in enumerate(frames()):
            if seconds is not None and frame >= seconds * FPS:
                break
            clock.sleep_until(start_s + frame / FPS)
            target.send(pose, music, ShowState(fps=FPS))
            if title != said:
                said = title
                console.print(f"  {title}", highlight=False)
    except KeyboardInterrupt:
        pass
    finally:
        health = target.health()
        target.close()
    console.print(f"{health.sent} datagrams sent, {health.errors} errors {health.last_error}", highlight=False)


def _joint_at(counted_s: float) -> str:
    joint = min(int(counted_s / COUNT_EVERY_S), JOINT_COUNT - 1)
    return f"joint {joint + 1} of {JOINT_COUNT}: {TOUCHDESIGNER_NAMES[joint]}"
