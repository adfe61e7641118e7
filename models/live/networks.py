"""The graphs of the flagship, on whatever engine runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray


class Graph(Protocol):
    """What the dancer asks of a network; a `models.runtime.session.Session` is one."""

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return the outputs by name."""
        ...


@dataclass(frozen=True, slots=True)
class Sizes:
    """Shapes of the caches: (layers, heads, head width) of the denoiser and of the music encoder; width of a memory."""

    denoiser: tuple[int, int, int]
    music: tuple[int, int, int]
    memory: int


@dataclass(frozen=True)
class Networks:
    """The three graphs and their sizes. They keep nothing from call to call, so copies of a dancer share them."""

    music: Graph
    denoiser: Graph
    decoder: Graph
    sizes: Sizes

    def __deepcopy__(self, _: object) -> "Networks":
        return self
