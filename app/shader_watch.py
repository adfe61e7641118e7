"""Notices that a shader was saved, so that it is seen at once: shaders are written while the music plays."""

from pathlib import Path

import shaders

_EVERY_S = 0.5
FOLDER = Path(shaders.__file__).parent


class ShaderWatch:
    """Looks at the files of a folder twice a second. The window's thread only.

    Args:
        folder: where the shaders are.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._next_s = float("-inf")
        self._seen = self._state()

    def changed(self, now_s: float) -> bool:
        """Return whether a shader was saved since the last look; `now_s` is any steady time."""
        if now_s < self._next_s:
            return False
        self._next_s = now_s + _EVERY_S
        state = self._state()
        if state == self._seen:
            return False
        self._seen = state
        return True

    def _state(self) -> dict[str, int]:
        """Return when each shader was changed last; one that is just being replaced is left out."""
        state: dict[str, int] = {}
        for path in self._folder.glob("*.*"):
            if path.suffix in {".vert", ".frag", ".glsl"}:
                try:
                    state[path.name] = path.stat().st_mtime_ns
                except OSError:
                    continue
        return state
