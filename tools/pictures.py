"""Remakes the pictures of `docs/pictures/`: `python -m tools.pictures` (needs Xvfb, xdotool and ImageMagick).

The looks are drawn of a rehearsed dance, without a display. The windows are the real ones on a screen of their own, on
a show that plays the demo, at the full quality that a graphics card would choose.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
_LOOKS_AT_S = 26.9
_PATIENCE_S = 400.0
"""A busy machine may take minutes to open a window."""
_WINDOW = """
import os, sys
os.nice = lambda n: 0
import app.quality as quality
quality._SHARE, quality.LADDER = 40.0, quality.LADDER[-2:-1]
from app.window_main import main
sys.exit(main(sys.argv[1:]))
"""
"""The window as it is, but at full quality whatever it costs: nobody dances to these pictures."""
Keys = Sequence[str]
SHOTS: dict[str, tuple[str, Keys]] = {
    "desk": ("neon", ()),
    "desk-setup": ("silk", ("F2",)),
    "desk-calibration": ("tubes", ("F9",)),
    "desk-dim": ("ember", ("F8",)),
    "desk-red": ("eclipse", ("F8", "F8")),
    "desk-help": ("neon", ("F1",)),
}
"""Each picture's look, and the keys that are pressed before it is taken."""


def looks(folder: Path) -> list[Path]:
    """Draw every look, and put them side by side into one picture."""
    environment = {**os.environ, "EGL_PLATFORM": "surfaceless"}
    command = [sys.executable, "-m", "app.snapshot", str(folder), "--at", str(_LOOKS_AT_S)]
    size = ["--width", "640", "--height", "360"]
    subprocess.run([*command, *size], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    pictures = sorted(folder.glob("*.png"))
    sheet = folder / "looks-sheet.png"
    tiles = ["-tile", "2x", "-geometry", "480x270+3+3", "-background", "#0B0D10"]
    subprocess.run(["montage", *map(str, pictures), *tiles, str(sheet)], check=True)
    return [small(sheet, PICTURES / "looks.jpg")]


@contextmanager
def screen(width: int, height: int) -> Generator[dict[str, str]]:
    """Yield the environment of a virtual screen, with a home and a runtime folder of its own."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        reading, writing = os.pipe()
        size = ["-screen", "0", f"{width}x{height}x24"]
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), *size, "+extension", "GLX", "-nolisten", "tcp"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        try:
            own = {"DISPLAY": f":{number}", "XDG_RUNTIME_DIR": folder, "HOME": folder, "XDG_CONFIG_HOME": folder}
            yield {**os.environ, **own, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
        finally:
            server.terminate()
            server.wait()


@contextmanager
def program(arguments: list[str], environment: dict[str, str]) -> Generator[subprocess.Popen[bytes]]:
    """Run Python with arguments for a while."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def window_pictures(names: Sequence[str], *, scale: int = 1, suffix: str = ".png") -> list[Path]:
    """Take the pictures of the windows, each of a window of its own.

    Args:
        names: of `SHOTS`.
        scale: device pixels per pixel.
        suffix: added to the names of the files, with their kind.
    """
    made: list[Path] = []
    with (
        screen(1440 * scale, 900 * scale) as environment,
        program(["-m", "app.cli", "demo", "--silent", "--headless"], environment),
    ):
        scaled = {**environment, "QT_SCALE_FACTOR": str(scale)}
        _wait(lambda: bool(list(Path(environment["XDG_RUNTIME_DIR"]).rglob("show-*.json"))), "the show")
        for name in names:
            look, keys = SHOTS[name]
            with tempfile.TemporaryDirectory() as folder:
                shot = Path(folder) / "shot.png"
                settings = ["--settings", f"{folder}/window.json", "--look", look]
                with program(["-c", _WINDOW, *settings], scaled):
                    _wait(lambda shot=shot: _drawn(shot, environment), f"the window of {name}")
                    for key in keys:
                        subprocess.run(["xdotool", "key", key], env=environment, check=True)
                    time.sleep(8.0)
                    _grab(shot, environment)
                made.append(small(shot, PICTURES / f"{name}{suffix}"))
    return made


def strip_picture() -> Path:
    """Take the picture of the strip, alone."""
    with (
        screen(1440, 900) as environment,
        program(["-m", "app.cli", "demo", "--silent", "--headless"], environment),
        tempfile.TemporaryDirectory() as folder,
    ):
        _wait(lambda: bool(list(Path(environment["XDG_RUNTIME_DIR"]).rglob("show-*.json"))), "the show")
        shot = Path(folder) / "shot.png"
        with program(["-c", _WINDOW, "--settings", f"{folder}/window.json"], environment):
            _wait(lambda: _drawn(shot, environment), "the window")
            subprocess.run(["xdotool", "key", "F10"], env=environment, check=True)
            time.sleep(6.0)
            _grab(shot, environment)
            subprocess.run(["convert", str(shot), "-crop", "320x120+24+24", "+repage", str(shot)], check=True)
        return small(shot, PICTURES / "strip.png")


def small(start: Path, end: Path) -> Path:
    """Write a picture with so few colours that it is small, and return its path; a .jpg keeps its colours."""
    end.parent.mkdir(parents=True, exist_ok=True)
    if end.suffix == ".jpg":
        subprocess.run(["convert", str(start), "-strip", "-define", "jpeg:extent=140kb", str(end)], check=True)
        return end
    plain = ["-strip", "-define", "png:compression-level=9"]
    subprocess.run(["convert", str(start), "+dither", "-colors", "200", *plain, f"PNG8:{end}"], check=True)
    return end


def _grab(path: Path, environment: dict[str, str]) -> None:
    subprocess.run(["import", "-window", "root", str(path)], env=environment, check=True)


def _drawn(shot: Path, environment: dict[str, str]) -> bool:
    """Return whether the stage shows its dancer already: that takes many colours."""
    _grab(shot, environment)
    counted = subprocess.run(["identify", "-format", "%k", str(shot)], capture_output=True, text=True, check=True)
    time.sleep(1.0)
    return int(counted.stdout) > 4000


def _wait(ready: Callable[[], bool], what: str) -> None:
    end_s = time.monotonic() + _PATIENCE_S
    while not ready():
        if time.monotonic() > end_s:
            raise TimeoutError(f"{what} did not appear within {_PATIENCE_S:g} s")
        time.sleep(0.2)


def main() -> int:
    """Make the pictures that are named, or all of them."""
    wanted = sys.argv[1:] or [*SHOTS, "desk-2x", "strip", "looks"]
    made: list[Path] = []
    if "looks" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            made += looks(Path(folder))
    made += window_pictures([name for name in SHOTS if name in wanted]) if set(wanted) & set(SHOTS) else []
    made += window_pictures(["desk"], scale=2, suffix="-2x.jpg") if "desk-2x" in wanted else []
    made += [strip_picture()] if "strip" in wanted else []
    for path in made:
        sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
