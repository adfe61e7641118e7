"""Maps host time to show time: a straight line through the recent (sample, host time) points.

Audio callbacks come in jerks; the sound card's crystal does not. A regression over the last seconds follows the crystal
and ignores the jerks (the idea of Link's HostTimeFilter). Show time is the sample count divided by the rate.
"""

from collections import deque

import numpy as np

from realtime.types import SAMPLE_RATE_HZ

_POINTS = 256
_MAXIMUM_DRIFT = 0.01
"""No crystal is off by more than 1 %: a steeper line is a burst of callbacks."""


class HostTime:
    """The line from host time to show time. One thread adds points, any thread reads."""

    def __init__(self, host_s: float) -> None:
        self._points: deque[tuple[float, float]] = deque(maxlen=_POINTS)
        self._line = (host_s, 0.0, 1.0)  # host_s, show_s, slope: one value, replaced whole

    def show_s(self, host_s: float) -> float:
        """Return the show time at a host time, past or future."""
        origin_host_s, origin_show_s, slope = self._line
        return origin_show_s + (host_s - origin_host_s) * slope

    def add(self, sample: float, host_s: float) -> None:
        """Learn that `sample` (counted from the show's start) was in the air at `host_s`."""
        self._points.append((host_s, sample / SAMPLE_RATE_HZ))
        points = np.array(self._points)
        host, show = points[:, 0] - host_s, points[:, 1]
        mean_host, mean_show = host.mean(), show.mean()
        spread = float(np.sum((host - mean_host) ** 2))
        slope = float(np.sum((host - mean_host) * (show - mean_show)) / spread) if spread > 0.25 else 1.0
        slope = min(max(slope, 1.0 - _MAXIMUM_DRIFT), 1.0 + _MAXIMUM_DRIFT)
        self._line = (host_s, float(mean_show - slope * mean_host), slope)

    def restart(self, host_s: float) -> None:
        """Forget the points but go on from the present show time: another device is coming."""
        self._line = (host_s, self.show_s(host_s), 1.0)
        self._points.clear()
