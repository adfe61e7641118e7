"""Remakes the pictures of `docs/pictures/`: `python -m tools.pictures` (needs Xvfb and xdotool).

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
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageGrab

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
_LOOKS_AT_S = 26.9
_PATIENCE_S = 400.0
"""A busy machine may take minutes to open a window."""
_SETTLE_S = 5.0
_PRESS_S = 0.4
"""A skip goes from where the track is known to be: the last one must have been told."""
_MOST_BYTES = 140_000
_FLAT_COLOURS, _STAGE_COLOURS = 72, 128
_TILE = (486, 276)
_WINDOW = """
import os, sys
os.nice = lambda n: 0
import app.quality as quality
quality._SHARE = 40.0
defaults = quality.Governor.__init__.__defaults__
quality.Governor.__init__.__defaults__ = (0, quality.LADDER[-2:-1], *defaults[2:])
from app.window_main import main
sys.exit(main(sys.argv[1:]))
"""
"""The window as it is, but at full quality whatever it costs: nobody dances to these pictures."""


@dataclass(frozen=True)
class Shot:
    """A picture of a window.

    Attributes:
        look: of the stage.
        keys: what is pressed before it is taken; a number waits for so many seconds.
        show: what is run; the window is the room's when it is a room.
        suffix: of its file.
        scale: device pixels per pixel.
    """

    look: str
    keys: Sequence[str | float] = ()
    show: Sequence[str] = ("demo", "--silent")
    suffix: str = ".png"
    scale: int = 1


_ROOM = ("room", "demo", "--silent", "--model", "groove")
_AT_THE_DROP = (12.0, *["Right"] * 22, "x", "bracketleft", *["Right"] * 4, "bracketright", *["Left"] * 3)
SHOTS: dict[str, Shot] = {
    "desk": Shot("neon"),
    "desk-2x": Shot("neon", suffix=".jpg", scale=2),
    "desk-setup": Shot("silk", ("F2",)),
    "desk-calibration": Shot("tubes", ("F9",)),
    "desk-benchmark": Shot("neon", ("ctrl+shift+b", 14.0)),
    "desk-dim": Shot("ember", ("F8",)),
    "desk-red": Shot("eclipse", ("F8", "F8")),
    "desk-help": Shot("neon", ("F1",)),
    "rehearsal": Shot("neon", _AT_THE_DROP, show=_ROOM),
    "rehearsal-2x": Shot("mercury", _AT_THE_DROP, show=_ROOM, suffix=".jpg", scale=2),
}


def looks(folder: Path) -> list[Path]:
    """Draw every look, and put them side by side into one picture."""
    environment = {**os.environ, "EGL_PLATFORM": "surfaceless"}
    command = [sys.executable, "-m", "app.snapshot", str(folder), "--at", str(_LOOKS_AT_S)]
    size = ["--width", "640", "--height", "360"]
    subprocess.run([*command, *size], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    pictures = sorted(folder.glob("*.png"))
    sheet = Image.new("RGB", (2 * _TILE[0], (len(pictures) + 1) // 2 * _TILE[1]), "#0B0D10")
    for number, path in enumerate(pictures):
        tile = Image.open(path).convert("RGB").resize((_TILE[0] - 6, _TILE[1] - 6), Image.Resampling.LANCZOS)
        sheet.paste(tile, (number % 2 * _TILE[0] + 3, number // 2 * _TILE[1] + 3))
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


def window_picture(name: str) -> Path:
    """Take one of `SHOTS`, of a window and a show of its own, and return its path."""
    shot = SHOTS[name]
    with _window(shot) as (environment, picture):
        for key in shot.keys:
            if isinstance(key, float):
                time.sleep(key)
            else:
                subprocess.run(["xdotool", "key", key], env=environment, check=True)
                time.sleep(_PRESS_S)
        time.sleep(_SETTLE_S)
        return small(picture(), PICTURES / f"{name}{shot.suffix}")


def strip_picture() -> Path:
    """Take the picture of the strip, alone."""
    with _window(Shot("neon")) as (environment, picture):
        subprocess.run(["xdotool", "key", "F10"], env=environment, check=True)
        time.sleep(_SETTLE_S)
        return small(picture().crop((24, 24, 344, 144)), PICTURES / "strip.png")


@contextmanager
def _window(shot: Shot) -> Generator[tuple[dict[str, str], Callable[[], Image.Image]]]:
    """Open a show and its window; yield the environment, and what takes a picture, once the dancer is seen."""
    with screen(1440 * shot.scale, 900 * shot.scale) as environment:
        folder = Path(environment["XDG_RUNTIME_DIR"])

        def picture() -> Image.Image:
            return ImageGrab.grab(xdisplay=environment["DISPLAY"]).convert("RGB")

        def drawn() -> bool:
            time.sleep(1.0)
            # A dancer takes many colours; `getcolors` returns None when there are more than so many.
            return picture().getcolors(4000) is None

        settings = ["--settings", str(folder / "window.json"), "--look", shot.look]
        room = ["--room"] if shot.show[0] == "room" else []
        scaled = {**environment, "QT_SCALE_FACTOR": str(shot.scale)}
        with program(["-m", "app.cli", *shot.show, "--headless"], environment):
            _wait(lambda: bool(list(folder.rglob("show-*.json"))), "the show")
            with program(["-c", _WINDOW, *settings, *room], scaled):
                _wait(drawn, "the window")
                yield environment, picture


def small(picture: Image.Image, path: Path) -> Path:
    """Write a picture with so few colours, or so little quality, that it is small, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".jpg":
        for quality in range(92, 40, -4):
            picture.save(path, quality=quality, optimize=True, progressive=True)
            if path.stat().st_size < _MOST_BYTES:
                break
        return path
    picture.quantize(palette=_palette(picture), dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def _palette(picture: Image.Image) -> Image.Image:
    """Return a palette with the flat colours of the panels as they are, and of the stage what fits in beside them."""
    counted = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
    flat = [colour for _, colour in counted[:_FLAT_COLOURS] if isinstance(colour, tuple)]
    between = picture.quantize(_STAGE_COLOURS).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*(round(part) for colour in flat for part in colour[:3]), *between[: 3 * _STAGE_COLOURS]])
    return palette


def _wait(ready: Callable[[], bool], what: str) -> None:
    end_s = time.monotonic() + _PATIENCE_S
    while not ready():
        if time.monotonic() > end_s:
            raise TimeoutError(f"{what} did not appear within {_PATIENCE_S:g} s")
        time.sleep(0.2)


def main() -> int:
    """Make the pictures that are named, or all of them."""
    wanted = sys.argv[1:] or [*SHOTS, "strip", "looks"]
    made: list[Path] = []
    if "looks" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            made += looks(Path(folder))
    made += [window_picture(name) for name in SHOTS if name in wanted]
    made += [strip_picture()] if "strip" in wanted else []
    for path in made:
        sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
