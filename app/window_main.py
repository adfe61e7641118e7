"""The window process: `python -m app.window_main --attach PATH`, a client of a running show.

Its exit status is 0 when a person closed the desk. A signal ends the window and leaves the show dancing.
"""

import argparse
import faulthandler
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from PySide6.QtWidgets import QApplication

from app import settings as settings_file
from app import theme
from app.displays import Displays
from app.room_model import RoomModel
from app.show_client import Attach, ShowClient
from app.show_search import ShowSearch
from app.stage_slot import plain_kit, stage_kit
from app.stages import Stages
from app.stall_log import StallLog
from app.view_model import ViewModel
from app.windows.operator import OperatorWindow
from app.windows.rehearsal import RehearsalWindow
from realtime.errors import LinkError


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the desk and return the exit status when it is closed."""
    asked = parser().parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(5)  # On a machine that is too small the picture waits, not the show.
    application = QApplication(sys.argv[:1])
    # A crash in a driver says where it was; that there is no display, Qt has said itself.
    faulthandler.enable()
    application.setApplicationName("Farandole")
    application.setFont(theme.font())
    return run(application, asked, ShowSearch(attach_to(asked.attach)))


def run(application: QApplication, asked: argparse.Namespace, search: ShowSearch) -> int:
    """Show the windows that were asked for, until a person closes the desk."""
    view_model = ViewModel(search)
    kit = plain_kit("Started without a 3D picture") if asked.no_stage else stage_kit(view_model.remark)
    stages = Stages(view_model, kit, Displays(), asked.settings)
    stages.choose(display=asked.display)
    stages.insist(look=asked.look, camera=asked.camera)
    room = RoomModel(view_model) if asked.room else None
    desk = OperatorWindow(view_model, stages) if room is None else RehearsalWindow(view_model, room, stages)
    desk.resize(1440, 900)
    desk.show()
    view_model.start()
    stalls = StallLog(asked.stalls) if asked.stalls is not None else None
    if room is not None:
        room.start()
    if isinstance(desk, OperatorWindow):
        desk.restore_strip()
        if asked.welcome:
            desk.welcome()
    if asked.fullscreen or asked.display:
        stages.open_output()
    else:
        stages.restore_output()

    # `quit` would close the windows one by one, as a person does, and so end the show; `exit` does not.
    def leave(number: int, _frame: FrameType | None) -> None:
        application.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    status = application.exec()
    if room is not None:
        room.stop()
    view_model.stop()
    del stalls
    return status


def attach_to(path: Path | None) -> Attach:
    """Return how to find a show: the one at `path`, and when that is gone the newest one that runs."""
    from realtime.link import WindowLink  # noqa: PLC0415 - tests of the windows need no link

    def attach() -> ShowClient:
        if path is not None:
            try:
                return WindowLink.attach(path)
            except LinkError:
                pass
        return WindowLink.attach(None)

    return attach


def parser() -> argparse.ArgumentParser:
    """Return what the window can be asked on the command line."""
    options = argparse.ArgumentParser(prog="farandole-window", description="The desk of a running show.")
    options.add_argument("--attach", type=Path, help="the show's link; without it, the newest show that runs")
    options.add_argument("--display", default="", help="open the fullscreen output on the display of this name")
    options.add_argument("--fullscreen", action="store_true", help="open the output on the display of last time")
    options.add_argument("--look", default="", help="look of the stage, until another preset is loaded")
    options.add_argument("--camera", default="", help="camera of the stage, until another preset is loaded")
    options.add_argument(
        "--stalls",
        type=Path,
        help="measure how long this window does not answer; a JSON file",
        default=Path(os.environ["FARANDOLE_STALLS"]) if "FARANDOLE_STALLS" in os.environ else None,
    )
    options.add_argument("--welcome", action="store_true", help="greet whoever opens the desk for the first time")
    options.add_argument("--room", action="store_true", help="the rehearsal room instead of the desk")
    options.add_argument("--no-stage", action="store_true", help="no 3D picture")
    options.add_argument("--settings", type=Path, default=settings_file.default_path(), help="where choices are kept")
    return options


if __name__ == "__main__":
    sys.exit(main())
