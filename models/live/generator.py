"""The flagship as a `MotionGenerator`: hears, samples, decodes, walks; chunk by chunk, endlessly.

A chunk is one committed token and the plan for the second after it. The next chunk keeps what was committed and
replaces the plan; the pose buffer sees to it that nobody notices. A generator that is late has left a plan to dance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np

from models.groove import GrooveGenerator
from models.live.ear import Ear
from models.live.networks import Networks
from models.live.sampler import Sampler
from models.live.stage_sense import Stage
from models.live.tokens import MUSIC_FRAMES, TOKEN_FRAMES, TOKEN_S, WINDOW
from models.live.wishes import wish_of
from models.representation import FPS, Motion, Place, decode, mirror, place_of
from realtime.motion.feet import FeetState, FootLock
from realtime.music import conditioning
from realtime.types import FloatArray, GenerateRequest, MusicFrame, Pose, PoseChunk

_ABSENCE_S = 1.0
"""Asked this long after its last plan ended, it begins anew where the body stands."""
_SILENT_HOPS = 40
_KEPT_FRAMES = 24
_PRIMED_TOKENS = 30
_AHEAD_S = 1.0 / FPS
"""How much is committed after the moment that is asked for. With a whole token more only committed frames would be
performed, with less inertialisation, but to older music: beat align 0.48 instead of 0.54."""
_CLEARANCE_M, _LET_GO_HALFLIFE_S = 0.05, 0.1
"""Its steps are too flat: by itself a foot skates in 18 % of the frames, with locked feet that step in 1 %."""
_CONTACT_BEGINS, _CONTACT_ENDS = 0.6, 0.4


@dataclass
class _Dance:
    """What goes on from chunk to chunk."""

    origin_s: float
    seed: int
    sampler: Sampler
    ear: Ear
    place: Place
    feet: FeetState | None = None
    token: int = 0
    heard: int = 0
    shown: Motion | None = None
    plan: Motion | None = None


class LiveGenerator:
    """Dances with a neural network. One thread calls it."""

    def __init__(
        self, networks: Networks, *, guidance: float = 1.0, beat_late_s: float = 0.0, name: str = "live"
    ) -> None:
        """Dance with these networks.

        Args:
            networks: of one bundle.
            guidance: see `Sampler`.
            beat_late_s: how much later than it is the network is told that the beat will be: as much as the dancers
                of its training data were ahead of theirs; less than 0 where they were behind.
            name: how presets and people call it.
        """
        self._networks, self._guidance, self._beat_late_s, self._name = networks, guidance, beat_late_s, name
        self._feet = FootLock(
            on=_CONTACT_BEGINS, off=_CONTACT_ENDS, halflife_s=_LET_GO_HALFLIFE_S, clearance_m=_CLEARANCE_M
        )
        self._dance: _Dance | None = None
        self._resting: GrooveGenerator | None = None

    @property
    def name(self) -> str:
        """How presets and people call it."""
        return self._name

    @property
    def chunk_s(self) -> float:
        """How long its chunks are: it is asked four times in one, once a token."""
        return 4.0 * TOKEN_S

    def generate(self, request: GenerateRequest) -> PoseChunk:
        """Return the dance from about `request.start_s` on; the same requests give the same chunks."""
        if _silent(request.music):
            return self._rest(request)
        self._resting = None
        dance = self._dance
        if dance is None or self._lost(dance, request):
            dance = self._dance = self._begin(request)
        dance.ear.hear(request.music)
        self._catch_up(dance)
        while dance.origin_s + dance.token * TOKEN_S < request.start_s + _AHEAD_S:
            self._step(dance, request)
        return self._chunk(dance, mirrored=request.controls.mirror)

    def _rest(self, request: GenerateRequest) -> PoseChunk:
        """Breathe and wait, as groove does: nobody has recorded a dance to silence."""
        self._dance = None
        self._resting = self._resting or GrooveGenerator()
        return replace(self._resting.generate(request), source=self._name)

    def _lost(self, dance: _Dance, request: GenerateRequest) -> bool:
        ended_s = dance.origin_s + (dance.token + WINDOW) * TOKEN_S
        went_back = request.start_s < dance.origin_s + dance.token * TOKEN_S - _KEPT_FRAMES / FPS
        return request.start_s > ended_s + _ABSENCE_S or went_back or request.controls.seed != dance.seed

    def _begin(self, request: GenerateRequest) -> _Dance:
        seed = request.controls.seed
        # On whole frames of the show: a pose between two frames is blunter than either.
        origin_s = floor(request.start_s * FPS) / FPS
        shown = _mirrored(request.shown) if request.controls.mirror else Motion(*_parts(request.shown))
        sampler = Sampler(self._networks, seed=seed, guidance=self._guidance)
        ear = Ear(origin_s, MUSIC_FRAMES + _PRIMED_TOKENS * TOKEN_FRAMES)
        ear.hear(request.music)
        heard = max(-_PRIMED_TOKENS, ear.count // TOKEN_FRAMES - _PRIMED_TOKENS)
        place = place_of(shown.root_m, shown.rotations_wxyz[0])
        return _Dance(origin_s, seed, sampler, ear, place, heard=heard)

    def _catch_up(self, dance: _Dance) -> None:
        """Hear every complete token of music that was not heard yet."""
        complete = (dance.ear.count - 1) // TOKEN_FRAMES
        dance.heard = max(dance.heard, complete - _PRIMED_TOKENS)
        while dance.heard < complete:
            dance.heard += 1
            dance.sampler.hear(dance.ear.last(dance.heard * TOKEN_FRAMES, MUSIC_FRAMES))

    def _step(self, dance: _Dance, request: GenerateRequest) -> None:
        """Commit one token: sample it, decode it, set it on the floor."""
        frames = dance.token * TOKEN_FRAMES + np.arange(WINDOW * TOKEN_FRAMES)
        clock = dance.ear.felt(request.music[-1].beat)
        beat = conditioning.beat(clock, dance.origin_s + frames / FPS - self._beat_late_s)
        before = dance.sampler.committed
        tokens = dance.sampler.step(beat.reshape(WINDOW, -1), wish_of(request.music, request.controls))
        features = self._networks.decoder.run({"tokens": np.concatenate([before, tokens])[None]})["frames"][0]
        features = Stage(request.controls.in_place).steered(features.astype(np.float64), dance.place)
        made, dance.place = decode(features[:TOKEN_FRAMES], dance.place)
        planned, _ = decode(features[TOKEN_FRAMES:], dance.place)
        made, dance.feet = self._locked(made, dance.feet)
        dance.plan, _ = self._locked(planned, dance.feet)
        dance.shown = made if dance.shown is None else _joined(dance.shown, made, _KEPT_FRAMES)
        dance.token += 1

    def _locked(self, motion: Motion, state: FeetState | None) -> tuple[Motion, FeetState]:
        locked = self._feet.apply(motion.root_m, motion.rotations_wxyz, motion.contacts, FPS, state)
        return Motion(locked.roots_m, locked.rotations_wxyz, motion.contacts), locked.state

    def _chunk(self, dance: _Dance, *, mirrored: bool) -> PoseChunk:
        assert dance.shown is not None
        assert dance.plan is not None
        motion = _joined(dance.shown, dance.plan, None)
        motion = mirror(motion) if mirrored else motion
        first = dance.token * TOKEN_FRAMES - len(dance.shown.root_m)
        return PoseChunk(
            dance.origin_s + first / FPS, FPS, motion.root_m, motion.rotations_wxyz, motion.contacts, self._name
        )


def _silent(music: Sequence[MusicFrame]) -> bool:
    """Return whether the gate has been closed for a while."""
    return all(frame.features.silent for frame in music[-_SILENT_HOPS:])


def _mirrored(pose: Pose) -> Motion:
    return mirror(Motion(*_parts(pose)))


def _parts(pose: Pose) -> tuple[FloatArray, FloatArray, FloatArray]:
    return pose.root_m, pose.rotations_wxyz, pose.contacts


def _joined(first: Motion, second: Motion, kept: int | None) -> Motion:
    """Return one motion after the other; with `kept`, its last frames only."""
    parts = (np.concatenate(pair) for pair in zip(first, second, strict=True))
    return Motion(*(part if kept is None else part[-kept:] for part in parts))
