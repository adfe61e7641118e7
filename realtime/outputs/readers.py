"""What targets of one show have in common: each pose is solved once, each moment is read once."""

from realtime.outputs.axes import OURS, Axes
from realtime.outputs.moment import BodyReader, MomentReader
from realtime.outputs.native import RowReader, ShowRows
from realtime.outputs.steady import SteadyTurns


class Readers:
    """Hands the same reader to every target that sees the same moments in the same axes. One thread uses them."""

    def __init__(self) -> None:
        self._bodies = BodyReader()
        self._moments: dict[float, tuple[MomentReader, ShowRows, SteadyTurns]] = {}
        self._rows: dict[tuple[float, Axes], RowReader] = {}

    def of(self, lead_s: float, axes: Axes = OURS) -> RowReader:
        """Return the reader for targets with this lead and these axes."""
        moments, show, turns = self._moments.setdefault(lead_s, (MomentReader(self._bodies), ShowRows(), SteadyTurns()))
        return self._rows.setdefault((lead_s, axes), RowReader(axes, moments=moments, show=show, turns=turns))
