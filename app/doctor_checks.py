"""What `farandole doctor` looks at: each check looks at one thing, and never takes long or fails."""

import importlib
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.versions import available_cores
from app.window_process import display_available
from realtime.config import RemoteConfig
from realtime.errors import FarandoleError, InferenceError

State = Literal["ok", "without", "broken"]
"""Works; the show runs without it; the show cannot run."""

_GL_TIMEOUT_S = 30.0
_GL_SCRIPT = """
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
app = QGuiApplication([])
surface, context = QOffscreenSurface(), QOpenGLContext()
surface.create()
assert context.create() and context.makeCurrent(surface), "no OpenGL context"
major, minor = context.format().version()
from OpenGL import GL
print(f"OpenGL {major}.{minor}, {GL.glGetString(GL.GL_RENDERER).decode()}")
"""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what.
        state: see `State`.
        found: what was found.
        advice: what to do about it, or "".
    """

    name: str
    state: State
    found: str
    advice: str = ""


def _python() -> Check:
    found = f"{platform.python_version()}, {platform.system()} {platform.machine()}, {available_cores()} cores"
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Check("Python", "ok" if fits else "broken", found, "" if fits else "use Python 3.11, 3.12 or 3.13")


def _hearing() -> Check:
    try:
        importlib.import_module("aubio")
        importlib.import_module("soundfile")
    except (ImportError, OSError) as error:
        return Check("Hearing", "broken", str(error), "install Farandole again: pip install farandole")
    return Check("Hearing", "ok", "aubio and libsndfile are there")


def _port_audio() -> Check:
    try:
        from realtime.audio.device import input_devices  # noqa: PLC0415 (loads PortAudio, which may be missing)

        devices = input_devices()
    except (FarandoleError, ImportError, OSError) as error:
        return Check("Audio inputs", "without", str(error), "Linux: apt install libportaudio2; else: demo --silent")
    if not devices:
        return Check(
            "Audio inputs", "without", "none", "plug one in, or start a sound server; demo --silent needs none"
        )
    names = ", ".join(device.name for device in devices[:3])
    more = f" and {len(devices) - 3} more" if len(devices) > 3 else ""
    return Check("Audio inputs", "ok", f"{len(devices)}: {names}{more}")


def _sound_server() -> Check:
    if not sys.platform.startswith("linux"):
        return Check("Sound server", "ok", "the system's own")
    tool = shutil.which("pactl")
    if tool is None:
        return Check(
            "Sound server", "without", "pactl is not installed", "apt install pulseaudio-utils, to see it here"
        )
    said = subprocess.run([tool, "info"], capture_output=True, text=True, timeout=10.0, check=False)
    name = next((line.split(":", 1)[1].strip() for line in said.stdout.splitlines() if "Server Name" in line), "")
    if said.returncode or not name:
        return Check("Sound server", "without", "none answers", "log in to a desktop, or start PulseAudio or PipeWire")
    return Check("Sound server", "ok", name)


def _window() -> Check:
    if not display_available():
        return Check("Window", "without", "no display", "log in to a desktop, or set DISPLAY; --headless needs none")
    try:
        said = subprocess.run(
            [sys.executable, "-c", _GL_SCRIPT], capture_output=True, text=True, timeout=_GL_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Check("Window", "without", "OpenGL does not answer", "update the graphics driver; --headless needs none")
    if said.returncode:
        why = (said.stderr.strip().splitlines() or ["it did not say why"])[-1]
        return Check("Window", "without", why, "install or update the graphics driver; --headless needs none")
    slow = "llvmpipe" in said.stdout
    return Check(
        "Window", "ok", said.stdout.strip(), "drawn by the processor: the stage will be coarse" if slow else ""
    )


def _osc() -> Check:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
            receiver.bind(("127.0.0.1", 0))
            receiver.settimeout(2.0)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"/dance", receiver.getsockname())
            receiver.recv(16)
    except OSError as error:
        return Check("OSC out", "broken", f"UDP does not work here: {error}", "look at the firewall")
    return Check("OSC out", "ok", "UDP goes out and comes in")


def _remote() -> Check:
    port = RemoteConfig().port
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
            receiver.bind(("127.0.0.1", port))
    except OSError:
        advice = "a show is running, or another program has it; a preset may name another port"
        return Check("OSC in", "without", f"port {port} is taken", advice)
    return Check("OSC in", "ok", f"port {port} is free")


def _onnx() -> Check:
    try:
        import onnxruntime  # noqa: PLC0415 (half a second, and it may be missing)
    except (ImportError, OSError) as error:
        return Check("ONNX Runtime", "broken", str(error), "install it again: pip install onnxruntime")
    return Check("ONNX Runtime", "ok", f"{onnxruntime.__version__}, one thread of the CPU")


def _tensorrt() -> Check:
    from models.runtime.cuda import CudaGpu  # noqa: PLC0415
    from models.runtime.tensorrt_build import ahead_of_time, find_library  # noqa: PLC0415

    try:
        library = find_library()
    except InferenceError as error:
        return Check(
            "TensorRT", "without", str(error).split(": pip")[0], "pip install 'farandole[tensorrt]' (NVIDIA only)"
        )
    version = f"{library.__name__} {library.__version__}"
    try:
        gpu = CudaGpu()
    except InferenceError as error:
        builds = "; engines for other machines can be built" if ahead_of_time(library) else ""
        return Check("TensorRT", "without", f"{version}, but {error}{builds}", "needs an NVIDIA GPU and its driver")
    found = f"{version} on {gpu.name}, compute capability {gpu.compute}"
    gpu.close()
    return Check("TensorRT", "ok", found)


def _torch() -> Check:
    try:
        torch = importlib.import_module("torch")
    except (ImportError, OSError) as error:
        why = "not installed" if isinstance(error, ModuleNotFoundError) else str(error)
        return Check("torch", "without", why, "only training needs it: pip install 'farandole[train]'")
    where = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU only"
    return Check("torch", "ok", f"{torch.__version__}, {where}")


CHECKS: tuple[Callable[[], Check], ...] = (
    _python,
    _hearing,
    _port_audio,
    _sound_server,
    _window,
    _osc,
    _remote,
    _onnx,
    _tensorrt,
    _torch,
)
