"""The programs on a virtual screen end with whoever started them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.wait import wait_until
from tools.virtual_screen import ROOT, program

if sys.platform != "linux":
    pytest.skip("looks at the processes of Linux", allow_module_level=True)

BEGIN = """
import os, signal, sys, time
from pathlib import Path
told = Path(sys.argv[1])
"""
TELL = "told.with_suffix('.new').write_text(str(os.getpid())); told.with_suffix('.new').rename(told)"
ENDS_SLOWLY = f"""{BEGIN}
def end(*_):
    told.with_name("ending").touch()
    time.sleep(1.0)
    sys.exit()
signal.signal(signal.SIGTERM, end)
{TELL}
time.sleep(60)
"""
STARTS_IT = f"""{BEGIN}
from tools.virtual_screen import ended_by_signals, program
with ended_by_signals(), program(["-c", {ENDS_SLOWLY!r}, str(told)], dict(os.environ)):
    time.sleep(60)
"""
NEVER_ENDS = f"""{BEGIN}
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    {TELL}
time.sleep(60)
"""


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Path]:
    """Yield the file in which a program tells its number; it is ended where the test has failed to."""
    path = tmp_path / "number"
    yield path
    if path.exists():
        with suppress(ProcessLookupError):
            os.kill(int(path.read_text()), signal.SIGKILL)


def number_in(path: Path) -> int:
    return int(wait_until(lambda: path.exists() and path.read_text()))


def runs(number: int) -> bool:
    """Return whether a process runs; one that has ended and that nobody waited for does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_what_was_started_and_a_second_one_does_not_disturb_that(
    told: Path, ending: signal.Signals
) -> None:
    # A picture that was ended by SIGTERM, or by a second Ctrl-C, used to leave its show, window and screen running.
    tool = subprocess.Popen([sys.executable, "-c", STARTS_IT, str(told)], cwd=ROOT)
    try:
        number = number_in(told)
        assert runs(number)
        tool.send_signal(ending)
        wait_until(lambda: told.with_name("ending").exists())
        tool.send_signal(ending)
        assert tool.wait(timeout=20.0) == 128 + ending
    finally:
        tool.kill()
        tool.wait()
    assert not runs(number)


def test_what_does_not_end_is_killed_with_all_that_it_started(told: Path) -> None:
    with program(["-c", NEVER_ENDS, str(told)], dict(os.environ), end_s=0.1):
        number = number_in(told)
        assert runs(number)
    wait_until(lambda: not runs(number))
