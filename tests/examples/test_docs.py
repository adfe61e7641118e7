"""What the pages of `docs/` say is what the code does: tables, presets, commands."""

import re
from pathlib import Path

import pytest

from realtime.config import parse_preset
from tools.doc_tables import DOCS, TABLES, with_tables

PAGES = sorted(DOCS.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tables_of_a_page_are_what_the_code_generates(page: Path) -> None:
    # Out of date? python -m tools.doc_tables
    assert with_tables(page.read_text("utf-8")) == page.read_text("utf-8")


def test_every_table_is_shown_on_some_page() -> None:
    shown = re.findall(r"<!-- table (\w+) -->", "".join(page.read_text("utf-8") for page in PAGES))
    assert set(shown) == set(TABLES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_presets_on_a_page_are_presets(page: Path) -> None:
    for block in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        named = block if re.search(r"^name = ", block.split("[")[0], re.MULTILINE) else 'name = "x"\n' + block
        assert parse_preset(named, page.name)


def test_the_links_of_the_pages_lead_somewhere() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\(([\w./-]+)\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
