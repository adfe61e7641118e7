"""The decoder of the Unity example, compiled by Mono and fed with what a show sends. Unity itself is a stub."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from realtime.motion.kinematics import forward_kinematics
from realtime.outputs.flat import Rotations, flat_encoder
from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES
from tests.support.osc import MUSIC, STATE, dancing_pose

EXAMPLE = Path(__file__).parents[2] / "examples" / "unity" / "FarandoleReceiver.cs"
STUB = Path(__file__).with_name("UnityStub.cs")


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (shutil.which("mcs") and shutil.which("mono")):
        pytest.skip("Mono is not installed (Debian: mono-mcs mono-runtime libmono-system-core4.0-cil)")
    program = tmp_path_factory.mktemp("unity") / "receiver.exe"
    subprocess.run(["mcs", "-langversion:7", f"-out:{program}", EXAMPLE, STUB], check=True, timeout=100)
    return program


def _decoded(program: Path, datagrams: tuple[bytes, ...]) -> list[list[str]]:
    fed = b"".join(len(datagram).to_bytes(4, "big") + datagram for datagram in datagrams)
    printed = subprocess.run(["mono", program], input=fed, capture_output=True, check=True, timeout=100).stdout
    return [line.split() for line in printed.decode().splitlines()]


def test_the_unity_decoder_reads_the_pose_and_the_beat(receiver: Path) -> None:
    encoder, pose = flat_encoder(Rotations.QUATERNIONS), dancing_pose(seed=3)
    encoder.encode(pose, MUSIC, STATE)
    head, *rows = _decoded(receiver, encoder.encode(pose, MUSIC, STATE))
    assert head == ["1", "2"]
    assert [row[0] for row in rows] == list(TOUCHDESIGNER_NAMES)
    numbers = np.array([[float(text) for text in row[1:]] for row in rows])
    world = forward_kinematics(pose.root_m, pose.rotations_wxyz)
    np.testing.assert_allclose(numbers[:, :3], world.positions_m, atol=1e-6)
    alike = np.sum(np.roll(numbers[:, 3:], 1, axis=1) * world.world_from_joint_wxyz, axis=1)
    np.testing.assert_allclose(np.abs(alike), 1.0, atol=1e-6)


def test_the_unity_decoder_survives_datagrams_that_are_cut_short(receiver: Path) -> None:
    whole = flat_encoder(Rotations.QUATERNIONS).encode(dancing_pose(seed=3), MUSIC, STATE)[0]
    cut = tuple(whole[:length] for length in range(1, len(whole), 7))
    assert len(_decoded(receiver, (b"", *cut))) == 1 + len(TOUCHDESIGNER_NAMES)
