"""How loud an audio input is: opened for a moment, listened to, closed."""

from time import monotonic

import numpy as np

from realtime.audio.device import Capture, InputDevice
from realtime.clock import HostClock

FLOOR_DB = -120.0
_FIRST_BLOCK_S = 2.0
"""An input that slept needs so long to wake."""
_WAIT_S = 0.05


def level_db(device: InputDevice, *, listen_s: float) -> float | None:
    """Return the root mean square of the loudest block within `listen_s` of the first one, dB of full scale.

    None where nothing arrives: a loopback that nobody plays to, an input that sleeps.

    Raises:
        DeviceError: it cannot be opened.
    """
    capture = Capture(device, HostClock(), rate_hz=0.0, block_samples=0, channels=0)
    loudest, heard = 0.0, False
    until_s = monotonic() + _FIRST_BLOCK_S
    try:
        while (now_s := monotonic()) < until_s:
            block = capture.take(_WAIT_S)
            if block is None:
                continue
            if not heard:
                heard, until_s = True, now_s + listen_s
            loudest = max(loudest, float(np.sqrt(np.mean(np.square(block.samples)))))
    finally:
        capture.close()
    return 20.0 * float(np.log10(max(loudest, 10.0 ** (FLOOR_DB / 20.0)))) if heard else None
