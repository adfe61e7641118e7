"""A small paired directory: clicks, what the live listener hears of them, and a march whose feet land on the beat."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import soundfile

from models.training.data.contacts import foot_contacts
from models.training.data.hearing import hear
from models.training.data.ogg import read_ogg
from models.training.data.store import FORMAT, TakeInfo
from models.training.metrics.motion import FPS, Motion
from realtime.types import SAMPLE_RATE_HZ
from tests.support.marching import marching
from tests.support.music import click_track

START_S = 6.0


def write_pairs(folder: Path, *, seconds: float = 6.0, bpms: tuple[float, ...] = (120.0, 100.0, 132.0)) -> Path:
    """Write one take for each tempo: the last is for training, the others are held out, each a trial of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[TakeInfo] = []
    for number, bpm in enumerate(bpms):
        split = "train" if number == len(bpms) - 1 else "test"
        beats_s = 0.2 + np.arange(0.0, START_S + seconds + 1.0, 60.0 / bpm)
        motion = marching(beats_s[beats_s > START_S], seconds, start_s=START_S)
        info = TakeInfo(
            f"march-{number}.v0", f"march-{number}", "march", str(number), split, "dance", "tests", "CC0", bpm, START_S,
            seconds, 0,
        )  # fmt: skip
        _write_take(folder, info, motion, beats_s)
        entries.append(info)
    index = {"format": FORMAT, "seed": 0, "takes": [asdict(entry) for entry in entries]}
    (folder / "index.json").write_text(json.dumps(index))
    return folder


def _write_take(folder: Path, info: TakeInfo, motion: Motion, beats_s: np.ndarray) -> None:
    lead_in = np.zeros(round(0.2 * SAMPLE_RATE_HZ), np.float32)
    clicks = click_track(info.bpm, seconds=info.start_s + info.seconds + 0.8)
    samples = np.concatenate([lead_in, clicks]).astype(np.float32)
    soundfile.write(folder / f"{info.name}.ogg", samples, SAMPLE_RATE_HZ)
    # As in a real pair it is the file that is heard: which beat is the first of a click hangs on the codec's noise.
    heard = hear(read_ogg(folder / f"{info.name}.ogg"))
    features = [frame.features for frame in heard]
    clocks = [frame.beat for frame in heard]
    np.savez(
        folder / f"{info.name}.npz",
        root_m=motion.root_m.astype(np.float32),
        rotations_wxyz=motion.rotations_wxyz.astype(np.float32),
        contacts=foot_contacts(motion.root_m, motion.rotations_wxyz, FPS).astype(np.float32),
        accents=np.zeros(len(motion.root_m), np.float32),
        hop_time_s=np.array([frame.time_s for frame in heard]),
        hop_log_mel=np.array([hop.log_mel for hop in features], np.float16),
        hop_levels=np.array(
            [(h.level_db, h.low, h.mid, h.high, h.onset, h.energy, float(h.silent)) for h in features], np.float32
        ),
        hop_clock=np.array(
            [
                (b.tempo_bpm, b.origin_s, b.origin_beat, b.rate_hz, b.confidence, b.beats_per_bar, float(b.locked))
                for b in clocks
            ]
        ),
        beats_s=beats_s,
        beat_in_bar=np.arange(len(beats_s)) % 4 + 1,
    )
