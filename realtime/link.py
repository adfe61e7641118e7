"""Show and window are two processes: poses and health go through shared memory, Commands come back through a pipe.

The show is the server. It writes a small file that says where it can be found; a window reads it, maps the memory and
connects. A window that hangs or dies costs the show nothing, and another can attach at any time. The memory is a
mapped file, so that it needs no tracker process and works the same on every system.
"""

import json
import os
import secrets
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from time import monotonic
from typing import Self

import platformdirs

from realtime.command_coding import decode, encode
from realtime.commands import Command
from realtime.errors import LinkError
from realtime.health import HealthSnapshot
from realtime.shared_show import SharedShow
from realtime.types import MusicFrame, Pose, ShowState

WINDOW_LEAD_S = 0.1
"""How far ahead the show publishes poses, so that a window can show the one that its frame will be seen with."""
_LONGEST_COMMAND = 65_536
_ALIVE_S = 1.0
_HUNG_S = 3.0


class ShowLink:
    """The show's end: a `PoseSink` that publishes, and a listener for Commands. Threads as noted at each method."""

    lead_s = WINDOW_LEAD_S

    def __init__(self, obey: Callable[[Command], None], *, folder: Path | None = None) -> None:
        """Create the memory and start to listen.

        Args:
            obey: called with each command, in a thread of the link.
            folder: where the files go; None for the user's runtime folder.
        """
        folder = folder or runtime_folder()
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.path = folder / f"show-{name}.json"
        self.refused_commands = 0
        self._closed = False
        self._obey = obey
        self._memory_path = folder / f"show-{name}.memory"
        self._memory = SharedShow.create(self._memory_path)
        key = secrets.token_bytes(16)
        self._listener = Listener(None if os.name == "nt" else str(folder / f"show-{name}.pipe"), authkey=key)
        description = {
            "pid": os.getpid(),
            "memory": str(self._memory_path),
            "address": self._listener.address,
            "key": key.hex(),
        }
        # Whoever looks for shows must never see half a description.
        unfinished = self.path.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(description), encoding="utf-8")
        unfinished.replace(self.path)
        Thread(target=self._accept, name="link", daemon=True).start()

    def send(self, pose: Pose, music: MusicFrame, state: ShowState) -> None:  # noqa: ARG002 - a PoseSink
        """Publish a pose. The performing thread calls this."""
        self._memory.write_pose(pose)

    def publish(self, snapshot: HealthSnapshot, *, host_s: float, show_s: float) -> None:
        """Publish the health of the show and the relation of the clocks. One thread calls this."""
        self._memory.write_health(snapshot, host_s=host_s, show_s=show_s)

    def close(self) -> None:
        """Tell windows that the show is over, and remove its files."""
        if self._closed:
            return
        self._closed = True
        self.path.unlink(missing_ok=True)
        with suppress(OSError):
            self._listener.close()
        self._memory.close()
        self._memory_path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except AuthenticationError:
                self.refused_commands += 1
                continue
            except (OSError, EOFError):
                if self._closed:
                    return
                continue
            Thread(target=self._read_commands, args=(connection,), name="commands", daemon=True).start()

    def _read_commands(self, connection: Connection) -> None:
        with connection, suppress(OSError, EOFError):
            while True:
                try:
                    command = decode(connection.recv_bytes(_LONGEST_COMMAND))
                except ValueError:
                    self.refused_commands += 1
                    continue
                self._obey(command)


class WindowLink:
    """A window's end. One thread calls it; nothing here waits for the show."""

    def __init__(self, path: Path) -> None:
        """Attach to the show that `path` describes; see `attach`."""
        try:
            description = json.loads(path.read_text(encoding="utf-8"))
            self._memory = SharedShow.attach(Path(description["memory"]))
            silent_s = monotonic() - self._memory.published_host_s
            if self._memory.published_host_s > 0.0 and silent_s > _HUNG_S:
                # Connecting to a process that hangs would wait for it.
                raise TimeoutError(f"it has said nothing for {silent_s:.0f} s")
            self._connection = Client(description["address"], authkey=bytes.fromhex(description["key"]))
        except (OSError, ValueError, KeyError, EOFError, AuthenticationError) as error:
            raise LinkError(f"{path}: the show that this file describes does not answer ({error})") from error
        self.path = path
        self._outbox: Queue[Command | None] = Queue(maxsize=256)
        self._connected = True
        self._sender = Thread(target=self._send_all, name="commands", daemon=True)
        self._sender.start()

    @classmethod
    def attach(cls, path: Path | None = None) -> Self:
        """Return a link to the show that `path` describes; None means the newest running one.

        Raises:
            LinkError: there is no show, or it does not answer.
        """
        if path is not None:
            return cls(path)
        shows = sorted(runtime_folder().glob("show-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for candidate in shows:
            try:
                return cls(candidate)
            except LinkError:
                if not _lives(candidate):
                    # Left behind by a show that was killed.
                    for ending in (".json", ".memory", ".pipe"):
                        candidate.with_suffix(ending).unlink(missing_ok=True)
        raise LinkError("no show is running; start one with: farandole live, or: farandole demo")

    def snapshot(self) -> HealthSnapshot | None:
        """Return the newest health of the show; None before the first, and when it was stopped while it writes."""
        return self._memory.read_health()

    def show_s(self, host_s: float) -> float:
        """Return the show time at a host time."""
        return self._memory.show_s(host_s)

    def pose_at(self, show_s: float) -> Pose | None:
        """Return the pose at a show time, between the published ones; None before the first."""
        return self._memory.read_pose(show_s)

    def send(self, command: Command) -> bool:
        """Hand over a command; False when the show is gone or does not take them any more."""
        if not self._connected:
            return False
        try:
            self._outbox.put_nowait(command)
        except Full:
            return False
        return True

    @property
    def alive(self) -> bool:
        """Whether the show published anything within the last second."""
        return self._connected and monotonic() - self._memory.published_host_s < _ALIVE_S

    def close(self) -> None:
        """Detach, after the commands that were sent have left (a hung show is not waited for)."""
        with suppress(Full):
            self._outbox.put_nowait(None)
        self._sender.join(timeout=0.5)

    def _send_all(self) -> None:
        with self._connection, suppress(OSError):
            while (command := self._outbox.get()) is not None:
                self._connection.send_bytes(encode(command))
        self._connected = False


def _lives(description: Path) -> bool:
    """Whether the process that a file in the runtime folder is named for still exists."""
    if os.name == "nt":
        return True  # Signal 0 would interrupt it there; a left-over file does no harm.
    try:
        os.kill(int(description.stem.split("-")[1]), 0)
    except (ProcessLookupError, ValueError, IndexError):
        return False
    except OSError:
        return True
    return True


def runtime_folder() -> Path:
    """Return the folder of this user in which running shows are listed."""
    with warnings.catch_warnings():
        # Without a session there is no runtime folder; platformdirs falls back to /tmp and says so.
        warnings.simplefilter("ignore")
        folder = Path(platformdirs.user_runtime_dir("farandole", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
        folder = Path(tempfile.gettempdir()) / f"farandole-{user}"
        folder.mkdir(exist_ok=True, mode=0o700)
    return folder
