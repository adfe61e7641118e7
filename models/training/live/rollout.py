"""Lets a half-trained dancer dance: on held-out music, as on stage, to be measured and looked at while it learns."""

from collections.abc import Mapping, Sequence

import numpy as np

from models.live.generator import LiveGenerator
from models.live.networks import Networks
from models.live.tokens import TOKEN_FRAMES, TOKEN_S
from models.live.wishes import slider_of
from models.representation import FPS
from models.training.evaluation.takes import Take
from models.training.metrics.beats import beat_hits
from models.training.metrics.controls import mean_over, shifted
from models.training.metrics.feet import skating_ratio
from models.training.metrics.motion import Motion
from models.training.metrics.movement import jitter_m_per_s3, mean_speed_m_per_s
from realtime.motion.pose_buffer import standing_pose
from realtime.types import DanceControls, GenerateRequest, PoseChunk

_LATENCY_S = 0.02
_HEARD_S = 4.0


def roll_out(
    networks: Networks, take: Take, *, seconds: float, style: str, seed: int = 0, guidance: float = 1.0
) -> PoseChunk:
    """Return the committed frames of a dance to a take's music, as the live listener heard it.

    Args:
        networks: of the dancer.
        take: whose music is danced to.
        seconds: how long.
        style: one of `STYLES`.
        seed: of the dance.
        guidance: see `models.live.sampler.Sampler`.
    """
    generator, hops = LiveGenerator(networks, guidance=guidance), take.frames()
    times_s = np.array([hop.time_s for hop in hops])
    controls = DanceControls(seed=seed, style=slider_of(style))
    chunks: list[PoseChunk] = []
    for number in range(int(min(seconds, take.info.seconds) / TOKEN_S)):
        now_s = take.info.start_s + number * TOKEN_S
        start_s = now_s + _LATENCY_S
        first, last = np.searchsorted(times_s, [now_s - _HEARD_S, now_s + 1e-9])
        request = GenerateRequest(now_s, start_s, hops[first:last], standing_pose(start_s), controls)
        made = generator.generate(request)
        frame = round((start_s - made.start_s) * FPS)
        part = slice(frame, frame + TOKEN_FRAMES)
        chunks.append(
            PoseChunk(start_s, FPS, made.roots_m[part], made.rotations_wxyz[part], made.contacts[part], made.source)
        )
    return PoseChunk(
        chunks[0].start_s,
        FPS,
        np.concatenate([chunk.roots_m for chunk in chunks]),
        np.concatenate([chunk.rotations_wxyz for chunk in chunks]),
        np.concatenate([chunk.contacts for chunk in chunks]),
        chunks[0].source,
    )


def examine(dances: Sequence[tuple[Take, PoseChunk]]) -> dict[str, float]:
    """Return how dances do: beats met, less what shifted beats meet; speed and jitter beside the data's; skating."""
    hits: list[float] = []
    chance: list[float] = []
    speeds: list[float] = []
    jitters: list[float] = []
    skating: list[float] = []
    for take, chunk in dances:
        made = Motion(chunk.roots_m, chunk.rotations_wxyz, chunk.start_s)
        beats_s = take.beats_between(made.start_s, made.end_s)
        hits.append(beat_hits(made.accents_s, beats_s).f1)
        chance.append(mean_over(lambda grid, made=made: beat_hits(made.accents_s, grid).f1, shifted(beats_s)))
        human = take.motion.between(made.start_s, made.end_s)
        speeds.append(mean_speed_m_per_s(made.positions_m) / mean_speed_m_per_s(human.positions_m))
        jitters.append(jitter_m_per_s3(made.positions_m) / jitter_m_per_s3(human.positions_m))
        skating.append(skating_ratio(made.positions_m))
    return {
        "beat_f1": float(np.nanmean(hits)),
        "beat_f1_above_shifted": float(np.nanmean(hits) - np.nanmean(chance)),
        "speed_ratio": float(np.mean(speeds)),
        "jitter_ratio": float(np.mean(jitters)),
        "skating": float(np.mean(skating)),
    }


def missed(figures: Mapping[str, float]) -> float:
    """Return how far dances are from the gates of a bundle, by what `examine` says: the weights that miss least win.

    Beats that are met by listening count most; skating over 0.06 and a jitter more than a fifth from the data's cost.
    """
    unsteady = max(0.0, figures["skating"] - 0.06)
    unlike = max(0.0, abs(figures["jitter_ratio"] - 1.0) - 0.2)
    return 1.0 - figures["beat_f1_above_shifted"] + 4.0 * unsteady + unlike
