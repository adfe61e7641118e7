"""What a window remembers from one evening to the next: a small JSON file, never worth an error on a stage."""

import logging
from pathlib import Path

import msgspec
import platformdirs

_log = logging.getLogger(__name__)


class Settings(msgspec.Struct, frozen=True):
    """The taste of one machine.

    Attributes:
        display: name of the output's display, "" for the last one that is connected.
        look: name of the stage's look.
        camera: name of the stage's camera.
        output_open: whether the output was open when the window ended without being closed.
        display_offset_s: how late this machine's picture is seen (a projector, a long cable).
        background: what is behind the dancer in the output window: "stage", "black" or "clear".
        theme: name of the palette.
        brightness: of the palette, 0 to 1.
        preset_wait: what a change of preset waits for.
        preset_fade_s: how long it takes.
        compact: where the compact strip was, x and y; none when it was not open.
        welcomed: whether the first evening is over.
        show_mode: whether the settings are locked for a show.
    """

    display: str = ""
    look: str = "neon"
    camera: str = "orbit"
    output_open: bool = False
    display_offset_s: float = 0.0
    background: str = "stage"
    theme: str = "dark"
    brightness: float = 1.0
    preset_wait: str = "bar"
    preset_fade_s: float = 0.5
    compact: tuple[int, int] | None = None
    welcomed: bool = False
    show_mode: bool = False


def default_path() -> Path:
    """Return where the settings of this person live."""
    return platformdirs.user_config_path("farandole", appauthor=False) / "window.json"


def load(path: Path) -> Settings:
    """Return the settings kept at `path`; the defaults when there are none, or none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except (OSError, msgspec.MsgspecError) as error:
        _log.warning("%s: expected window settings, got: %s. Starting with the defaults.", path, error)
        return Settings()


def save(settings: Settings, path: Path) -> None:
    """Keep the settings at `path`; a full or read-only disk costs the memory of them, nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(settings)))
        fresh.replace(path)
    except OSError as error:
        _log.warning("%s: the window settings cannot be kept: %s", path, error)
