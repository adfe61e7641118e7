"""Options that several commands share."""

from typing import Annotated

import typer

PresetOption = Annotated[str, typer.Option("--preset", "-p", help="A preset by name, or a .toml file.")]
ModelOption = Annotated[str | None, typer.Option(help="Who dances, instead of the preset's dancer.")]
SeedOption = Annotated[int | None, typer.Option(help="Chooses among the dances that fit the music.")]
FpsOption = Annotated[int | None, typer.Option(help="Poses per second: 30, 60, 90 or 120.")]
HeadlessOption = Annotated[bool, typer.Option("--headless", help="The show alone, without a window.")]
TargetOption = Annotated[list[str] | None, typer.Option("--to", help="Send to HOST:PORT instead; may be repeated.")]
SecondsOption = Annotated[float | None, typer.Option("--seconds", min=0.1, help="End by itself after so long.")]
DisplayOption = Annotated[str | None, typer.Option(help="Open the output window fullscreen on this display.")]
DeviceOption = Annotated[str | None, typer.Option("--device", "-d", help="Host API: name, a part of it, or a number.")]

DEFAULT_PRESET = "club"
