"""A rehearsal room without a show: real files of what was heard and danced, and a snapshot that a test changes."""

from dataclasses import replace
from pathlib import Path

import soundfile

from realtime.health import RoomHealth
from realtime.room.ahead import Ahead, Plan
from realtime.room.danced import DancedFile
from realtime.room.heard import HeardFile
from realtime.room.take import Take, save_take
from realtime.types import SAMPLE_RATE_HZ
from tests.support.fake_show import SNAPSHOT, FakeShow
from tests.support.music import click_track
from tests.support.room import dancer_with_seed, heard_frames

SECONDS = 8.0


def make_files(folder: Path) -> Path:
    """Write eight seconds of clicks at 120 BPM, what is heard in them and a dance to them; return their folder."""
    samples = click_track(120.0, seconds=SECONDS)
    soundfile.write(folder / "clicks.wav", samples, SAMPLE_RATE_HZ)
    heard = HeardFile.create(folder / "heard", SECONDS)
    heard.append(heard_frames(samples))
    heard.finish()
    ahead = Ahead(dancer_with_seed, heard, DancedFile.create(folder / "danced", SECONDS), Plan(0))
    while ahead.step():
        pass
    return folder


class FakeRoom:
    """A room whose every report a test decides.

    Args:
        files: see `make_files`.
        folder: where its take is.
        show: the show that reports it.
    """

    def __init__(self, files: Path, folder: Path, show: FakeShow) -> None:
        self._show = show
        self.track = folder / "clicks.wav"
        self.track.symlink_to(files / "clicks.wav")
        self.danced = files / "danced"
        self.take_file = folder / "take.toml"
        self.health = RoomHealth(
            track=str(self.track),
            title="clicks",
            duration_s=SECONDS,
            heard_s=SECONDS,
            danced_s=SECONDS,
            take_file=str(self.take_file),
            heard_file=str(files / "heard"),
            danced_file=str(self.danced),
            models=("groove",),
            finished=True,
        )
        self.show_take(Take())

    def show_take(self, take: Take) -> None:
        """Report another take."""
        save_take(take, self.take_file)
        self.change(take_revision=self.health.take_revision + 1, locked=take.locked, sent=take.sent)

    def change(self, **changes: object) -> None:
        """Report something else."""
        self.health = replace(self.health, **changes)  # type: ignore[arg-type]
        self._show.shown = replace(SNAPSHOT, time_s=0.0, room=self.health)
