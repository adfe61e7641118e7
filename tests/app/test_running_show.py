"""What a person may change while the show runs: presets, targets, and what the command line insisted on."""

from collections.abc import Iterator

import pytest

from app.compose import Overrides
from app.show import RunningShow
from realtime.audio.demo import DemoTrack
from realtime.audio.played import PlayedTrack
from realtime.clock import HostClock
from realtime.commands import EnableTarget, LoadPreset, MuteTargets, Quit
from realtime.errors import FarandoleError
from tests.support.wait import wait_until

pytestmark = pytest.mark.realtime


def start(overrides: Overrides | None = None) -> RunningShow:
    clock = HostClock()
    show = RunningShow("club", clock, lambda _: PlayedTrack(DemoTrack(), clock, None), overrides=overrides)
    show.start()
    return show


@pytest.fixture
def show() -> Iterator[RunningShow]:
    show = start()
    yield show
    show.stop()


def targets(show: RunningShow) -> list[tuple[str, str, bool]]:
    assert show.live is not None
    return [(target.name, target.address, target.enabled) for target in show.live.snapshot().targets]


def test_a_preset_changes_dance_look_rate_and_targets_while_dancing(show: RunningShow) -> None:
    assert show.live is not None
    show.post(LoadPreset("sunrise"))
    wait_until(lambda: show.live is not None and show.live.snapshot().style_control == 0.5)
    health = show.live.snapshot()
    assert (health.preset, health.look, health.camera) == ("sunrise", "ember", "low")
    assert [name for name, _, _ in targets(show)] == ["TouchDesigner", "Lights"]
    show.post(LoadPreset("peak"))
    assert show.live.snapshot().fps == 90
    assert [name for name, _, _ in targets(show)] == ["TouchDesigner"]


def test_what_the_command_line_asked_for_outlives_a_change_of_preset() -> None:
    show = start(Overrides(fps=30, seed=9, to=("127.0.0.1:9555",)))
    try:
        assert show.live is not None
        before = targets(show)
        for name in ("sunrise", "unity", "club"):
            show.post(LoadPreset(name))
            assert targets(show) == before == [("127.0.0.1:9555", "127.0.0.1:9555", True)]
            assert show.live.fps == 30
        wait_until(lambda: show.live is not None and show.live.engine.controls.seed == 9)
    finally:
        show.stop()


def test_a_preset_that_is_not_in_the_list_is_refused_and_the_show_goes_on(show: RunningShow) -> None:
    assert show.live is not None
    show.post(LoadPreset("/etc/passwd"))
    health = show.live.snapshot()
    assert health.preset == "club"
    assert 'no preset is called "/etc/passwd"' in health.last_failure


def test_targets_are_switched_and_muted_and_stay_muted_through_a_change(show: RunningShow) -> None:
    show.post(EnableTarget(1, False))
    assert targets(show)[0][2] is False
    show.post(EnableTarget(7, False))  # There is no seventh.
    show.post(MuteTargets(True))
    show.post(LoadPreset("unity"))
    assert show.live is not None
    assert show.live.snapshot().muted


def test_quit_ends_the_show(show: RunningShow) -> None:
    assert not show.ended.is_set()
    show.post(Quit())
    assert show.ended.is_set()


def test_a_preset_that_does_not_exist_is_refused_before_anything_starts() -> None:
    with pytest.raises(FarandoleError, match="nope"):
        RunningShow("nope", HostClock(), lambda _: PlayedTrack(DemoTrack(), HostClock(), None))
