"""What a person's notes and controllers have been taught, kept from one evening to the next.

A TOML file among the person's settings; hand-written comments and order stay when a binding is added.
"""

import logging
import os
from pathlib import Path

import platformdirs
import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

logger = logging.getLogger("farandole.remote")

_SECTION = "midi"
_HEAD = (
    "What notes and controllers stand for, as /dance/ctl/midi/learn was taught.",
    'These come before a preset\'s own [remote.midi]. Written as: "cc CHANNEL NUMBER" = "ADDRESS"',
)


def default_path() -> Path:
    """Return where the bindings of this person live."""
    return platformdirs.user_config_path("farandole", appauthor=False) / "midi.toml"


def load(path: Path) -> dict[str, str]:
    """Return the bindings in a file; none where there is no file, or none that can be read."""
    try:
        document = _read(path)
    except (OSError, ValueError) as error:
        logger.warning("%s: expected MIDI bindings, got: %s. Going on without them.", path, error)
        return {}
    section = document.get(_SECTION, {})
    if not isinstance(section, Table):
        return {}
    return {str(key): str(address) for key, address in section.unwrap().items() if isinstance(address, str)}


def keep(path: Path, key: str, address: str) -> None:
    """Add a binding to the file, or change it there; whoever reads meanwhile sees the old file or the new one.

    Raises:
        OSError: it cannot be written.
        ValueError: the file that is there is no TOML; it is left as it is.
    """
    document = _read(path)
    section = document.get(_SECTION)
    if section is None:
        section = document[_SECTION] = tomlkit.table()
    if not isinstance(section, Table):
        raise ValueError(f'{path}: expected "{_SECTION}" to be a table')  # noqa: TRY004 - what is there, not who called
    section[key] = address
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(tomlkit.dumps(document))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _read(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        document = tomlkit.document()
        for line in _HEAD:
            document.add(tomlkit.comment(line))
        return document
    except TOMLKitError as error:
        raise ValueError(f"not valid TOML: {error}") from error
