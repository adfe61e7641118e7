"""What the report shows, in which order, in which unit, and what is wished for: one row a measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from models.training.evaluation.summary import Summary
from models.training.metrics.intervals import Estimate


@dataclass(frozen=True, slots=True)
class Row:
    """One measure.

    Attributes:
        key: in a summary's estimates or figures.
        label: what to call it.
        scale: from SI to the shown unit.
        digits: after the point.
        wish: what is good, in words; gates are those of a bundle that ships.
    """

    key: str
    label: str
    scale: float = 1.0
    digits: int = 2
    wish: str = ""


Section = tuple[str, tuple[Row, ...]]

SECTIONS: tuple[Section, ...] = (
    (
        "On the beat",
        (
            Row("bas", "beat align score", digits=3, wish="higher"),
            Row("bas_wrong", "... to another song's beats", digits=3, wish="control"),
            Row("bas_shifted", "... to shifted beats", digits=3, wish="control"),
            Row("bas_silent", "... danced in silence", digits=3, wish="control"),
            Row("bas_over_wrong", "paired - other song", digits=3, wish="> 0"),
            Row("bas_over_shifted", "paired - shifted", digits=3, wish="> 0"),
            Row("bas_over_silent", "paired - silence", digits=3, wish="> 0"),
            Row("f1", "beat F1 within 100 ms", digits=3, wish="higher"),
            Row("f1_wrong", "... to another song's beats", digits=3, wish="control"),
            Row("f1_shifted", "... to shifted beats", digits=3, wish="control"),
            Row("f1_silent", "... danced in silence", digits=3, wish="control"),
            Row("precision", "accents on a beat", digits=3),
            Row("recall", "beats with an accent", digits=3),
            Row("accents_per_beat", "accents a beat"),
            Row("lag_median", "median lag to the beat, ms", 1000.0, 0, "within 33"),
            Row("lag_mad", "its spread (MAD), ms", 1000.0, 0, "lower"),
            Row("lag_p95", "95 % of lags within, ms", 1000.0, 0, "100"),
            Row("eighth_lag_median", "median lag to the eighth, ms", 1000.0, 0, "within 33"),
            Row("eighth_lag_mad", "its spread (MAD), ms", 1000.0, 0, "lower"),
            Row("eighth_lag_p95", "95 % of those within, ms", 1000.0, 0, "100"),
            Row("bas_minima", "beat align of speed minima", digits=3, wish="for papers"),
            Row("bcs", "BCS, one bit a second", digits=3, wish="for papers"),
            Row("bhs", "BHS, one bit a second", digits=3, wish="for papers"),
            Row("csd", "CSD", digits=3, wish="for papers"),
            Row("hsd", "HSD", digits=3, wish="for papers"),
            Row("rhythm_f1", "F1 of both", digits=3, wish="for papers"),
        ),
    ),
    (
        "In the body",
        (
            Row("skating", "foot skating ratio", digits=3, wish="at most 0.06"),
            Row("slide", "speed of feet that are down, m/s", digits=3, wish="lower"),
            Row("penetration", "soles under the floor, mm", 1000.0, 1, "lower"),
            Row("floating", "share in the air", digits=3, wish="as the data"),
            Row("pfc", "PFC over 5 s", digits=2, wish="for papers"),
            Row("jitter", "jitter, m/s^3", digits=0, wish="data +- 20 %"),
            Row("speed", "mean joint speed, m/s", digits=2, wish="as the data"),
            Row("freeze", "frozen share", digits=3, wish="0"),
            Row("turns", "turns a minute", digits=1, wish="as the data"),
            Row("away", "way from where it began, m", digits=2),
        ),
    ),
    (
        "Like the data",
        (
            Row("fid_k_fixed", "FID_k", digits=1, wish="floor"),
            Row("fid_k_fixed_floor", "... the data's floor", digits=1),
            Row("fid_g_fixed", "FID_g", digits=1, wish="floor"),
            Row("fid_g_fixed_floor", "... the data's floor", digits=1),
            Row("fid_k_compat", "FID_k as published", digits=1, wish="for papers"),
            Row("fid_k_compat_floor", "... the data's floor", digits=1),
            Row("fid_g_compat", "FID_g as published", digits=1, wish="for papers"),
            Row("fid_g_compat_floor", "... the data's floor", digits=1),
            Row("diversity_k", "diversity, kinetic", digits=2, wish="as the data"),
            Row("diversity_k_data", "... of the data", digits=2),
            Row("diversity_g", "diversity, geometric", digits=2, wish="as the data"),
            Row("diversity_g_data", "... of the data", digits=2),
            Row("multimodality_k", "multimodality, kinetic", digits=2),
            Row("pieces_k", "pieces of 5 s", digits=0),
        ),
    ),
    (
        "On time",
        (
            Row("real_time_factor", "real-time factor of the generator", digits=1, wish="at least 8"),
            Row("computed_p50_ms", "processor time of a chunk, median, ms", digits=1),
            Row("generate_p50_ms", "a chunk by the clock, median, ms", digits=1),
            Row("generate_p95_ms", "a chunk by the clock, 95th percentile, ms", digits=1),
            Row("slower_than_planned", "chunks slower than planned for", digits=3, wish="0"),
            Row("deadline_misses", "deadline misses", digits=0, wish="0"),
            Row("starved_s", "seconds undecided", digits=1, wish="0"),
        ),
    ),
    (
        "Measured on",
        (
            Row("takes", "takes", digits=0),
            Row("trials", "trials", digits=0),
            Row("seeds", "seeds", digits=0),
            Row("minutes", "minutes", digits=1),
        ),
    ),
)


def cells(row: Row, summaries: Sequence[Summary]) -> list[str]:
    """Return a row's cells: label, one for each summary, wish."""
    return [row.label, *(cell(row, summary) for summary in summaries), row.wish]


def cell(row: Row, summary: Summary) -> str:
    """Return a measure of a dancer as "mean [low, high]", a bare number, or a dash."""
    estimate = summary.estimates.get(row.key)
    if estimate is not None:
        return _interval(row, estimate)
    value = summary.figures.get(row.key)
    return "-" if value is None or isnan(value) else f"{value * row.scale:.{row.digits}f}"


def shown(section: Section, summaries: Sequence[Summary]) -> list[Row]:
    """Return the rows of a section of which somebody has a figure."""
    return [row for row in section[1] if any(cell(row, summary) != "-" for summary in summaries)]


def _interval(row: Row, estimate: Estimate) -> str:
    if isnan(estimate.mean):
        return "-"
    mean, low, high = (f"{value * row.scale:.{row.digits}f}" for value in estimate[:3])
    return f"{mean} [{low}, {high}]"
