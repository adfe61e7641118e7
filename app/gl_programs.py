"""Shader programs with what never changes already bound to them; made when first needed, kept for the canvas' life."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from app.body_mesh import body_mesh
from realtime.types import FloatArray

CELLS_M = (0.014, 0.022, 0.036)
"""Sizes of the triangles of detail 0, 1, 2."""
_VERTEX = ("a_position", "a_normal", "a_joints", "a_weights")
_CORNERS = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], np.float32)


class Programs:
    """The programs of one GL context. The window's thread only."""

    def __init__(self, shader_source: Callable[[str], str]) -> None:
        self._shader_source = shader_source
        self._programs: dict[tuple[str, str, int], gloo.Program] = {}
        self._triangles: dict[str, gloo.IndexBuffer] = {}
        # All meshes at once, here: making one costs up to half a second, which no running show has to spare.
        self._bodies = [_body_buffers(cell_m) for cell_m in CELLS_M]

    def screen(self, vertex: str, fragment: str) -> gloo.Program:
        """Return a program that draws a strip over the whole target."""
        return self._program(vertex, fragment, 0, lambda: {"a_position": _CORNERS})

    def points(self, count: int) -> gloo.Program:
        """Return the program of `count` motes."""
        return self._program(
            "motes.vert",
            "motes.frag",
            count,
            lambda: {"a_seed": np.random.default_rng(7).random((count, 4)).astype(np.float32)},
        )

    def ribbon(self, path_m: FloatArray) -> gloo.Program:
        """Return the program of a ribbon along a path of shape (P, 3), newest point first; draw it as a strip."""
        program = self._program("ribbon.vert", "ribbon.frag", 0, dict)
        count = len(path_m)
        tangents = np.gradient(path_m, axis=0)
        across_age = np.stack([np.tile([-1.0, 1.0], count), np.repeat(np.linspace(0.0, 1.0, count), 2)], axis=-1)
        program["a_position"] = np.repeat(path_m, 2, axis=0).astype(np.float32)
        program["a_tangent"] = np.repeat(tangents, 2, axis=0).astype(np.float32)
        program["a_across_age"] = across_age.astype(np.float32)
        return program

    def cloud(self, detail: int) -> gloo.Program:
        """Return the program that draws the skin's vertices as points."""
        vertices = self._bodies[detail][0]
        return self._program("cloud.vert", "cloud.frag", detail, lambda: {name: vertices[name] for name in _VERTEX})

    def moving(
        self, name: str, arrays: Mapping[str, NDArray[np.float32]], triangles: NDArray[np.uint16] | None
    ) -> tuple[gloo.Program, gloo.IndexBuffer | None]:
        """Return the program of `name` with this picture's vertices, and its triangles, which never change."""
        program = self._program(f"{name}.vert", f"{name}.frag", 0, dict)
        for attribute, values in arrays.items():
            program[attribute] = values
        if triangles is None:
            return program, None
        if name not in self._triangles:
            self._triangles[name] = gloo.IndexBuffer(triangles)
        return program, self._triangles[name]

    def body(self, fragment: str, detail: int) -> tuple[gloo.Program, gloo.IndexBuffer]:
        """Return the program of the skin and its triangles."""
        vertices, triangles = self._bodies[detail]
        program = self._program("skin.vert", fragment, detail, lambda: {name: vertices[name] for name in _VERTEX})
        return program, triangles

    def _program(
        self, vertex: str, fragment: str, variant: int, fixed: Callable[[], Mapping[str, Any]]
    ) -> gloo.Program:
        key = (vertex, fragment, variant)
        if key not in self._programs:
            program = gloo.Program(self._shader_source(vertex), self._shader_source(fragment))
            assign(program, fixed())
            self._programs[key] = program
        return self._programs[key]


def assign(program: gloo.Program, values: Mapping[str, Any]) -> None:
    """Give a program those of the values that its shaders name; an array of matrices has shape (N, 4, 4).

    Arrays travel as matrices, one at a time: of an array of vectors VisPy 0.17 sends all only the first time, and then
    for ever its first element (`GlirProgram.set_uniform` forgets the count once the handle is known).
    """
    for name, value in values.items():
        if name not in program:
            continue
        if isinstance(value, np.ndarray) and value.ndim == 3:
            for index, matrix in enumerate(value):
                program[f"{name}[{index}]"] = matrix
        else:
            program[name] = value


def first_complaint(error: RuntimeError) -> str:
    """Return the line of a driver's message that says what is wrong with a shader."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[0] if lines else "no reason given")[:160]


def _body_buffers(cell_m: float) -> tuple[gloo.VertexBuffer, gloo.IndexBuffer]:
    mesh = body_mesh(cell_m)
    fields = dict(zip(_VERTEX, (mesh.positions_m, mesh.normals, mesh.joints, mesh.weights), strict=True))
    packed = np.empty(len(mesh.positions_m), [(name, np.float32, (data.shape[1],)) for name, data in fields.items()])
    for name, data in fields.items():
        packed[name] = data
    return gloo.VertexBuffer(packed), gloo.IndexBuffer(mesh.triangles.ravel())
