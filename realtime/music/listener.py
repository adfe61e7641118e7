"""Cuts whatever blocks a source delivers into hops, and hears each one: features first, then the beat."""

import numpy as np
from numpy.typing import NDArray

from realtime.commands import Command, SetGain, SetGate
from realtime.music.features import FeatureExtractor
from realtime.music.gate import NoiseGate
from realtime.music.revolution import RevolutionFeatures
from realtime.ports import BeatTracker, StageTimer
from realtime.types import HOP_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, MusicFrame


class Listener:
    """Audio blocks in, one `MusicFrame` a hop out, whatever the block size. One thread calls it.

    Attributes:
        gain, gate: what the music goes through first.
        revolution: computes Dance Revolution's features too, where a dancer wants them; any thread may replace it.
    """

    def __init__(
        self, tracker: BeatTracker, timer: StageTimer, *, revolution: RevolutionFeatures | None = None
    ) -> None:
        """Hear with a beat tracker; and with `revolution`, where a dancer wants those features."""
        self._tracker = tracker
        self.revolution = revolution
        self._timer = timer
        self._features = FeatureExtractor()
        self._pending = np.empty(0, dtype=np.float32)
        self._heard_samples = 0
        self.gain = 1.0
        self.gate = NoiseGate()

    def hear(self, block: AudioBlock) -> list[MusicFrame]:
        """Return the frames that this block completes: 0 or more.

        Lost samples are heard as silence, so that show time stays the sample count divided by the rate.
        """
        if block.sample_rate_hz != SAMPLE_RATE_HZ:
            raise ValueError(f"the listener hears {SAMPLE_RATE_HZ} Hz, got a block at {block.sample_rate_hz} Hz")
        lost = np.zeros(block.gap_samples, dtype=np.float32)
        clean = block.samples * np.float32(self.gain)
        if not np.isfinite(np.add.reduce(clean)):
            # One broken sample would poison every running average for good.
            clean = np.nan_to_num(clean, nan=0.0, posinf=0.0, neginf=0.0)
        pending = np.concatenate([self._pending, lost, clean])
        hops, rest = divmod(len(pending), HOP_SAMPLES)
        self._pending = pending[len(pending) - rest :]
        return [self._hear_hop(hop) for hop in pending[: hops * HOP_SAMPLES].reshape(hops, HOP_SAMPLES)]

    @property
    def heard_s(self) -> float:
        """Show time up to which the music was heard."""
        return self._heard_samples / SAMPLE_RATE_HZ

    def command(self, command: Command) -> None:
        """Obey `SetGain` and `SetGate`; hand every other command to the beat tracker, as given now."""
        if isinstance(command, SetGain):
            self.gain = 10.0 ** (command.gain_db / 20.0)
        elif isinstance(command, SetGate):
            self.gate.threshold_db = command.gate_db
        self._tracker.command(command, self.heard_s)

    def _hear_hop(self, hop: NDArray[np.float32]) -> MusicFrame:
        self._heard_samples += HOP_SAMPLES
        time_s = self.heard_s
        hop = self.gate.step(hop)
        with self._timer.measure("features"):
            features = self._features.step(hop)
        with self._timer.measure("beat"):
            beat = self._tracker.step(hop, features, time_s)
        revolution = self.revolution
        if revolution is None:
            return MusicFrame(time_s, features, beat)
        with self._timer.measure("features"):
            return MusicFrame(time_s, features, beat, revolution.step(hop, beat))
