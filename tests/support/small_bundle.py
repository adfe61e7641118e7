"""A small model bundle for tests that need no torch; made by `small_model.py`."""

import shutil
from pathlib import Path

from models.bundle import Bundle, load_bundle

FOLDER = Path(__file__).parents[1] / "data" / "small_bundle"


def small_bundle() -> Bundle:
    """Return the bundle, verified."""
    return load_bundle(FOLDER)


def copy_of_small_bundle(folder: Path) -> Path:
    """Return a copy that a test may damage."""
    return Path(shutil.copytree(FOLDER, folder / "bundle"))
