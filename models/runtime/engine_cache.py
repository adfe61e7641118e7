"""Keeps TensorRT engines on disk: an engine serves one model on one GPU with one driver and one TensorRT.

Beside each engine lies a JSON file that says what it was built for. What does not match is built again, and it is said
what has changed.
"""

import logging
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec
import platformdirs

_LOG = logging.getLogger(__name__)

ANY = "any"


@dataclass(frozen=True)
class EngineKey:
    """What an engine was built for.

    Attributes:
        model: name of the bundle.
        digest: of the bundle.
        graph: name of the graph.
        precision: "fp16" or "fp32".
        library: "tensorrt" or "tensorrt_rtx".
        version: of the library.
        compute: compute capability, "86".
        gpu: name of the GPU; "any" for one built ahead of time.
        driver: of the GPU; "any" for one built ahead of time.
    """

    model: str
    digest: str
    graph: str
    precision: str
    library: str
    version: str
    compute: str
    gpu: str = ANY
    driver: str = ANY

    @property
    def stem(self) -> str:
        """Name of its files."""
        where = "" if self.gpu == ANY else ".here"
        return f"{self.model}.{self.graph}.{self.precision}.{self.library}.sm{self.compute}{where}"

    def ahead_of_time(self) -> "EngineKey":
        """Return the key of the engine that was built for this kind of GPU without one."""
        return replace(self, gpu=ANY, driver=ANY)


class EngineCache:
    """Engines in a folder; by default the user's cache."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or platformdirs.user_cache_path("farandole", appauthor=False) / "engines"

    def load(self, key: EngineKey) -> bytes | None:
        """Return the engine that was built for just this, or None; says why an older one does not serve."""
        engine, note = self.folder / f"{key.stem}.engine", self.folder / f"{key.stem}.json"
        try:
            found = msgspec.json.decode(note.read_bytes(), type=dict[str, str])
            data = engine.read_bytes()
        except (OSError, msgspec.DecodeError):
            return None
        changed = [
            f"{name} was {found.get(name)}, is {value}"
            for name, value in asdict(key).items()
            if found.get(name) != value
        ]
        if changed:
            _LOG.warning("the TensorRT engine of %s.%s is built again: %s", key.model, key.graph, "; ".join(changed))
            return None
        return data

    def store(self, key: EngineKey, engine: bytes) -> Path:
        """Keep an engine and return its file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path, note = self.folder / f"{key.stem}.engine", self.folder / f"{key.stem}.json"
        # The note goes first and comes last: a crash in between leaves an engine that nobody believes.
        note.unlink(missing_ok=True)
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(engine)
        scratch.replace(path)
        note.write_bytes(msgspec.json.encode(asdict(key)))
        return path

    def forget(self, key: EngineKey) -> None:
        """Remove an engine that does not load."""
        for suffix in ("json", "engine"):
            (self.folder / f"{key.stem}.{suffix}").unlink(missing_ok=True)
