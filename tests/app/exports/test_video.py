"""Films: what was written is decoded again and looked at."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from app.exports.danced import DancedStage
from app.exports.mp4 import Mp4Writer
from app.exports.video import render_video
from realtime.errors import RecordingError
from realtime.motion.rotations import from_rotation_vector
from realtime.motion.skeleton import JOINT_COUNT, STANDING_PELVIS_M
from realtime.rehearsal import Performance
from realtime.types import BeatState, MusicFeatures, MusicFrame

SIZE = (160, 90)
CLICK_S = 0.5


class Click:
    """A track that is silent but for one click: the left side at CLICK_S, the right one a tenth of a second later."""

    title = "click"
    channels = 2

    def __init__(self, rate_hz: int = 48_000, seconds: float = 1.0) -> None:
        self.sample_rate_hz = rate_hz
        self.duration_s = seconds

    def blocks(self, block_frames: int, start_frame: int = 0) -> Iterator[NDArray[np.float32]]:
        samples = np.zeros((round(self.duration_s * self.sample_rate_hz), 2), np.float32)
        for side in (0, 1):
            start = round((CLICK_S + 0.1 * side) * self.sample_rate_hz)
            samples[start : start + 200, side] = 0.8 * np.sin(np.arange(200))[: len(samples) - start]
        for start in range(start_frame, len(samples), block_frames):
            yield samples[start : start + block_frames]


def dance(seconds: float = 1.0, fps: float = 30.0) -> Performance:
    """A body that swings its arms and turns."""
    times_s = np.arange(round(seconds * fps)) / fps
    turns = np.zeros((len(times_s), JOINT_COUNT, 3))
    turns[:, 0, 1] = times_s
    turns[:, 16, 2] = turns[:, 17, 0] = np.sin(6.0 * times_s)
    roots = np.tile([0.0, STANDING_PELVIS_M, 0.0], (len(times_s), 1))
    return Performance(times_s, roots, from_rotation_vector(turns), np.ones((len(times_s), 4)), (), 0, 0.0)


def decoded(path: Path) -> tuple[list[NDArray[np.uint8]], list[float], NDArray[np.float32], float]:
    """Return pictures, their times, sound (n, 2) and the time of its first sample."""
    pictures: list[NDArray[np.uint8]] = []
    times_s: list[float] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            pictures.append(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
            times_s.append(float(frame.time))
    sound: list[NDArray[np.float32]] = []
    start_s = 0.0
    with av.open(str(path)) as container:
        if container.streams.audio:
            for frame in container.decode(audio=0):
                start_s = start_s if sound else float(frame.time or 0.0)
                sound.append(np.asarray(frame.to_ndarray(), np.float32).T)
    return pictures, times_s, np.concatenate(sound) if sound else np.empty((0, 2), np.float32), start_s


@pytest.mark.gl
@pytest.mark.parametrize("rate_hz", [48_000, 44_100])
def test_a_film_has_every_picture_and_its_sound_in_sync(tmp_path: Path, rate_hz: int) -> None:
    shares: list[float] = []
    path = tmp_path / "deep/film.mp4"
    written = render_video(path, dance(), audio=Click(rate_hz), size=SIZE, fps=30, progress=shares.append)
    assert written == path
    pictures, times_s, sound, start_s = decoded(path)
    assert len(pictures) == 30
    assert np.allclose(times_s, np.arange(30) / 30, atol=1e-3)
    assert pictures[0].shape == (90, 160, 3)
    assert pictures[15].std() > 5, "there is something to see"
    assert np.abs(pictures[0].astype(float) - pictures[-1]).mean() > 0.5, "and it moves"
    assert len(sound) == pytest.approx(48_000, abs=2100)
    for side in (0, 1):
        loudest = np.flatnonzero(np.abs(sound[:, side]) > 0.3)[0] / 48_000 + start_s
        assert loudest == pytest.approx(CLICK_S + 0.1 * side, abs=0.003)
    assert shares == pytest.approx((np.arange(30) + 1) / 30)
    assert [file.name for file in path.parent.iterdir()] == ["film.mp4"]


@pytest.mark.gl
def test_an_excerpt_begins_with_its_own_sound(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    render_video(path, dance(), audio=Click(), size=SIZE, fps=10, from_s=0.3, until_s=0.8)
    pictures, _, sound, start_s = decoded(path)
    assert len(pictures) == 5
    heard_s = np.flatnonzero(np.abs(sound[:, 0]) > 0.3)[0] / 48_000 + start_s
    assert heard_s == pytest.approx(CLICK_S - 0.3, abs=0.003)


@pytest.mark.gl
def test_a_silent_film_has_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    render_video(path, dance(0.3), size=SIZE)
    pictures, _, sound, _ = decoded(path)
    assert (len(pictures), len(sound)) == (9, 0)


@pytest.mark.gl
def test_a_cancelled_film_leaves_the_older_one(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("older")
    done: list[float] = []
    assert render_video(path, dance(), size=SIZE, progress=done.append, cancelled=lambda: len(done) == 4) is None
    assert len(done) == 4
    assert path.read_text() == "older"
    assert [file.name for file in tmp_path.iterdir()] == ["film.mp4"]


def test_a_writer_that_fails_keeps_nothing(tmp_path: Path) -> None:
    def break_off() -> None:
        with Mp4Writer(tmp_path / "film.mp4", SIZE, 30) as film:
            film.add_picture(np.zeros((90, 160, 3), np.uint8))
            raise RuntimeError("the driver died")

    with pytest.raises(RuntimeError, match="driver"):
        break_off()
    assert list(tmp_path.iterdir()) == []


def test_colours_come_back_as_they_were(tmp_path: Path) -> None:
    colours = np.array([[200, 30, 40], [30, 180, 60], [40, 60, 200], [128, 128, 128]], np.uint8)
    bars = np.repeat(np.broadcast_to(np.repeat(colours, 40, axis=0), (90, 160, 3))[None], 1, axis=0)[0]
    path = tmp_path / "film.mp4"
    with Mp4Writer(path, SIZE, 10) as film:
        for _ in range(3):
            film.add_picture(bars)
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        assert container.streams.video[0].codec_context.colorspace == 1, "marked as BT.709"
        picture = frame.reformat(format="rgb24", src_colorspace="itu709").to_ndarray()
    middles = picture[45, 20::40].astype(int)
    assert np.abs(middles - colours).max() <= 6


@pytest.mark.parametrize(
    ("size", "fps", "rate_hz", "expected"),
    [((161, 90), 30, None, "even"), (SIZE, 0, None, "pictures a second"), (SIZE, 30, 12_345, "samples a second")],
)
def test_what_no_video_has_is_refused(
    tmp_path: Path, size: tuple[int, int], fps: int, rate_hz: int | None, expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        Mp4Writer(tmp_path / "film.mp4", size, fps, audio_rate_hz=rate_hz)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingError, match="choose another file"):
        Mp4Writer(tmp_path / "file/film.mp4", SIZE, 30)


def test_between_two_poses_the_body_is_between_them() -> None:
    moving = dance()
    stage = DancedStage(moving)
    before, middle, after = (stage(time_s).positions_m for time_s in (0.2, 0.2 + 0.5 / 30, 0.2 + 1 / 30))
    assert np.allclose(middle, 0.5 * (before + after), atol=1e-3)
    assert np.array_equal(stage(-3.0).positions_m, stage(0.0).positions_m)
    assert np.array_equal(stage(9.0).positions_m, stage(29 / 30).positions_m)


def test_the_stage_is_told_the_strongest_onset_since_the_last_picture() -> None:
    def heard(hop: int) -> MusicFrame:
        onset = 0.9 if hop == 12 else 0.1
        features = MusicFeatures(-20.0, 0.5, 0.4, 0.5, 0.5, onset, 0.6, False, np.zeros(40, np.float32))
        return MusicFrame(hop / 100, features, BeatState(120.0, 0.0, 0.0, 4, 0.9))

    stage = DancedStage(dance(), [heard(hop) for hop in range(1, 101)], fps=20)
    onsets = [stage(index / 20).onset for index in range(20)]
    assert [index for index, onset in enumerate(onsets) if onset == 0.9] == [3]
    assert stage(0.75).beat == pytest.approx(1.5)
