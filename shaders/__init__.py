"""The GLSL of the stage, in GLSL 1.20 so that every desktop driver takes it."""

from pathlib import Path


def source(name: str) -> str:
    """Return the text of shader `name`, with each `#include "other.glsl"` line replaced by that file's text."""
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    return "\n".join(source(line.split('"')[1]) if line.startswith("#include") else line for line in lines) + "\n"
