"""The shaders as text: what they say about themselves is true."""

import re
from pathlib import Path

import pytest

import shaders
from app.looks import LOOKS, PLAIN, Look

_FOLDER = Path(shaders.__file__).parent
_FILES = sorted(path.name for path in _FOLDER.iterdir() if path.suffix in {".vert", ".frag", ".glsl"})


@pytest.mark.parametrize("name", _FILES)
def test_a_shader_lists_exactly_the_uniforms_it_declares(name: str) -> None:
    text = (_FOLDER / name).read_text("utf-8")
    listed = re.findall(r"^//   (u_\w+): \S", text, re.MULTILINE)
    declared = re.findall(r"^uniform \w+ (\w+)", text, re.MULTILINE)
    assert sorted(listed) == sorted(declared)


@pytest.mark.parametrize("name", _FILES)
def test_a_shader_opens_with_a_line_of_purpose(name: str) -> None:
    assert re.match(r"// [A-Z][^\n]{15,}\n", (_FOLDER / name).read_text("utf-8"))


@pytest.mark.parametrize("name", _FILES)
def test_a_shader_keeps_to_what_every_desktop_has(name: str) -> None:
    code = re.sub(r"//.*", "", shaders.source(name))
    for newer in (
        "#version",
        "layout",
        "texture(",
        "texelFetch",
        "gl_VertexID",
        "gl_InstanceID",
        "uint ",
    ):
        assert newer not in code
    # VisPy sends an array of vectors whole only once (see `app.gl_programs.assign`).
    assert not re.search(r"uniform (float|vec\d) \w+\[", code)


def test_an_included_file_is_put_in_place_of_its_line() -> None:
    text = shaders.source("body_neon.frag")
    assert "#include" not in text
    assert "varying vec3 v_normal;" in text


@pytest.mark.parametrize("look", [*LOOKS.values(), PLAIN])
def test_the_shaders_of_a_look_exist(look: Look) -> None:
    assert look.body or look.layer, "a figure of something"
    assert {f"{part}.frag" for part in (look.body, look.stage) if part} <= set(_FILES)
