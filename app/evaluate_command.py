"""`farandole evaluate`: how good the dancers are on held-out music, beside the people of the data."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from msgspec.structs import replace
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from app import compose
from app.versions import versions
from models.live.tokens import STYLES
from models.live.wishes import slider_of
from models.training.evaluation import report
from models.training.evaluation.dancers import DATA, OFFLINE
from models.training.evaluation.long_run import LongRun, long_run
from models.training.evaluation.run import run_model, summarise_all
from models.training.evaluation.summary import Run, Summary
from models.training.evaluation.table import SECTIONS, cells, shown
from models.training.evaluation.takes import Take, read_takes, spread_over
from models.training.live.pairs import style_named
from realtime.engine import Engine
from realtime.errors import FarandoleError
from realtime.ports import StageTimer

OWN, PRESET = "own", "preset"
STYLED = ("live",)
"""Who knows `STYLES` by name. To others the slider of style means something else: it stays where the preset has it."""


def evaluate(
    models: Sequence[str],
    data: Path,
    out: Path,
    *,
    preset: str = "club",
    style: str = OWN,
    seeds: int = 2,
    takes: int | None = None,
    minutes: float = 0.0,
    video_seconds: float = 10.0,
    pictures: bool = True,
) -> list[Summary]:
    """Evaluate dancers, print the tables and write report, plots, contact sheets and a film into `out`.

    Args:
        models: names of generators, "data" for the people of the data, "dance_revolution offline", or "all".
        data: a paired directory.
        out: folder to write to.
        preset: which show the dancers dance in.
        style: what those dance who know styles by name (`STYLED`): to each take the style of the person in it ("own"),
            the preset's ("preset"), or one of `STYLES`.
        seeds: dances to each take.
        takes: at most so many, from as many trials as possible; None for all that are held out.
        minutes: length of the long run; 0 for none.
        video_seconds: length of each film; 0 for none.
        pictures: whether to draw plots, sheets and films.

    Raises:
        FarandoleError: no such dancer or style, no paired data, or Matplotlib is missing.
    """
    console = Console(stderr=True)
    names = _names(models, preset, console)
    if minutes and not 1.0 <= minutes <= 600.0:
        raise FarandoleError(f"--minutes must be from 1 to 600, got {minutes:g}")
    if pictures:
        _need_matplotlib()
    held_out = spread_over(read_takes(data), takes)
    known = _training_takes(data)
    make_engine = EngineMaker(preset, style)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FarandoleError(f"{out}: cannot write here ({error}); choose another --out folder") from error
    runs: dict[str, list[Run]] = {}
    for name in names:
        with _progress(console, f"{name} dances", len(held_out) * (1 if name == DATA else seeds)) as advance:
            runs[name] = run_model(name, held_out, make_engine, seeds=range(seeds), progress=partial(advance, 1.0))
    summaries = summarise_all(runs, known, held_out=held_out)
    facts = {"data": data.name, "preset": preset, "style": style, "seeds": seeds, "versions": versions()}
    long_runs: dict[str, LongRun] = {}
    drawn: list[str] = []

    def write() -> None:
        report.write_json(out / "report.json", summaries, runs, long_runs, facts)
        report.write_markdown(out / "report.md", summaries, long_runs, drawn)

    # What takes longest comes last: an interruption leaves a report of what was measured.
    print_tables(Console(), summaries)
    write()
    for name in names if minutes else ():
        if name not in (DATA, OFFLINE):
            with _progress(console, f"{name} dances on", minutes * 60.0) as advance:
                long_runs[name] = long_run(name, held_out, make_engine, minutes=minutes, progress=advance)
            print_long_run(Console(), name, long_runs[name])
            write()
    if pictures:
        from app.evaluate_pictures import draw_all  # noqa: PLC0415 - Qt, GL and Matplotlib only for pictures

        with _progress(console, "drawing", 1.0) as advance:
            drawn += draw_all(out, summaries, runs, long_runs, video_seconds=video_seconds, progress=advance)
        write()
    return summaries


def print_tables(console: Console, summaries: Sequence[Summary]) -> None:
    """Print what the report says of every dancer."""
    for section in SECTIONS:
        rows = shown(section, summaries)
        if not rows:
            continue
        table = Table(title=section[0], title_justify="left")
        table.add_column("")
        for summary in summaries:
            table.add_column(summary.model, justify="right", no_wrap=True)
        table.add_column("wish", style="dim")
        for row in rows:
            table.add_row(*cells(row, summaries))
        console.print(table)
    for summary in summaries:
        for failure in summary.failures:
            console.print(f"{summary.model} failed, and the fallback danced: {failure}", style="red", markup=False)


def print_long_run(console: Console, model: str, run: LongRun) -> None:
    """Print what a long run told."""
    console.print(f"{model}, {run.minutes:g} minutes on end", style="bold")
    for line in report.long_lines(run):
        console.print(line, highlight=False)


class EngineMaker:
    """Makes engines for the dancers, in one preset's show, in the style that is wanted."""

    def __init__(self, preset: str, style: str) -> None:
        if style not in (OWN, PRESET, *STYLES):
            raise FarandoleError(f'--style must be {OWN}, {PRESET}, {", ".join(STYLES)}, got "{style}"')
        self._preset, self._style = compose.find_preset(preset), style

    def __call__(self, model: str, seed: int, timer: StageTimer, style: str = "") -> Engine:
        """Return the engine; see `models.training.evaluation.dancers.MakeEngine`."""
        preset = compose.with_overrides(self._preset, model=model, seed=seed)
        wanted = style_named(style) if self._style == OWN else self._style
        if model in STYLED and wanted in STYLES:
            preset = replace(preset, dance=replace(preset.dance, style=slider_of(wanted)))
        return compose.make_engine(preset, (), timer)


def _names(models: Sequence[str], preset: str, console: Console) -> list[str]:
    """Return who can be evaluated here: a model that cannot dance would be given the fallback's figures.

    Raises:
        FarandoleError: one that was named is none, or cannot dance here.
    """
    dance = compose.find_preset(preset).dance
    everybody = "all" in models
    names: list[str] = []
    for name in dict.fromkeys([*sorted(compose.GENERATORS), DATA] if everybody else models):
        if name not in (DATA, OFFLINE):
            compose.check_model(name)
            try:
                compose.GENERATORS[name](dance)
            except FarandoleError as error:
                if not everybody:
                    raise FarandoleError(f"{name} cannot dance here: {error}") from error
                console.print(f"{name} is left out, it cannot dance here: {error}", style="yellow", markup=False)
                continue
        names.append(name)
    return names


def _training_takes(data: Path) -> list[Take]:
    try:
        return read_takes(data, split="train")
    except FarandoleError:
        return []


def _need_matplotlib() -> None:
    if find_spec("matplotlib") is None:
        raise FarandoleError("plots need matplotlib: pip install 'farandole[evaluate]', or add --no-pictures")


@contextmanager
def _progress(console: Console, text: str, total: float) -> Generator[Callable[[float], None]]:
    """Yield a call that moves a bar on by so much."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(text, total=total)

        def advance(by: float) -> None:
            progress.update(task, advance=by)

        yield advance
