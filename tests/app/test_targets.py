import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.targets import ENCODERS, make_target
from realtime.config import TargetConfig, parse_preset
from realtime.errors import AvatarError, FarandoleError, PresetError
from realtime.outputs.readers import Readers
from realtime.outputs.udp import Sharing
from tests.support.osc import MUSIC, STATE, dancing_pose, t_pose
from tests.support.vrm import write_vrm

FIRST_ADDRESS = {
    "flat": b"/dance/p1/pelvis:tx",
    "vector": b"/dance/p1/pelvis/t",
    "array": b"/dance/p1/t",
    "audio": b"/dance/beat/ramp",
    "vmc": b"/VMC/Ext/Bone/Pos",
    "vrchat": b"/tracking/trackers/1/position",
    "resolume": b"/composition/tempocontroller/tempo",
    "psn": b"Farandole",
    "artnet": b"Art-Net",
    "sacn": b"ASC-E1.17",
}


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5.0)
        yield listening


def _preset(target: str) -> TargetConfig:
    return parse_preset(f'name = "x"\n[[targets]]\nname = "T"\n{target}', "x.toml").targets[0]


@pytest.mark.parametrize("profile", ENCODERS)
def test_a_preset_s_target_speaks_its_profile(receiver: socket.socket, profile: str) -> None:
    config = _preset(f'profile = "{profile}"\nport = {receiver.getsockname()[1]}\nlead_ms = 40')
    target = make_target(config)
    target.send(t_pose(0.0), MUSIC, STATE)
    assert FIRST_ADDRESS[profile] in receiver.recv(65536)
    assert (target.profile, target.lead_s, target.health().errors) == (profile, 0.04, 0)
    target.close()


def test_every_profile_that_a_preset_may_name_has_an_encoder() -> None:
    with pytest.raises(PresetError, match="profile") as refusal:
        _preset('profile = "smoke signals"')
    assert "x.toml: targets[0].profile" in str(refusal.value)
    assert set(FIRST_ADDRESS) == set(ENCODERS)


def test_targets_of_one_show_share_their_readers_and_get_what_they_would_get_alone() -> None:
    readers = Readers()
    unity = _preset('profile = "vector"\nhanded = "left"\nrotations = "local"\nlead_ms = 20')
    for config in (unity, _preset("rotations = 'quaternions'"), _preset('profile = "vmc"\nface = "vrm1"')):
        shared, alone = ENCODERS[config.profile](config, readers), ENCODERS[config.profile](config, Readers())
        for frame in range(3):
            pose = dancing_pose(frame, frame / 60)
            assert shared.encode(pose, MUSIC, STATE) == alone.encode(pose, MUSIC, STATE)


@pytest.mark.parametrize("profile", sorted(set(ENCODERS) - {"sacn"}))  # Its sender names itself at random.
def test_a_target_that_leaves_its_readers_gets_what_it_would_get_alone_and_so_do_those_that_stay(profile: str) -> None:
    config, readers = _preset(f'profile = "{profile}"'), Readers()
    leaver, leaver_alone = ENCODERS[profile](config, readers), ENCODERS[profile](config, Readers())
    stayer, stayer_alone = ENCODERS[profile](config, readers), ENCODERS[profile](config, Readers())
    for frame in range(90):
        pose = dancing_pose(frame, frame / 60)
        if frame == 30 and isinstance(leaver, Sharing):
            leaver.part()
        led = dancing_pose(frame, frame / 60 + 0.3) if frame >= 30 else pose
        assert leaver.encode(led, MUSIC, STATE) == leaver_alone.encode(led, MUSIC, STATE)
        assert stayer.encode(pose, MUSIC, STATE) == stayer_alone.encode(pose, MUSIC, STATE)


def test_an_avatar_s_file_is_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    path = write_vrm(tmp_path / "a.vrm", version=0, without=("upperChest",))
    config = _preset(f"profile = 'vmc'\nvrm = '{path}'")
    datagrams = ENCODERS["vmc"](config, Readers()).encode(t_pose(0.0), MUSIC, STATE)
    assert b"UpperChest" not in b"".join(datagrams)
    with pytest.raises(AvatarError, match=r"nobody\.vrm"):
        make_target(_preset("profile = 'vmc'\nvrm = '/nobody.vrm'"))


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ('profile = "vector"\nrotations = "degrees"', 'target "T": rotations = "degrees" is for the profile flat'),
        ('rotations = "local"', 'target "T": rotations = "local" is for the profiles vector and array'),
        ('profile = "vmc"\nrate_hz = 2', "needs rate_hz of at least 5"),
        ('handed = "middle"', r"targets\[0\].handed"),
        ('profile = "sacn"\nuniverse = 0', "universe must be at least 1"),
        ('profile = "artnet"\nuniverse = 40000', "universe must be at most 32767"),
        ("height_m = 9", r"targets\[0\].height_m"),
        ('axis = "y"', "unknown field `axis`"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_file_and_the_key(target: str, problem: str) -> None:
    with pytest.raises(PresetError, match=rf"x\.toml: .*{problem}"):
        _preset(target)


def test_only_vrchat_can_be_discovered() -> None:
    with pytest.raises(FarandoleError, match="target T: only a vrchat target can be discovered"):
        make_target(_preset('host = "discover"'))
