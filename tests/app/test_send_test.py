import socket
from io import StringIO
from itertools import islice

import numpy as np
import pytest
from rich.console import Console

from app.send_test import FPS, ROUND_S, T_POSE_S, frames, run_send_test, target_config
from realtime.clock import VirtualClock
from realtime.errors import FarandoleError
from realtime.motion.skeleton import JOINT_COUNT
from tests.support.osc import channels_of


def test_a_round_is_a_t_pose_and_then_every_joint_once() -> None:
    one_round = list(islice(frames(), round(ROUND_S * FPS)))
    still, moving = one_round[: round(T_POSE_S * FPS)], one_round[round(T_POSE_S * FPS) :]
    assert all((pose.rotations_wxyz[:, 0] == 1.0).all() for pose, _, _ in still)
    bent = [np.flatnonzero(pose.rotations_wxyz[:, 0] < 1.0) for pose, _, _ in moving]
    assert all(len(joints) <= 1 for joints in bent)
    assert list(dict.fromkeys(int(joints[0]) for joints in bent if len(joints))) == list(range(JOINT_COUNT))
    times_s = [pose.time_s for pose, _, _ in one_round]
    np.testing.assert_allclose(np.diff(times_s), 1 / FPS)
    assert one_round[60][1].beat.beat_at(1.0) == 2.0


def test_what_is_sent_arrives_and_the_command_says_what_it_is() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5.0)
        port = receiver.getsockname()[1]
        console = Console(record=True, file=StringIO())
        config = target_config(f"127.0.0.1:{port}", "flat", ['rotations = "quaternions"', "unit = 'cm'"])
        run_send_test(config, VirtualClock(), console, seconds=0.05)
        channels = channels_of(tuple(receiver.recv(65536) for _ in range(4)))
        assert channels["/dance/p1/pelvis:ty"] == pytest.approx(95.0)
        assert "T-pose" in console.export_text()


@pytest.mark.parametrize(
    ("to", "profile", "option"),
    [("nowhere", "flat", "x=1"), ("a:1", "smoke", "x=1"), ("a:1", "flat", "x=1"), ("a:1", "flat", "not toml")],
)
def test_options_that_do_not_fit_are_refused(to: str, profile: str, option: str) -> None:
    with pytest.raises(FarandoleError):
        target_config(to, profile, [option])
