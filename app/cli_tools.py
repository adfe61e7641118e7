"""Commands beside a show: windows, inputs, wiring, recorded dances. Part of the command line in `cli.py`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.cli_options import DisplayOption, SecondsOption
from realtime.errors import FarandoleError

app = typer.Typer()


@app.command()
def devices(
    meter: Annotated[bool, typer.Option("--meter/--no-meter", help="Listen to each input for a moment.")] = True,
    watch: Annotated[bool, typer.Option("--watch", help="Keep metering until Ctrl-C.")] = False,
) -> None:
    """List the audio inputs, with their level."""
    from app.devices_command import list_devices

    list_devices(Console(), meter=meter, watch=watch)


@app.command("export-motion")
def export_motion(
    session: Annotated[Path, typer.Argument(help="A recorded session, a rehearsal's folder or its performance.npz.")],
    to: Annotated[str, typer.Option("--to", help="bvh, glb or vrma.")],
    out: Annotated[Path | None, typer.Option(help="The file; beside the dance without it.")] = None,
    fps: Annotated[float | None, typer.Option(help="Frames per second; the dance's own without it (vrma: 30).")] = None,
) -> None:
    """Write a recorded dance for another program."""
    from app.export_motion import export_motion as export

    Console().print(f"written to {export(session, to, out=out, fps=fps)}", highlight=False, soft_wrap=True)


@app.command("send-test")
def send_test(
    to: Annotated[str, typer.Option("--to", help="HOST:PORT of the receiver.")],
    profile: Annotated[str, typer.Option(help="Which messages it gets, as in a preset.")] = "flat",
    option: Annotated[
        list[str] | None, typer.Option("--set", help='Another key of a preset\'s target, as in --set up="z".')
    ] = None,
    seconds: SecondsOption = None,
) -> None:
    """Send a T-pose, a pose that counts the joints and a beat, to check a receiver's wiring."""
    from app.send_test import run_send_test, target_config
    from realtime.clock import HostClock

    run_send_test(target_config(to, profile, option or []), HostClock(), Console(), seconds=seconds)


@app.command()
def desk(seconds: SecondsOption = None) -> None:
    """Open the desk where the last evening ended; the first time with the built-in track and three choices."""
    from app.desk_command import open_desk
    from app.session import default_path

    raise typer.Exit(open_desk(default_path(), seconds=seconds))


@app.command()
def autostart(
    state: Annotated[str, typer.Argument(help="on, off, or status.")] = "status",
) -> None:
    """Open the desk whenever this person logs in, or no more."""
    from app.autostart import switch_autostart

    Console().print(switch_autostart(state), highlight=False, soft_wrap=True)


@app.command()
def window(
    attach: Annotated[Path | None, typer.Option(help="The show's file; the newest running show without it.")] = None,
    display: DisplayOption = None,
) -> None:
    """Open a window on a show that is running."""
    from app.window_process import display_available
    from realtime.link import WindowLink

    # A window waits for a show that went away; one that was never there is a mistake to be told.
    WindowLink.attach(attach).close()
    if not display_available():
        raise FarandoleError(
            "no display to open a window on; log in to a desktop, or set DISPLAY or WAYLAND_DISPLAY to one"
        )
    from app.window_main import main as window_main

    arguments = ([] if attach is None else ["--attach", str(attach)]) + (["--display", display] if display else [])
    raise typer.Exit(window_main(arguments))
