"""Commands about the models that dance: train. Part of the one command line in `cli.py`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="A .toml file that says what to learn, from what, for how long.")],
) -> None:
    """Train a model as a configuration says, or go on with a run that was stopped."""
    from app.train_command import train as run

    run(config)
