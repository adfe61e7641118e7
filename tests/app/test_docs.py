"""The guides say what the program does: keys, presets and files that they name exist."""

import re
from pathlib import Path

import msgspec
import pytest

from app.keys import as_markdown
from app.room_keys import ROOM_BINDINGS
from realtime import config
from realtime.room.take import load_take

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_desk_guide_has_the_keys_that_work() -> None:
    assert as_markdown() in (ROOT / "docs/desk.md").read_text()


def test_the_rehearsal_guide_has_the_keys_that_work_and_a_take_that_fits(tmp_path: Path) -> None:
    guide = (ROOT / "docs/rehearsal.md").read_text()
    assert as_markdown(ROOM_BINDINGS) in guide
    example = tmp_path / "song.flac.farandole.toml"
    example.write_text(re.findall(r"```text\n(.*?)```", guide, re.DOTALL)[0])
    assert load_take(example).markers[0].name == "drop"


def test_the_preset_guide_names_every_key() -> None:
    guide = (ROOT / "docs/presets.md").read_text()
    parts = {
        "audio": config.AudioConfig,
        "tempo": config.TempoConfig,
        "dance": config.DanceConfig,
        "stage": config.StageConfig,
        "output": config.OutputConfig,
        "remote": config.RemoteConfig,
    }
    keys = [f"{part}.{name.name}" for part, kind in parts.items() for name in msgspec.structs.fields(kind)]
    keys += [field.name for field in msgspec.structs.fields(config.TargetConfig)]
    missing = [key for key in keys if f"`{key}`" not in guide]
    assert missing == []


def test_the_example_in_the_preset_guide_fits() -> None:
    example = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/presets.md").read_text(), re.DOTALL)
    assert config.parse_preset(example[0], "docs/presets.md").name == "My night"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_file_that_a_guide_links_exists(guide: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", guide.read_text())
    assert [link for link in links if not (guide.parent / link).exists()] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_no_guide_has_an_unfilled_place(guide: Path) -> None:
    assert "@@" not in guide.read_text()
