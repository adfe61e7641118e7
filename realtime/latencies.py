"""The named latencies of a show out of its stopwatches."""

from collections.abc import Mapping

from realtime.health import Latencies
from realtime.meter import Series

CHUNK_PERCENT = 95.0
"""Chunks start so much ahead: what is later than that is danced by what was decided before."""


def typical(series: Mapping[str, Series], *, input_s: float) -> Latencies:
    """Return the median of every latency; `input_s` is what the device says of itself."""
    return _named(series, input_s=input_s, percent=50.0, chunk_percent=50.0)


def worst(series: Mapping[str, Series], *, input_s: float) -> Latencies:
    """Return the p99 of every latency, the p95 of a chunk, and the median of the whole."""
    return _named(series, input_s=input_s, percent=99.0, chunk_percent=CHUNK_PERCENT)


def _named(series: Mapping[str, Series], *, input_s: float, percent: float, chunk_percent: float) -> Latencies:
    at = {stage: one.recent_percentile(percent) for stage, one in series.items() if stage not in ("generate", "total")}
    return Latencies(
        input_s=input_s,
        block_age_s=at["block age"],
        features_s=at["features"],
        beat_s=at["beat"],
        generate_s=series["generate"].recent_percentile(chunk_percent),
        pose_s=at["pose"],
        send_s=at["send"],
        lateness_s=at["lateness"],
        draw_s=at["draw"],
        total_s=series["total"].recent_percentile(50.0),
    )
