from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import midi_bindings

BY_HAND = """\
# my Launchkey
[midi]
"note 10 36" = "/dance/ctl/tap"   # the big pad

# the fader that squeaks
"cc 1 7" = "/dance/ctl/energy"
"""


def test_what_was_taught_is_there_the_next_evening(tmp_path: Path) -> None:
    path = tmp_path / "settings" / "midi.toml"
    assert midi_bindings.load(path) == {}
    midi_bindings.keep(path, "cc 1 21", "/dance/ctl/energy")
    midi_bindings.keep(path, "note 1 60", "/dance/ctl/tap")
    midi_bindings.keep(path, "cc 1 21", "/dance/ctl/style")
    assert midi_bindings.load(path) == {"cc 1 21": "/dance/ctl/style", "note 1 60": "/dance/ctl/tap"}
    assert [file.name for file in path.parent.iterdir()] == ["midi.toml"]


def test_what_a_person_wrote_by_hand_stays(tmp_path: Path) -> None:
    path = tmp_path / "midi.toml"
    path.write_text(BY_HAND)
    midi_bindings.keep(path, "cc 1 7", "/dance/ctl/style")
    midi_bindings.keep(path, "cc 1 8", "/dance/ctl/gain")
    assert path.read_text() == BY_HAND.replace("ctl/energy", "ctl/style") + '"cc 1 8" = "/dance/ctl/gain"\n'


@pytest.mark.parametrize("broken", ["[midi\n", "midi = 3\n", "[[midi]]\n"])
def test_a_file_that_is_none_is_not_read_and_not_overwritten(
    tmp_path: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "midi.toml"
    path.write_text(broken)
    assert midi_bindings.load(path) == {}
    with pytest.raises(ValueError, match=r"TOML|table"):
        midi_bindings.keep(path, "cc 1 7", "/dance/ctl/energy")
    assert path.read_text() == broken


@settings(max_examples=15)
@given(st.dictionaries(st.sampled_from([f"cc 1 {n}" for n in range(9)]), st.sampled_from(["/go", "/stop", "/panic"])))
def test_any_order_of_teaching_ends_with_the_last_word(
    tmp_path_factory: pytest.TempPathFactory, taught: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("midi") / "midi.toml"
    for key, address in taught.items():
        midi_bindings.keep(path, key, "/dance/ctl/tap")
        midi_bindings.keep(path, key, address)
    assert midi_bindings.load(path) == taught
