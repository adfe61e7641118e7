"""The sound of a recorded session: one wav file, mono, 16 bit, in time with the show whatever was lost."""

import wave
from pathlib import Path

import numpy as np

from realtime.types import SAMPLE_RATE_HZ, AudioBlock

AUDIO = "audio.wav"
_LONGEST_GAP_S = 60.0
"""A jump in time that is longer than this is no gap; it is not filled with silence."""

_MOST_SAMPLES = 2**31 - 2**24
"""A wav file holds 4 GiB: twelve hours. The dance is recorded on after that, the music is not."""


class AudioFile:
    """Writes blocks at their places; what is missing between two becomes silence. One thread calls it."""

    def __init__(self, folder: Path, first: AudioBlock) -> None:
        """Begin where `first`, which is still to be added, begins.

        Raises:
            OSError: the file cannot be written.
        """
        self.start_s = first.start_sample / SAMPLE_RATE_HZ
        self._next_sample = first.start_sample
        self._file = wave.open(str(folder / AUDIO), "wb")  # noqa: SIM115 - open for as long as the session
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(SAMPLE_RATE_HZ)

    def add(self, block: AudioBlock) -> None:
        """Write a block.

        Raises:
            OSError: the disk refuses it.
        """
        if self._file.tell() > _MOST_SAMPLES:
            return
        missing = block.start_sample - self._next_sample
        if 0 < missing <= _LONGEST_GAP_S * SAMPLE_RATE_HZ:
            self._file.writeframes(bytes(2 * missing))
        self._file.writeframes((np.clip(np.nan_to_num(block.samples), -1.0, 1.0) * 32767.0).astype("<i2").tobytes())
        self._next_sample = block.start_sample + len(block.samples)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
