"""The command line: `farandole live | demo | rehearse | bench | devices | window | doctor | export`."""

import logging
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from app import cli_models, cli_tools
from app.cli_options import (
    DEFAULT_PRESET,
    DeviceOption,
    DisplayOption,
    FpsOption,
    HeadlessOption,
    ModelOption,
    PresetOption,
    SecondsOption,
    SeedOption,
    TargetOption,
)
from realtime.config import Preset
from realtime.errors import FarandoleError

# Our matrices are small: threads would only wait for each other, and take the cores from the show.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Listens to music live and dances to it: audio in, a dancer on stage, poses out over OSC.",
)
app.add_typer(cli_models.app)
app.add_typer(cli_tools.app)


@app.command()
def live(
    device: DeviceOption = None,
    rate: Annotated[float | None, typer.Option(help="Sample rate to ask the device for.")] = None,
    block: Annotated[int | None, typer.Option(help="Samples a block; 0 leaves it to the device.")] = None,
    channels: Annotated[int | None, typer.Option(help="Channels to record and mix; 0 for one or two.")] = None,
    gain: Annotated[float | None, typer.Option(help="Input gain, dB.")] = None,
    loopback: Annotated[bool | None, typer.Option("--loopback", help="Silence is no loss.")] = None,
    preset: PresetOption = DEFAULT_PRESET,
    model: ModelOption = None,
    seed: SeedOption = None,
    fps: FpsOption = None,
    to: TargetOption = None,
    headless: HeadlessOption = False,
    display: DisplayOption = None,
    seconds: SecondsOption = None,
) -> None:
    """Listen to an input and dance to it."""
    from app import compose, run_show
    from realtime.audio.live_input import LiveInput
    from realtime.clock import HostClock

    clock = HostClock()
    audio = {
        "device": device,
        "rate_hz": rate,
        "block_samples": block,
        "channels": channels,
        "gain_db": gain,
        "loopback": loopback,
    }

    def listen(chosen: Preset) -> LiveInput:
        opener = compose.PresetDevice(chosen.audio, clock)
        return LiveInput(opener, clock, silence_is_loss=not chosen.audio.loopback)

    run_show.run(
        preset,
        clock,
        listen,
        overrides=compose.Overrides(model, seed, fps, tuple(to or ()), audio),
        window=not headless,
        display=display,
        seconds=seconds,
    )


@app.command()
def demo(
    preset: PresetOption = DEFAULT_PRESET,
    model: ModelOption = None,
    seed: SeedOption = None,
    fps: FpsOption = None,
    to: TargetOption = None,
    headless: HeadlessOption = False,
    silent: Annotated[bool, typer.Option("--silent", help="Do not play the track aloud.")] = False,
    display: DisplayOption = None,
    seconds: SecondsOption = None,
) -> None:
    """Dance to the built-in track, which plays on the default output."""
    from app import compose, run_show
    from realtime.audio.demo import DemoTrack
    from realtime.audio.played import PlayedTrack, loudspeakers
    from realtime.clock import HostClock

    clock = HostClock()
    output = None if silent else loudspeakers(clock)
    run_show.run(
        preset,
        clock,
        lambda _: PlayedTrack(DemoTrack(), clock, output, loop=True),
        overrides=compose.Overrides(model, seed, fps, tuple(to or ())),
        window=not headless,
        display=display,
        seconds=seconds,
    )


