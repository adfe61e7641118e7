"""Makes stage pictures of a show: the pose and the beat that a picture will be seen with."""

from collections.abc import Callable

from app.show_client import ShowClient
from app.stage_frame import StageFrame, frame_of


class StageSource:
    """Tells a stage what a picture shows that will be seen at a host time; None while nothing is known.

    Args:
        show: the show now, None while there is none.
        display_offset_s: how late this machine's picture is seen; the picture is that much ahead.
    """

    def __init__(self, show: Callable[[], ShowClient | None], *, display_offset_s: Callable[[], float]) -> None:
        self._show = show
        self._display_offset_s = display_offset_s

    def __call__(self, host_s: float) -> StageFrame | None:
        """Return the frame for `host_s`, `time.monotonic()` seconds."""
        show = self._show()
        snapshot = show.snapshot() if show is not None else None
        if show is None or snapshot is None:
            return None
        seen_s = show.show_s(host_s) + self._display_offset_s()
        # The person's offset moves the dance against the music, so only the pose is taken from elsewhere.
        pose = show.pose_at(seen_s + snapshot.offset_s)
        if pose is None:
            return None
        return frame_of(pose, snapshot, seen_s)
