"""Opens a rehearsal room beside a running show: a process of its own, silent towards receivers until it is asked."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from realtime.errors import FarandoleError

Start = Callable[[list[str]], object]


class RoomOpener(QObject):
    """Opens rooms. Qt's thread only.

    Args:
        start: starts a process that outlives this one; tests bring their own.
    """

    said = Signal(str)
    """What a person should know."""

    def __init__(self, start: Start | None = None) -> None:
        super().__init__()
        self._start = start or _start

    def open(self, track: Path, *, preset: str) -> None:
        """Open a room for a track, in the preset of the show; say why not, when it is no track."""
        # Here, so that a desk on which nothing is dropped loads no audio library.
        from realtime.audio.av_track import open_track  # noqa: PLC0415

        try:
            open_track(track)
        except FarandoleError as error:
            self.said.emit(f"This is no track that can be rehearsed: {error}")
            return
        chosen = ["--preset", preset] if preset else []
        try:
            self._start([sys.executable, "-m", "app.cli", "room", str(track), "--muted", *chosen])
        except OSError as error:
            self.said.emit(f"The rehearsal room cannot be opened: {error}")
            return
        self.said.emit(
            f"Opening {track.name} in the rehearsal room, with OSC muted: this show goes on. M lets it speak."
        )


def _start(command: list[str]) -> object:
    """Start a process that neither this one's end nor its terminal reaches."""
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
