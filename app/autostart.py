"""Starts the desk when somebody logs in: one small file where the system looks for it, written or removed."""

import os
import plistlib
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from realtime.errors import FarandoleError

NAME = "farandole"


@dataclass(frozen=True, slots=True)
class Entry:
    """The file that starts the desk, and what stands in it."""

    path: Path
    text: str

    @property
    def on(self) -> bool:
        """Whether the desk starts by itself."""
        return self.path.exists()

    def write(self) -> None:
        """Start the desk from the next login on."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.text, encoding="utf-8")

    def remove(self) -> None:
        """Start it no more."""
        self.path.unlink(missing_ok=True)


def switch_autostart(state: str, here: Entry | None = None) -> str:
    """Do as asked and return a sentence about it.

    Args:
        state: "on", "off" or "status".
        here: the entry of this system, but for tests.

    Raises:
        FarandoleError: it is none of those.
    """
    here = here or entry()
    if state not in ("on", "off", "status"):
        raise FarandoleError(f'autostart may be on, off or status; got "{state}"')
    if state == "on":
        here.write()
    elif state == "off":
        here.remove()
    return f"the desk starts at login: {here.path}" if here.on else "the desk does not start at login"


def entry(platform: str = sys.platform, *, home: Path | None = None, command: list[str] | None = None) -> Entry:
    """Return the entry of a system.

    Args:
        platform: as in `sys.platform`.
        home: of the user.
        command: what to start; the desk of this installation without it.
    """
    home = home or Path.home()
    command = command or [sys.executable, "-m", "app.cli", "desk"]
    if platform == "darwin":
        values = {"Label": NAME, "ProgramArguments": command, "RunAtLoad": True}
        return Entry(home / "Library" / "LaunchAgents" / f"{NAME}.plist", plistlib.dumps(values).decode())
    if platform == "win32":
        roaming = Path(os.environ.get("APPDATA", home / "AppData" / "Roaming"))
        folder = roaming / "Microsoft" / "Windows" / "Start Menu" / "Programs" / "Startup"
        return Entry(folder / f"{NAME}.cmd", f'@start "" {subprocess.list2cmdline(command)}\r\n')
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "autostart"
    # Desktop Entry Specification 1.5: a percent sign stands for itself only when doubled.
    line = shlex.join(command).replace("%", "%%")
    text = f"[Desktop Entry]\nType=Application\nName=Farandole\nExec={line}\nTerminal=false\n"
    return Entry(folder / f"{NAME}.desktop", text)
