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

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageGrab

from app.palettes import DARK, PALETTES
from app.theme import mixed
from tools.virtual_screen import ROOT, ended_by_signals, program, screen

PICTURES = ROOT / "docs" / "pictures"
_LOOKS_AT_S = 26.9
_PATIENCE_S = 400.0
"""A busy machine may take minutes to open a window."""
_SETTLE_S = 5.0
_PRESS_S = 0.4
"""A skip goes from where the track is known to be: the last one must have been told."""
_MOST_BYTES = 140_000
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


def window_picture(name: str) -> Path:
    """Take one of `SHOTS`, of a window and a show of its own, and return its path."""
    shot = SHOTS[name]
    with _window(shot) as (environment, picture):
        for key in shot.keys:
            if isinstance(key, str):
                subprocess.run(["xdotool", "key", key], env=environment, check=True)
            time.sleep(_PRESS_S if isinstance(key, str) else key)
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
    _with_few_colours(picture).save(path, optimize=True)
    return path


def _with_few_colours(picture: Image.Image) -> Image.Image:
    """Return a picture of 256 colours: those of the desk exactly as they are, and what fits in beside them.

    Pillow's own search for the nearest colour of a palette is coarse in the dark, where a desk lives.
    """
    own = {getattr(palette, name) for palette in PALETTES.values() for name in palette.__slots__}
    desk = [ImageColor.getrgb(colour)[:3] for colour in sorted(str(name) for name in own if str(name).startswith("#"))]
    lamps = [(DARK.beat, DARK.well, share) for share in (0.25, 0.4, 0.55, 0.7, 0.85)]
    lamps += [(lamp, DARK.panel, 0.16) for lamp in (DARK.good, DARK.warn, DARK.bad)]
    desk += [ImageColor.getrgb(mixed(*lamp).name())[:3] for lamp in lamps]
    found, places = np.unique(np.asarray(picture).reshape(-1, 3), axis=0, return_inverse=True)
    # Half of the rest where most pixels are, half where colours are: a thin bright line must keep its own.
    half = (256 - len(desk)) // 2
    each_once = Image.fromarray(found[:, None])
    between = [part for image in (picture, each_once) for part in (image.quantize(half).getpalette() or [])[: 3 * half]]
    colours = np.array([*(part for colour in desk for part in colour), *between], np.int32).reshape(-1, 3)
    nearest = np.concatenate([_nearest(part, colours) for part in np.array_split(found, len(found) // 4096 + 1)])
    few = Image.fromarray(nearest[places.reshape(-1)].astype(np.uint8).reshape(picture.height, picture.width), "P")
    few.putpalette(colours.astype(np.uint8).tobytes())
    return few


def _nearest(some: NDArray[np.uint8], colours: NDArray[np.int32]) -> NDArray[np.intp]:
    return np.argmin(np.sum((some[:, None].astype(np.int32) - colours[None]) ** 2, axis=-1), axis=1)


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
    with ended_by_signals():
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
