"""The presets that come with Farandole: one TOML file each."""

from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Return the names of the presets, in the order of the number keys."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def path(name: str) -> Path:
    """Return the file of a preset, whether or not there is one."""
    return FOLDER / f"{name}.toml"
