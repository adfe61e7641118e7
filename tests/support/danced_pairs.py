"""A tiny paired data set: groove dances to a click that a made-up clock keeps."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.groove import GrooveGenerator
from realtime.motion.pose_buffer import standing_pose
from realtime.types import HOP_S, N_MEL, BeatState, DanceControls, GenerateRequest, MusicFeatures, MusicFrame

FORMAT = "farandole-pairs-1"
STYLES = ("salsa", "modern/ballet", "indian")


def write_pairs(folder: Path, *, takes: int = 4, seconds: float = 10.0, start_s: float = 4.0) -> Path:
    """Write a paired directory: the last take is held out, one more take is motion alone."""
    folder.mkdir(parents=True, exist_ok=True)
    listing: list[dict[str, object]] = []
    for number in range(takes + 1):
        prior = number == takes
        name, tempo_bpm = f"take{number}", 100.0 + 12.0 * number
        listing.append(
            {
                "name": name,
                "clip": name,
                "style": "general" if prior else STYLES[number % len(STYLES)],
                "trial": name,
                "split": "test" if number == takes - 1 else "train",
                "kind": "prior" if prior else "dance",
                "source": "groove",
                "licence": "ours",
                "bpm": tempo_bpm,
                "start_s": start_s,
                "seconds": seconds,
                "variant": 0,
            }
        )
        np.savez(
            folder / f"{name}.npz", allow_pickle=False, **_take(number, tempo_bpm, seconds, start_s, heard=not prior)
        )
    (folder / "index.json").write_text(
        json.dumps({"format": "farandole-pairs-1", "seed": 0, "takes": listing}), "utf-8"
    )
    return folder


def _take(
    seed: int, tempo_bpm: float, seconds: float, start_s: float, *, heard: bool
) -> dict[str, NDArray[np.generic]]:
    clock = BeatState(tempo_bpm=tempo_bpm, confidence=0.8)
    frames = [click_frame((hop + 1) * HOP_S, clock) for hop in range(round((start_s + seconds) / HOP_S))]
    generator, chunks = GrooveGenerator(fps=30.0, chunk_s=1.0), []
    for second in range(int(seconds)):
        now_s = start_s + second
        heard_now = [frame for frame in frames if now_s - 3.0 < frame.time_s <= now_s]
        request = GenerateRequest(now_s, now_s, heard_now, standing_pose(now_s), DanceControls(seed=seed, energy=0.7))
        chunks.append(generator.generate(request))
    motion: dict[str, NDArray[np.generic]] = {
        "root_m": np.concatenate([chunk.roots_m[:30] for chunk in chunks]).astype(np.float32),
        "rotations_wxyz": np.concatenate([chunk.rotations_wxyz[:30] for chunk in chunks]).astype(np.float32),
        "contacts": np.concatenate([chunk.contacts[:30] for chunk in chunks]).astype(np.float32),
    }
    times_s = start_s + np.arange(len(motion["root_m"])) / 30.0
    motion["accents"] = (np.abs((clock.beat_at(times_s) + 0.5) % 1.0 - 0.5) < 0.05).astype(np.float32)
    if not heard:
        return motion
    beats = np.arange(np.ceil(clock.beat_at(0.0)), clock.beat_at(times_s[-1]))
    return motion | {
        "hop_time_s": np.array([frame.time_s for frame in frames]),
        "hop_log_mel": np.array([frame.features.log_mel for frame in frames], np.float16),
        "hop_levels": np.array([_levels(frame.features) for frame in frames], np.float32),
        "hop_clock": np.tile([tempo_bpm, 0.0, 0.0, clock.rate_hz, 0.8, 4.0, 0.0], (len(frames), 1)),
        "beats_s": clock.time_of(0.0) + beats * clock.period_s,
        "beat_in_bar": (beats.astype(int) % 4) + 1,
    }


def _levels(features: MusicFeatures) -> list[float]:
    f = features
    return [f.level_db, f.low, f.mid, f.high, f.onset, f.energy, float(f.silent)]


def click_frame(time_s: float, clock: BeatState) -> MusicFrame:
    """Return a click on every beat."""
    after_s = (clock.beat_at(time_s) % 1.0) * clock.period_s
    hit = float(np.exp(-after_s / 0.05))
    features = MusicFeatures(
        level_db=-30.0 + 20.0 * hit,
        peak=hit,
        low=hit,
        mid=0.5 * hit,
        high=0.3 * hit,
        onset=float(after_s < HOP_S),
        energy=0.6,
        silent=False,
        log_mel=np.linspace(-2.0 + hit, -4.0 + hit, N_MEL, dtype=np.float32),
    )
    return MusicFrame(time_s, features, clock)
