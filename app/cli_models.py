"""Commands about the models that dance: data, train, evaluate, export, doctor. Part of the command line in `cli.py`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.cli_options import DEFAULT_PRESET, PresetOption
from app.data_command import data

app = typer.Typer()
app.add_typer(data, name="data")


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="A .toml file that says what to learn, from what, for how long.")],
) -> None:
    """Train a model as a configuration says, or go on with a run that was stopped."""
    from app.train_command import train as run

    run(config)


@app.command("evaluate")
def evaluate_dancers(
    data: Annotated[Path, typer.Option(help="A folder of paired takes, as farandole data pair writes it.")],
    out: Annotated[Path, typer.Option(help="Where to write report, plots, contact sheets and films.")],
    model: Annotated[list[str] | None, typer.Option(help="A dancer, data or all; may be repeated.")] = None,
    preset: PresetOption = DEFAULT_PRESET,
    style: Annotated[str, typer.Option(help="What live dances: own (each take's), preset, or a style's name.")] = "own",
    seeds: Annotated[int, typer.Option(min=1, help="Dances to each take.")] = 2,
    takes: Annotated[int | None, typer.Option(min=1, help="At most so many takes.")] = None,
    minutes: Annotated[float, typer.Option(help="Let each dancer dance on for so long, too.")] = 0.0,
    video_seconds: Annotated[float, typer.Option(min=0.0, help="Length of the films; 0 for none.")] = 10.0,
    pictures: Annotated[bool, typer.Option("--pictures/--no-pictures", help="Plots, sheets and films.")] = True,
) -> None:
    """Measure how well dancers dance to held-out music, beside the people of the data."""
    from app.evaluate_command import evaluate as measure

    measure(
        model or ["all"],
        data,
        out,
        preset=preset,
        style=style,
        seeds=seeds,
        takes=takes,
        minutes=minutes,
        video_seconds=video_seconds,
        pictures=pictures,
    )


@app.command("export")
def export_model(
    model: Annotated[str, typer.Argument(help="An installed model by name, or the folder of a bundle.")],
    to: Annotated[str, typer.Option("--to", help="onnx, tensorrt or torch.")],
    out: Annotated[
        Path | None, typer.Option(help="Where to write; see docs/engines.md for what is meant without it.")
    ] = None,
    compute: Annotated[
        list[str] | None, typer.Option("--compute", help="tensorrt: compute capability, as in 86; may be repeated.")
    ] = None,
) -> None:
    """Prepare a model for an engine, and check it against what was trained."""
    from app.export_command import export_bundle

    export_bundle(Console(), model, to, out=out, compute=compute or [])


@app.command()
def doctor(
    model: Annotated[
        list[str] | None, typer.Option("--model", help="Time this model, by name or folder; may be repeated.")
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="How often each graph is timed.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what works on this machine, what does not and what to do, and how fast the models run."""
    from app.doctor import examine
    from models.bundle import find_bundle

    bundles = [find_bundle(name) for name in model] if model else None
    if not examine(Console(), bundles=bundles, runs=runs, as_json=as_json):
        raise typer.Exit(1)
