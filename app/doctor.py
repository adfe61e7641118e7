"""`farandole doctor`: what works on this machine, what does not and what to do, and how fast the models run here."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.doctor_checks import CHECKS, Check, State
from models.bundle import Bundle, installed_bundles, load_bundle
from models.runtime.parity import check_parity
from models.runtime.select import ENGINES
from models.runtime.timing import time_session
from realtime.errors import FarandoleError, InferenceError

_MARKS: dict[State, tuple[str, str]] = {"ok": ("✓", "green"), "without": ("-", "yellow"), "broken": ("✗", "red")}


@dataclass(frozen=True)
class Speed:
    """How one graph of a model runs with one engine; `problem` says why it does not."""

    model: str
    engine: str
    graph: str
    median_ms: float = 0.0
    p99_ms: float = 0.0
    real_time_factor: float = 0.0
    difference: float = 0.0
    tolerance: float = 0.0
    problem: str = ""


def examine(
    console: Console,
    *,
    bundles: Sequence[Path] | None = None,
    runs: int,
    as_json: bool,
    looks: Sequence[Callable[[], Check]] = CHECKS,
) -> bool:
    """Print what was found; return whether the show can run.

    Args:
        console: where to.
        bundles: models to time; those that are installed without it.
        runs: how often each graph is timed.
        as_json: print JSON instead of tables.
        looks: what to look at.
    """
    checks = [look() for look in looks]
    speeds = [
        speed for folder in (installed_bundles() if bundles is None else bundles) for speed in _speeds(folder, runs)
    ]
    able = all(check.state != "broken" for check in checks)
    if as_json:
        report = {"able": able, "checks": [asdict(c) for c in checks], "speeds": [asdict(s) for s in speeds]}
        console.out(json.dumps(report, indent=2), highlight=False)
        return able
    console.print(_table_of_checks(checks))
    console.print(_table_of_speeds(speeds, runs) if speeds else "\nno model is installed: groove dances, it needs none")
    for speed in speeds:
        if speed.problem:
            console.print(Text(f"{speed.model} {speed.engine}: {speed.problem}".replace("  ", " "), "yellow"))
    console.print(
        Text("\nThe show can run.", "green") if able else Text("\nThe show cannot run: see what is marked ✗.", "red")
    )
    return able


def _speeds(folder: Path, runs: int) -> Iterator[Speed]:
    """Yield how every graph of a model runs with every engine."""
    try:
        bundle = load_bundle(folder)
    except FarandoleError as error:
        yield Speed(folder.parent.name, "", "", problem=str(error))
        return
    for engine in ENGINES:
        try:
            yield from list(_engine_speeds(bundle, engine, runs))
        except InferenceError as error:
            yield Speed(bundle.spec.name, engine, "", problem=str(error))


def _engine_speeds(bundle: Bundle, engine: str, runs: int) -> Iterator[Speed]:
    for graph in bundle.spec.graphs:
        session = ENGINES[engine](bundle, graph)
        session.warm_up()
        parity = check_parity(session, bundle, graph)
        timing = time_session(session, bundle, graph, runs=runs)
        yield Speed(
            bundle.spec.name,
            engine,
            graph,
            timing.median_ms,
            timing.p99_ms,
            timing.real_time_factor,
            parity.difference,
            parity.tolerance,
            "" if parity.passed else str(parity),
        )


def _table_of_checks(checks: Sequence[Check]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("", "", "found", "what to do"):
        table.add_column(title, overflow="fold")
    for check in checks:
        mark, colour = _MARKS[check.state]
        table.add_row(Text(mark, colour), check.name, Text(check.found), Text(check.advice, "dim"))
    return table


def _table_of_speeds(speeds: Sequence[Speed], runs: int) -> Table:
    table = Table(title=f"\nModels, {runs} runs of each graph", box=None, pad_edge=False, title_justify="left")
    for title in ("model", "engine", "graph"):
        table.add_column(title)
    for title in ("median ms", "p99 ms", "times real time", "off by"):
        table.add_column(title, justify="right")
    for speed in speeds:
        if speed.graph:
            factor = f"{speed.real_time_factor:.0f}" if speed.real_time_factor else ""
            figures = (f"{speed.median_ms:.2f}", f"{speed.p99_ms:.2f}", factor, f"{speed.difference:.0e}")
            table.add_row(speed.model, speed.engine, speed.graph, *figures)
    return table
