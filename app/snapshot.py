"""Writes pictures of a rehearsed dance, with no display: `python -m app.snapshot OUT --at 24 --look neon`.

Without a display it draws through EGL; set EGL_PLATFORM=surfaceless where there is no X server at all.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PySide6.QtGui import QImage

from app.compose import find_preset, make_engine
from app.looks import LOOKS
from app.stage_frame import FrameSource, StageFrame
from app.stage_view import StageView
from realtime.audio.demo import DemoTrack
from realtime.audio.track import FileTrack, Track, heard
from realtime.meter import NullTimer
from realtime.motion.kinematics import forward_kinematics
from realtime.rehearsal import heard_here, rehearse
from realtime.types import HOP_SAMPLES, AudioBlock, MusicFrame, Pose, ShowState

_WARM_UP_S = 5.0
_FPS = 60.0


class FrameRecorder:
    """A sink that keeps what the stage would have been shown; afterwards it is the source of a `StageView`."""

    lead_s = 0.0

    def __init__(self) -> None:
        self.frames: list[StageFrame] = []

    def send(self, pose: Pose, music: MusicFrame, state: ShowState) -> None:
        """Keep one moment."""
        world = forward_kinematics(pose.root_m, pose.rotations_wxyz)
        features = music.features
        frame = StageFrame(
            time_s=pose.time_s,
            positions_m=world.positions_m,
            world_from_joint_wxyz=world.world_from_joint_wxyz,
            contacts=pose.contacts,
            beat=music.beat.beat_at(pose.time_s),
            beats_per_bar=music.beat.beats_per_bar,
            energy=features.energy,
            low=features.low,
            onset=features.onset,
            blackout=state.blackout,
            running=state.running,
        )
        self.frames.append(frame)

    def __call__(self, host_s: float) -> StageFrame | None:
        """Return what was shown at a show time."""
        if not self.frames or host_s > self.frames[-1].time_s + 1.0:
            return None
        return self.frames[int(np.clip(round(host_s * _FPS), 0, len(self.frames) - 1))]


def rehearsed(track: Track, preset_name: str, *, until_s: float) -> FrameRecorder:
    """Return the dance of a preset to the beginning of a track."""
    recorder = FrameRecorder()
    engine = make_engine(find_preset(preset_name), [recorder], NullTimer())
    rehearse(engine, heard_here(engine, _until(heard(track, HOP_SAMPLES), until_s)), fps=_FPS)
    return recorder


def write_snapshots(
    source: FrameSource,
    folder: Path,
    *,
    looks: Sequence[str],
    at_s: Sequence[float],
    camera: str,
    size: tuple[int, int],
) -> list[Path]:
    """Write one PNG for each look and time, having watched the dance for the seconds before, and return their paths.

    Args:
        source: tells the dance by show time.
        folder: where to write; made if it is not there.
        looks: names of looks.
        at_s: show times.
        camera: name of a camera mode.
        size: width and height in pixels.
    """
    folder.mkdir(parents=True, exist_ok=True)
    view = StageView(source, look=looks[0], camera=camera, backend="egl", clock=lambda: 0.0)
    paths: list[Path] = []
    for look in looks:
        view.set_look(look)
        for moment_s in at_s:
            for past_s in np.arange(-_WARM_UP_S, 0.0, 1.0 / _FPS):
                view.advance(moment_s + past_s)
            pixels = view.render_image(size, at_s=moment_s)
            path = folder / f"{look}-{camera}-{moment_s:06.2f}.png"
            QImage(pixels.tobytes(), size[0], size[1], 3 * size[0], QImage.Format.Format_RGB888).save(str(path))
            paths.append(path)
    view.close()
    return paths


def main(
    out: Path,
    at: Annotated[list[float], typer.Option(help="Show time in seconds; may be repeated.")],
    look: Annotated[list[str] | None, typer.Option(help="A look by name; may be repeated; all if not given.")] = None,
    camera: str = "orbit",
    preset: str = "club",
    track: Annotated[Path | None, typer.Option(help="An audio file instead of the demo.")] = None,
    width: int = 1280,
    height: int = 720,
) -> None:
    """Write pictures of a rehearsed dance as PNG files."""
    os.environ.setdefault("EGL_PLATFORM", "surfaceless")
    music = DemoTrack() if track is None else FileTrack(track)
    source = rehearsed(music, preset, until_s=max(at) + 0.5)
    for path in write_snapshots(source, out, looks=look or list(LOOKS), at_s=at, camera=camera, size=(width, height)):
        typer.echo(path)


def _until(blocks: Iterable[AudioBlock], end_s: float) -> Iterable[AudioBlock]:
    for block in blocks:
        if block.end_s > end_s:
            return
        yield block


if __name__ == "__main__":
    typer.run(main)
