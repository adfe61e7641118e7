"""`farandole desk`: the desk as one opens it every evening, where the last one ended."""

from pathlib import Path

from app import compose, run_show
from app import session as session_file
from app.session import Session, SessionFile
from app.sources import open_input
from app.window_main import main as window_main
from realtime.clock import HostClock
from realtime.commands import DEMO_INPUT
from realtime.errors import FarandoleError, LinkError
from realtime.link import WindowLink

FIRST_PRESET = "club"


def open_desk(path: Path, *, seconds: float | None = None) -> int:
    """Open the show of last time, or a window on the one that runs already; return the exit status.

    Args:
        path: where the session is kept.
        seconds: end by itself after so long.
    """
    if show_runs():
        # One show a person: a second would fight for the input, the ports and the ears of the receivers.
        return window_main([])
    last = _usable(session_file.load(path))
    session = last or Session(FIRST_PRESET)
    clock = HostClock()
    device = {} if session.input == DEMO_INPUT else {"device": session.input}
    run_show.run(
        session.preset,
        clock,
        lambda preset: open_input(session.input, preset.audio, clock),
        overrides=compose.Overrides(to=session.targets, audio=device),
        window=True,
        seconds=seconds,
        opening=session.commands() if last is not None else (),
        keeping=SessionFile(path),
        welcome=True,
    )
    return 0


def show_runs() -> bool:
    """Return whether a show of this person runs on this machine."""
    try:
        WindowLink.attach(None).close()
    except LinkError:
        return False
    return True


def _usable(session: Session | None) -> Session | None:
    """Return the session, without what this installation does not know any more."""
    if session is None:
        return None
    try:
        compose.find_preset(session.preset)
        for target in session.targets:
            compose.parse_target(target)
    except FarandoleError:
        return None
    return session
