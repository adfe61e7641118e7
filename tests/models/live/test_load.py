"""What a bundle says about its dancer holds on stage."""

import re
import shutil
from pathlib import Path

import numpy as np

from models.bundle import find_bundle
from models.live.load import load_live
from realtime.motion.pose_buffer import standing_pose
from realtime.types import HOP_S, BeatState, DanceControls, GenerateRequest
from tests.support.danced_pairs import click_frame


def _bundle(folder: Path, **settings: float) -> Path:
    """Copy the shipped bundle, with other settings."""
    shutil.copytree(find_bundle("live"), folder)
    spec = folder / "spec.toml"
    text = spec.read_text(encoding="utf-8")
    for name, value in settings.items():
        text, found = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
        assert found == 1
    spec.write_text(text, encoding="utf-8")
    return folder


def _dance(bundle: Path) -> np.ndarray:
    """Return the turns of all joints in a second of dance to clicks."""
    dancer, clock = load_live(bundle), BeatState(tempo_bpm=120.0, confidence=0.9)
    hops = [click_frame((number + 1) * HOP_S, clock) for number in range(500)]
    chunks: list[np.ndarray] = []
    for now_s in np.arange(4.0, 5.0, 0.14).tolist():
        heard = [hop for hop in hops if now_s - 4.0 < hop.time_s <= now_s]
        request = GenerateRequest(now_s, now_s + 0.02, heard, standing_pose(now_s), DanceControls())
        chunks.append(dancer.generate(request).rotations_wxyz)
    return np.concatenate(chunks)


def test_guidance_and_how_late_the_beat_is_told_are_the_bundles(tmp_path: Path) -> None:
    same = _dance(_bundle(tmp_path / "same"))
    np.testing.assert_array_equal(_dance(find_bundle("live")), same)
    for setting, value in (("beat_late_s", 0.2), ("guidance", 1.0)):
        other = _dance(_bundle(tmp_path / setting, **{setting: value}))
        assert np.abs(other - same).max() > 0.01, setting
