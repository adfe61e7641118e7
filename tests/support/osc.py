"""A show to send, and a reading of what was sent by python-osc, which is not ours."""

from dataclasses import replace
from typing import Any

import numpy as np
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from realtime.motion.pose_buffer import standing_pose
from realtime.types import N_MEL, BeatState, MusicFeatures, MusicFrame, Pose, ShowState

MUSIC = MusicFrame(
    time_s=1.0,
    features=MusicFeatures(
        -15.0, 0.5, 0.125, 0.25, 0.375, 0.5, 0.625, silent=False, log_mel=np.zeros(N_MEL, np.float32)
    ),
    beat=BeatState(tempo_bpm=120.0, confidence=0.75),
)
STATE = ShowState(preset_index=3, latency_total_s=0.047)


def pose_at(time_s: float, *, x_m: float = 0.0) -> Pose:
    """Return the standing pose at a time and a place."""
    return standing_pose(time_s, x_m=x_m)


def t_pose(time_s: float, *, x_m: float = 0.0) -> Pose:
    """Return the rest pose, in which no rotation rounds anything."""
    pose = standing_pose(time_s, x_m=x_m)
    return replace(pose, rotations_wxyz=np.tile([1.0, 0.0, 0.0, 0.0], (len(pose.rotations_wxyz), 1)))


def dancing_pose(seed: int, time_s: float = 1.0) -> Pose:
    """Return a pose with every joint turned at random."""
    rng = np.random.default_rng(seed)
    pose = standing_pose(time_s)
    turns = rng.normal(size=pose.rotations_wxyz.shape)
    turns /= np.linalg.norm(turns, axis=1, keepdims=True)
    return replace(pose, root_m=rng.normal(size=3), rotations_wxyz=turns, contacts=rng.uniform(size=4))


def music_at(beat: BeatState) -> MusicFrame:
    """Return music with this clock."""
    return replace(MUSIC, beat=beat)


def messages_of(datagram: bytes) -> list[tuple[str, list[Any]]]:
    """Return addresses and arguments of a bundle, as python-osc reads them; the time tag must be "immediately"."""
    bundle = OscBundle(datagram)
    assert datagram[8:16] == bytes([0, 0, 0, 0, 0, 0, 0, 1])
    messages: list[tuple[str, list[Any]]] = []
    for content in bundle:
        assert isinstance(content, OscMessage)
        messages.append((content.address, list(content.params)))
    return messages


def channels_of(datagrams: tuple[bytes, ...]) -> dict[str, float]:
    """Return the one number of every address of a frame, as a receiver that makes channels has them."""
    return {address: params[0] for datagram in datagrams for address, params in messages_of(datagram)}
