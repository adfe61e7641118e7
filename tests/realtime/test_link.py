"""Show and window: poses and health through shared memory, commands through a pipe, either side may vanish."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from realtime import command_coding, commands
from realtime.commands import Blackout, Command, Panic, Tap
from realtime.errors import LinkError
from realtime.health import HealthSnapshot, TargetHealth
from realtime.link import ShowLink, WindowLink
from realtime.motion.pose_buffer import standing_pose
from realtime.shared_show import SharedShow
from realtime.types import BeatState, MusicFrame, Pose, ShowState
from tests.support.wait import wait_until

STATE = ShowState()


def publish(link: ShowLink, pose: Pose, music: MusicFrame | None = None) -> None:
    link.send(pose, music, STATE)  # type: ignore[arg-type]  # the link looks at the pose only


@pytest.fixture
def obeyed() -> list[Command]:
    return []


@pytest.fixture
def show(tmp_path: Path, obeyed: list[Command]) -> Iterator[ShowLink]:
    link = ShowLink(obeyed.append, folder=tmp_path)
    yield link
    link.close()


def test_a_window_reads_what_the_show_published(show: ShowLink) -> None:
    window = WindowLink(show.path)
    assert window.snapshot() is None
    assert window.pose_at(0.0) is None
    assert not window.alive
    snapshot = HealthSnapshot(
        title="demo",
        beat=BeatState(tempo_bpm=124.5, origin_s=3.0),
        presets=("a", "b"),
        targets=(TargetHealth("TD", "flat", "127.0.0.1:10000", True, 60.0, 7, 1, "no route"),),
    )
    show.publish(snapshot, host_s=monotonic(), show_s=42.0)
    assert window.snapshot() == snapshot
    assert window.show_s(monotonic()) == pytest.approx(42.0, abs=0.5)
    assert window.alive
    window.close()


def test_poses_are_interpolated_and_held_at_the_ends(show: ShowLink) -> None:
    window = WindowLink(show.path)
    for tick in range(300):  # More than the ring holds.
        publish(show, standing_pose(tick / 60, x_m=tick / 60))
    for time_s in (3.5, 4.0, 4.2083, 4.98):
        pose = window.pose_at(time_s)
        assert pose is not None
        assert pose.root_m[0] == pytest.approx(time_s, abs=1e-9)
        assert pose.time_s == pytest.approx(time_s)
        assert np.allclose(np.linalg.norm(pose.rotations_wxyz, axis=-1), 1.0)
    newest = window.pose_at(99.0)
    assert newest is not None
    assert newest.time_s == pytest.approx(299 / 60)
    window.close()


def test_every_command_survives_the_journey(show: ShowLink, obeyed: list[Command]) -> None:
    window = WindowLink(show.path)
    sent = [
        Tap(12.5),
        Blackout(True, 2.0),
        Panic(False),
        commands.LoadPreset("peak"),
        commands.ReportDraw((0.1, 0.2), 60.0),
    ]
    assert all(window.send(command) for command in sent)
    wait_until(lambda: len(obeyed) == len(sent))
    assert obeyed == sent
    window.close()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'"Tap"',
        b'{"command": 3}',
        b'{"command": "Format"}',
        b'{"command": "SetTempo"}',
        b'{"command": "SetTempo", "bpm": "fast"}',
        b'{"command": "SetTempo", "bpm": 120, "more": 1}',
        b'{"command": "SetTempo", "bpm": NaN}',
    ],
)
def test_what_is_no_command_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match="expected an encoded command"):
        command_coding.decode(payload)


def test_every_kind_of_command_is_encoded_and_decoded_alike() -> None:
    samples: dict[type, object] = {float: 0.5, int: 3, bool: True, str: "name"}
    samples |= {tuple[float, ...]: (0.25,), tuple[str, ...]: ("a", "b")}
    samples |= {tuple[tuple[float, float, int], ...]: ((0.5, 120.0, 1),), tuple[tuple[float, str], ...]: ((0.5, "a"),)}
    kinds = Command.__subclasses__()
    assert len(kinds) > 20
    for kind in kinds:
        hints = {name: field.type for name, field in kind.__dataclass_fields__.items()}
        command = kind(**{name: samples[hint] for name, hint in hints.items()})  # type: ignore[index]
        assert command_coding.decode(command_coding.encode(command)) == command


def test_a_babbling_client_is_counted_and_the_next_one_is_heard(show: ShowLink, obeyed: list[Command]) -> None:

    description = json.loads(show.path.read_text())
    with Client(description["address"], authkey=bytes.fromhex(description["key"])) as babbler:
        babbler.send_bytes(b"\x00" * 100)
        babbler.send_bytes(b'{"command": "Nonsense"}')
        wait_until(lambda: show.refused_commands == 2)
        with suppress(OSError):  # Longer than any command: the connection is dropped.
            babbler.send_bytes(b"x" * 10_000_000)
    window = WindowLink(show.path)
    window.send(Tap(1.0))
    wait_until(lambda: obeyed == [Tap(1.0)])
    window.close()


def test_nobody_without_the_key_is_let_in(show: ShowLink) -> None:

    description = json.loads(show.path.read_text())
    with pytest.raises((AuthenticationError, EOFError, OSError)):
        Client(description["address"], authkey=b"guess")
    wait_until(lambda: show.refused_commands == 1)
    WindowLink(show.path).close()


def test_a_window_notices_that_the_show_is_gone(show: ShowLink) -> None:
    window = WindowLink(show.path)
    show.publish(HealthSnapshot(), host_s=monotonic() - 5.0, show_s=0.0)
    assert not window.alive
    path = show.path
    show.close()
    with pytest.raises(LinkError, match="does not answer"):
        WindowLink(path)


def test_looking_for_shows_never_harms_one_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obeyed: list[Command]
) -> None:
    """A description that could not be read used to be deleted, whoever it belonged to."""
    monkeypatch.setattr("realtime.link.runtime_folder", lambda: tmp_path)
    show = ShowLink(obeyed.append, folder=tmp_path)
    whole = show.path.read_text()
    show.path.write_text("")
    (tmp_path / "show-999999999-dead.json").write_text("{}")
    with pytest.raises(LinkError, match="no show is running"):
        WindowLink.attach(None)
    assert show.path.exists()
    assert not (tmp_path / "show-999999999-dead.json").exists()
    show.path.write_text(whole)
    WindowLink.attach(None).close()
    show.close()
    assert list(tmp_path.iterdir()) == []


def test_a_show_that_hangs_is_passed_over_instead_of_waited_for(show: ShowLink) -> None:
    show.publish(HealthSnapshot(), host_s=monotonic() - 60.0, show_s=0.0)
    with pytest.raises(LinkError, match="said nothing for 60 s"):
        WindowLink(show.path)


def test_a_newer_window_can_attach_while_an_older_one_hangs(show: ShowLink, obeyed: list[Command]) -> None:
    first = WindowLink(show.path)
    second = WindowLink(show.path)
    second.send(Tap(2.0))
    wait_until(lambda: obeyed == [Tap(2.0)])
    first.close()
    second.close()


def test_a_reader_never_sees_half_a_pose(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    writer, reader = SharedShow.create(memory), SharedShow.attach(memory)
    stop = threading.Event()

    def write_poses() -> None:
        tick = 0
        while not stop.is_set():
            tick += 1
            value = float(tick % 1000)
            writer.write_pose(Pose(tick / 60, np.full(3, value), np.full((24, 4), value), np.full(4, value)))
            writer.write_health(HealthSnapshot(time_s=value, peak=value), host_s=value, show_s=value)

    thread = threading.Thread(target=write_poses)
    thread.start()
    try:
        seen: set[float] = set()
        read_slot: Callable[[int], Pose | None] = reader._read_slot  # pyright: ignore[reportPrivateUsage]
        while len(seen) < 200:
            pose = read_slot(len(seen))
            if pose is not None and pose.time_s > 0.0:
                value = float(pose.root_m[0])
                assert np.all(pose.rotations_wxyz == value)
                assert np.all(pose.root_m == value)
                seen.add(pose.time_s)
            health = reader.read_health()
            assert health is None or health.time_s == health.peak
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"memory": "/nowhere", "address": "x", "key": "00"}'])
def test_a_broken_description_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "show-1.json"
    path.write_bytes(content)
    with pytest.raises(LinkError, match=r"show-1\.json"):
        WindowLink.attach(path)
