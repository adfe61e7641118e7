"""The architecture is what pyproject.toml says: five import contracts, kept."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_five_import_contracts_are_kept() -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    assert "Contracts: 5 kept, 0 broken." in checked.stdout


def test_there_are_five_contracts_and_they_see_other_peoples_packages() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert len(linter["contracts"]) == 5
    assert linter["include_external_packages"] is True


def test_the_show_loads_neither_qt_nor_vispy_nor_torch() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, app.run_show, app.cli; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "realtime.live" in loaded
    assert not {"PySide6", "vispy", "torch"} & set(loaded)
