"""Write the tables of `docs/` from the code: `python -m tools.doc_tables`; with `--check` only compare.

A page holds a table between `<!-- table NAME -->` and `<!-- end -->`.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app.keys import as_markdown
from realtime.motion.skeleton import PARENTS
from realtime.outputs.axes import OURS
from realtime.outputs.dmx import CHANNELS
from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES, UNITY_BONES
from realtime.outputs.psn import TRACKERS as PSN_TRACKERS
from realtime.outputs.show_table import EVERY_FRAME, ON_CHANGE, dancer_rows
from realtime.outputs.vrchat import TRACKERS as VRCHAT_TRACKERS
from realtime.remote.controls import all_controls

DOCS = Path(__file__).parents[1] / "docs"
_TABLE = re.compile(r"(<!-- table (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def with_tables(page: str) -> str:
    """Return a page with its tables as the code has them."""
    return _TABLE.sub(lambda match: match[1] + TABLES[match[2]]() + match[4], page)


def _joints() -> str:
    bones = [*UNITY_BONES, "", ""]
    parents = ["" if parent < 0 else f"`{TOUCHDESIGNER_NAMES[parent]}`" for parent in PARENTS]
    rows = [
        (str(number), f"`{name}`", bone, parent)
        for number, (name, bone, parent) in enumerate(zip(TOUCHDESIGNER_NAMES, bones, parents, strict=True))
    ]
    return _table(("", "name", "Unity Humanoid, VMC", "parent"), rows)


def _addresses() -> str:
    every = [(f"`{row.address}`", row.type, "each frame") for row in (*dancer_rows(OURS), *EVERY_FRAME)]
    news = [(f"`{row.address}`", row.type, "on change, and each second") for row in ON_CHANGE]
    return _table(("address", "type", "sent"), [*every, *news])


def _controls() -> str:
    shown = [c for a, c in all_controls().items() if not re.search(r"/(preset|target)/([2-9]|\d\d)", a)]
    rows = [
        (
            f"`{control.address.replace('/1', '/N')}`",
            _takes(control.kind, control.low, control.high),
            control.about.replace("number 1", "number N"),
        )
        for control in shown
    ]
    return _table(("address", "takes", "does"), rows)


def _takes(kind: str, low: float, high: float) -> str:
    numbers = f"{low:g} to {high:g}"
    return {
        "button": "press",
        "switch": "0 or 1",
        "number": numbers,
        "numbers": f"two, {numbers}",
        "text": "name or number",
    }[kind]


def _dmx() -> str:
    return _table(("channel", "value"), [(str(k), channel.name) for k, channel in enumerate(CHANNELS, start=1)])


def _psn() -> str:
    return _table(("tracker", "name"), [(str(number), f"`{name}`") for number, name, _ in PSN_TRACKERS])


def _vrchat() -> str:
    rows = [
        (f"`/tracking/trackers/{name}`", f"`{TOUCHDESIGNER_NAMES[place]}`", f"`{TOUCHDESIGNER_NAMES[turn]}`")
        for name, place, turn in VRCHAT_TRACKERS
    ]
    return _table(("tracker", "sits on", "turns with"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


TABLES: dict[str, Callable[[], str]] = {
    "joints": _joints,
    "addresses": _addresses,
    "controls": _controls,
    "dmx": _dmx,
    "psn": _psn,
    "vrchat": _vrchat,
    "keys": lambda: as_markdown() + "\n",
}


def main() -> int:
    """Write the pages, or say which are not up to date."""
    stale = [
        page for page in sorted(DOCS.glob("*.md")) if with_tables(page.read_text("utf-8")) != page.read_text("utf-8")
    ]
    for page in stale:
        if "--check" in sys.argv:
            sys.stderr.write(f"{page}: its tables are not what the code has; run python -m tools.doc_tables\n")
        else:
            page.write_text(with_tables(page.read_text("utf-8")), "utf-8")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    raise SystemExit(main())