@app.command()
def rehearse(
    track: Annotated[Path, typer.Argument(help="A wav, flac, ogg or mp3 file, or the word demo.")],
    headless: HeadlessOption = False,
    out: Annotated[Path | None, typer.Option(help="Where a headless rehearsal writes its files.")] = None,
    video: Annotated[Path | None, typer.Option(help="Film the headless rehearsal, with the music: an .mp4.")] = None,
    size: Annotated[str, typer.Option(help="Pixels of the video.")] = "1280x720",
    offline: Annotated[
        bool, typer.Option("--offline", help="With --model dance_revolution: know the whole song beforehand.")
    ] = False,
    preset: PresetOption = DEFAULT_PRESET,
    model: ModelOption = None,
    seed: SeedOption = None,
    fps: FpsOption = None,
    to: TargetOption = None,
    display: DisplayOption = None,
    seconds: SecondsOption = None,
) -> None:
    """Dance to a recorded track: aloud in the window, or headless to files, as fast as it goes."""
    from app import compose, run_show
    from app.rehearse_command import Film, parse_size, rehearse_to
    from realtime.audio.demo import DemoTrack
    from realtime.audio.played import PlayedTrack, loudspeakers
    from realtime.audio.track import FileTrack
    from realtime.clock import HostClock

    overrides = compose.Overrides(model, seed, fps, tuple(to or ()))
    opened = DemoTrack() if str(track) == "demo" else FileTrack(track)
    if headless != (out is not None):
        raise FarandoleError("a headless rehearsal needs a folder for its files: give both --headless and --out DIR")
    if video is not None and out is None:
        raise FarandoleError("a video is made of a headless rehearsal: add --headless --out DIR")
    if offline and out is None:
        raise FarandoleError("nothing live can know the whole song: give --offline with --headless --out DIR")
    if out is not None:
        if to or display or seconds is not None:
            raise FarandoleError("a headless rehearsal dances the whole track: leave out --to, --display and --seconds")
        film = None if video is None else Film(video, parse_size(size))
        chosen = overrides.apply(compose.find_preset(preset))
        report = rehearse_to(out, opened, chosen, preset, film=film, offline=offline)
        Console().print(
            f"{report['duration_s']:.1f} s danced in {report['elapsed_s']:.1f} s "
            f"({report['real_time_factor']:.1f} times real time), {report['beats']} beats, written to {out}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
        return
    clock = HostClock()
    run_show.run(
        preset,
        clock,
        lambda _: PlayedTrack(opened, clock, loudspeakers(clock)),
        overrides=overrides,
        window=True,
        display=display,
        seconds=seconds,
    )


@app.command()
def room(
    track: Annotated[Path, typer.Argument(help="A wav, flac, ogg, mp3 or any other sound file, or the word demo.")],
    preset: PresetOption = DEFAULT_PRESET,
    model: ModelOption = None,
    seed: SeedOption = None,
    to: TargetOption = None,
    headless: HeadlessOption = False,
    silent: Annotated[bool, typer.Option("--silent", help="Do not play the track aloud.")] = False,
    play: Annotated[bool, typer.Option("--play", help="Start playing at once.")] = False,
    muted: Annotated[bool, typer.Option("--muted", help="Send nothing until M is pressed.")] = False,
    display: DisplayOption = None,
    seconds: SecondsOption = None,
) -> None:
    """Rehearse a track: play, seek, loop, mark, correct the beat, compare two dancers, export the take."""
    from app import compose, run_show
    from app.room_show import demo_file, room_show
    from realtime.audio.played import loudspeakers
    from realtime.clock import HostClock
    from realtime.commands import MuteTargets

    clock = HostClock()
    show = room_show(
        demo_file() if str(track) == "demo" else track,
        preset,
        clock,
        None if silent else loudspeakers(clock),
        overrides=compose.Overrides(model, seed, None, tuple(to or ())),
        playing=play,
    )
    run_show.run_composed(
        show,
        clock,
        window=not headless,
        display=display,
        seconds=seconds,
        opening=(MuteTargets(on=True),) if muted else (),
        window_arguments=["--room"],
    )


@app.command()
def beats(
    track: Annotated[Path | None, typer.Argument(help="A wav, flac, ogg or mp3 file, or the word demo.")] = None,
    evaluate: Annotated[Path | None, typer.Option(help="A folder of audio with .beats files to measure on.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write: beats.csv, or a folder with --evaluate.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw sound, onsets, tempo likelihood and beats: a .png.")] = None,
    robust: Annotated[
        bool, typer.Option("--robust", help="Evaluate quiet, noisy, distant and mixed music too.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes to evaluate in; one a core without it.")] = None,
) -> None:
    """Write the beats that are heard in a track, or evaluate the tracker on annotated recordings."""
    from app.beats_command import evaluate_folder, track_beats
    from realtime.audio.demo import DemoTrack
    from realtime.audio.track import FileTrack

    if (track is None) == (evaluate is None):
        raise FarandoleError("give either a track or --evaluate DIR")
    if evaluate is not None:
        evaluate_folder(evaluate, out=out, robust=robust, workers=workers)
    elif track is not None:
        track_beats(DemoTrack() if str(track) == "demo" else FileTrack(track), out=out, plot=plot)


@app.command()
def bench(
    seconds: Annotated[float, typer.Option("--seconds", min=0.5, help="How long to measure after the warm-up.")] = 20.0,
    device: DeviceOption = None,
    preset: PresetOption = DEFAULT_PRESET,
    model: ModelOption = None,
    seed: SeedOption = None,
    fps: FpsOption = None,
    to: TargetOption = None,
    headless: HeadlessOption = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the report as JSON.")] = None,
    html_file: Annotated[Path | None, typer.Option("--html", help="Write it as one page with histograms.")] = None,
    max_p99_ms: Annotated[float | None, typer.Option(min=0.0, help="Fail when the p99 lateness is above this.")] = None,
) -> None:
    """Measure the real pipeline on the demo track or on a device."""
    from app import compose, run_show
    from realtime.clock import HostClock

    passed = run_show.bench(
        preset,
        HostClock(),
        overrides=compose.Overrides(model, seed, fps, tuple(to or ()), {"device": device}),
        seconds=seconds,
        use_device=device is not None,
        window=not headless,
        json_file=json_file,
        html_file=html_file,
        max_p99_ms=max_p99_ms,
    )
    if not passed:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; what a person can mend is said in one sentence, with exit code 2."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    try:
        app(prog_name="farandole")
    except FarandoleError as error:
        Console(stderr=True).print(f"[red]farandole:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
