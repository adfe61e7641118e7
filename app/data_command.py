"""`farandole data`: motion from elsewhere in, paired with music, and looked at. Part of the command line."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from realtime.errors import FarandoleError

if TYPE_CHECKING:
    from models.training.data.inspecting import Row

data = typer.Typer(no_args_is_help=True, help="Motion data to train dancers with: import it, pair it, look at it.")

OutOption = Annotated[Path, typer.Option("--out", help="The folder to write; what is there already is kept.")]


@data.command("import")
def import_motion(
    sources: Annotated[
        list[Path], typer.Argument(help="Files, or folders of them: .bvh, .amc with .asf, AIST++ .pkl.")
    ],
    out: OutOption,
    style: Annotated[str, typer.Option(help="The style of every file; its folder's name without this.")] = "",
    styles: Annotated[
        Path | None, typer.Option(help='Styles by name: lines "pattern,style", as in "60_*,salsa".')
    ] = None,
    source: Annotated[str, typer.Option(help="Where the motion is from, to be named wherever it goes.")] = "",
    licence: Annotated[str, typer.Option(help="Its licence, to be named wherever it goes.")] = "",
    joints: Annotated[Path | None, typer.Option(help='A .toml with lines as in left_hip = "Thigh_L".')] = None,
    amc_fps: Annotated[float, typer.Option(min=1.0, help="Frames per second of .amc files, which do not say.")] = 120.0,
) -> None:
    """Bring motion files to our skeleton. A broken file is named and skipped, and the exit code is 1."""
    with _training():
        from models.training.data import importing  # noqa: PLC0415
    wishes = importing.Wishes(
        style=style,
        styles=importing.read_styles(styles) if styles else (),
        source=source,
        licence=licence,
        joints=importing.read_joints(joints) if joints else (),
        amc_fps=amc_fps,
    )
    console = Console(stderr=True)
    with _progress(console) as bar:
        task = bar.add_task("importing", total=None)

        def show(count: int, outcome: importing.Outcome) -> None:
            bar.update(task, total=count, advance=1)
            _complain(console, outcome.problem)

        outcomes = importing.import_motion(sources, out, wishes, progress=show)
    _finish(console, out, sum(len(one.clips) for one in outcomes), "clips", [one for one in outcomes if one.problem])


@data.command()
def pair(
    motion: Annotated[Path, typer.Argument(help="A folder of `farandole data import`, or of packed motion.")],
    out: OutOption,
    groove: Annotated[
        Path | None, typer.Option(help="A Groove MIDI Dataset to take drums from; patterns of our own without it.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Decides all that is random.")] = 1,
    variants: Annotated[int, typer.Option(min=1, help="Pieces of music for every stretch of dance.")] = 3,
    workers: Annotated[int, typer.Option(min=1, help="Processes to work in.")] = 2,
) -> None:
    """Put dance to music made for it. Goes on where it was stopped; a broken clip is named and skipped."""
    with _training():
        from models.training.data import library  # noqa: PLC0415
        from models.training.data import pair as pairing  # noqa: PLC0415
        from models.training.data.clips import Clip  # noqa: PLC0415
        from models.training.data.split import held_out_trials  # noqa: PLC0415
    console = Console(stderr=True)
    clips: list[Clip] = []
    broken: list[str] = []
    for clip in library.read_motion(motion):
        if isinstance(clip, FarandoleError):
            broken.append(str(clip))
            _complain(console, str(clip))
        else:
            clips.append(clip)
    drums = pairing.drum_files(groove) if groove else ()
    recipe = pairing.Recipe(seed, variants, drums, frozenset(held_out_trials(clips)))
    with _progress(console) as bar:
        task = bar.add_task("pairing", total=len(clips))

        def show(outcome: pairing.Outcome) -> None:
            bar.advance(task)
            _complain(console, f"{outcome.clip}: {outcome.problem}" if outcome.problem else "")

        outcomes = pairing.pair(clips, out, recipe, workers=workers, progress=show)
    failed = [*broken, *(one.clip for one in outcomes if one.problem)]
    _finish(console, out, sum(len(one.takes) for one in outcomes), "takes", failed)


@data.command()
def inspect(
    folder: Annotated[Path, typer.Argument(help="A paired directory, imported motion or packed motion.")],
    out: OutOption,
    sheets: Annotated[int, typer.Option(min=0, help="Sheets to draw of each style and split.")] = 3,
) -> None:
    """Draw contact sheets with contacts, accents and beats, and tell what there is of each style."""
    with _training():
        from models.training.data import inspecting  # noqa: PLC0415
    console = Console(stderr=True)
    with _progress(console) as bar:
        task = bar.add_task("drawing", total=None)
        rows, problems = inspecting.inspect(
            folder, out, sheets=sheets, progress=lambda count, _name: bar.update(task, total=count, advance=1)
        )
    for problem in problems:
        _complain(console, problem)
    _print_table(rows)
    _finish(console, out, sum(row.count for row in rows), "takes or clips", problems)


def _print_table(rows: "list[Row]") -> None:
    names = ("style", "split", "n", "min", "BPM", "on beat", "before", "chance", "heard", "warp")
    table = Table(*names, box=None, pad_edge=False, collapse_padding=True)
    for column in table.columns[2:]:
        column.justify = "right"
    for row in rows:
        shares = (row.on_beat, row.on_beat_before, row.on_beat_shifted, row.heard, row.fastest_warp)
        texts = [f"{100.0 * share:.0f} %" if row.split and row.bpm else "" for share in shares]
        table.add_row(row.style, row.split, str(row.count), f"{row.minutes:.1f}", row.bpm, *texts)
    Console().print(table)


def _finish(console: Console, out: Path, count: int, what: str, failed: Sequence[object]) -> None:
    console.print(f"{count} {what}: {out}", highlight=False, soft_wrap=True)
    if failed:
        console.print(f"[yellow]{len(failed)} could not be used; see above[/yellow]")
        raise typer.Exit(1)


def _complain(console: Console, problem: str) -> None:
    if problem:
        console.print(f"[yellow]skipped:[/yellow] {escape(problem)}", highlight=False, soft_wrap=True)


@contextmanager
def _training() -> Generator[None]:
    """Say what to install when an import inside fails."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise FarandoleError(
            f"training data needs the train extra ({error.name} is missing): pip install 'farandole[train]'"
        ) from error


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)
