"""Presets: read, limited, refused with file, key and expectation."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import presets
from app.looks import LOOKS
from realtime.config import load_preset, parse_preset
from realtime.errors import PresetError


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_of_ours_fits(name: str) -> None:
    preset = load_preset(presets.path(name))
    assert preset.stage.look in LOOKS


def test_there_are_at_least_five_and_they_differ_in_dance_look_and_outputs() -> None:
    loaded = [load_preset(presets.path(name)) for name in presets.names()]
    assert len(loaded) >= 5
    assert len({preset.dance for preset in loaded}) >= 5
    assert len({(preset.stage.look, preset.stage.camera) for preset in loaded}) >= 5
    assert len({preset.targets for preset in loaded}) >= 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name = "x"\n[audio]\nblok = 3', ["audio", "blok"]),
        ('name = "x"\n[audio]\nblock_samples = -1', ["audio.block_samples", ">= 0"]),
        ('name = "x"\n[dance]\nenergy = 1.5', ["dance.energy", "<= 1"]),
        ('name = "x"\n[dance]\nenergy = "high"', ["dance.energy", "float"]),
        ('name = "x"\n[output]\nfps = 61', ["output.fps", "61"]),
        ('name = "x"\nschema = 2', ["schema", "2"]),
        ('name = "x"\n[[targets]]\nname = "a"\nport = 70000', ["targets", "port", "65535"]),
        ('name = "x"\n[[targets]]\nname = "a"\n[[targets]]\nname = "a"\nport = 3', ["different names", '"a"']),
        ('name = "x"\n[tempo]\nmin_bpm = 100\nmax_bpm = 120', ["tempo.max_bpm", "1.5"]),
        ("[dance]", ["name"]),
        ("name = ", ["not valid TOML"]),
        ("", ["name"]),
    ],
)
def test_what_does_not_fit_is_refused_with_file_key_and_expectation(text: str, expected: list[str]) -> None:
    with pytest.raises(PresetError) as caught:
        parse_preset(text, "presets/mine.toml")
    message = str(caught.value)
    assert message.startswith("presets/mine.toml: ")
    for word in expected:
        assert word in message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(PresetError, match=r"missing\.toml"):
        load_preset(tmp_path / "missing.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(PresetError, match=r"binary\.toml"):
        load_preset(tmp_path / "binary.toml")
    with pytest.raises(PresetError):
        load_preset(tmp_path)


keys = st.sampled_from(["name", "schema", "audio", "tempo", "dance", "stage", "output", "targets", "fps", "énergie"])
values = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=20).map(repr)),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.tuples(keys, values), max_size=6), st.text(max_size=40))
def test_any_text_is_a_preset_or_a_clear_refusal(entries: list[tuple[str, object]], noise: str) -> None:
    text = "\n".join(f"{key} = {value}" for key, value in entries) + "\n" + noise
    try:
        preset = parse_preset(text, "fuzz.toml")
    except PresetError as refusal:
        message = str(refusal)
    else:
        message = "fuzz.toml: " + preset.name
    assert message.startswith("fuzz.toml: ")


def test_a_deeply_nested_text_is_refused() -> None:
    with pytest.raises(PresetError):
        parse_preset("a = " + "[" * 5000 + "]" * 5000, "deep.toml")
