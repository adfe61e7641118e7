"""Binary glTF 2.0, written by hand: a buffer that grows, and the JSON that says what is in it."""

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

_COMPONENTS = {np.dtype(np.float32): 5126, np.dtype(np.uint16): 5123, np.dtype(np.uint8): 5121}
_KINDS = {(): "SCALAR", (2,): "VEC2", (3,): "VEC3", (4,): "VEC4", (16,): "MAT4"}
VERTICES, INDICES = 34962, 34963
"""What a buffer view is for, where glTF wants to know it."""


class GltfBuffer:
    """Collects arrays and describes them as accessors."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._views: list[dict[str, Any]] = []
        self._accessors: list[dict[str, Any]] = []

    def add(self, array: NDArray[Any], *, target: int | None = None) -> int:
        """Store float32, uint16 or uint8 values, one element to a row; return the accessor's number."""
        self._data += bytes(-len(self._data) % 4)
        view = {"buffer": 0, "byteOffset": len(self._data), "byteLength": array.nbytes}
        self._views.append(view | ({} if target is None else {"target": target}))
        self._data += np.ascontiguousarray(array).tobytes()
        flat = array.reshape(len(array), -1)
        accessor = {
            "bufferView": len(self._views) - 1,
            "componentType": _COMPONENTS[array.dtype],
            "count": len(array),
            "type": _KINDS[array.shape[1:]],
            "min": flat.min(axis=0).tolist(),
            "max": flat.max(axis=0).tolist(),
        }
        self._accessors.append(accessor)
        return len(self._accessors) - 1

    def file(self, content: dict[str, Any]) -> bytes:
        """Return the whole file: the given JSON with its buffer."""
        binary = bytes(self._data) + bytes(-len(self._data) % 4)
        content = {
            "asset": {"version": "2.0", "generator": "Farandole"},
            **content,
            "buffers": [{"byteLength": len(binary)}],
            "bufferViews": self._views,
            "accessors": self._accessors,
        }
        text = json.dumps(content, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        length = 12 + 8 + len(text) + 8 + len(binary)
        return b"".join(
            [
                struct.pack("<4sII", b"glTF", 2, length),
                struct.pack("<I4s", len(text), b"JSON"),
                text,
                struct.pack("<I4s", len(binary), b"BIN\0"),
                binary,
            ]
        )
