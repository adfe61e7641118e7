"""Makes stage pictures of one lane of a room: its dance at the time of the track, whichever lane is sent."""

from collections.abc import Callable
from pathlib import Path

from app.room_model import RoomModel
from app.stage_frame import StageFrame, frame_of
from app.view_model import ViewModel
from realtime.health import RoomHealth
from realtime.motion.pose_buffer import standing_pose
from realtime.room.danced import DancedFile


class LaneSource:
    """Tells a stage what a picture of the lane shows that will be seen at a host time.

    Args:
        view_model: the show.
        model: the room.
        file_of: returns the lane's file, "" while it is off.
    """

    def __init__(self, view_model: ViewModel, model: RoomModel, file_of: Callable[[RoomHealth], str]) -> None:
        self._view_model = view_model
        self._model = model
        self._file_of = file_of
        self._danced: DancedFile | None = None

    def __call__(self, host_s: float) -> StageFrame | None:
        """Return the frame for `host_s`, `time.monotonic()` seconds; None while nothing is known."""
        show, snapshot = self._view_model.client, self._view_model.snapshot
        room, anchor = self._model.room, self._model.anchor
        if show is None or snapshot is None or room is None or anchor is None:
            return None
        danced = self._file(self._file_of(room))
        if danced is None:
            return None
        seen_s = show.show_s(host_s) + self._view_model.display_offset_s
        track_s = max(anchor.track_at(seen_s + snapshot.offset_s), 0.0)
        pose = danced.pose_at(track_s) or standing_pose(track_s)
        return frame_of(pose, snapshot, seen_s)

    def _file(self, path: str) -> DancedFile | None:
        if not path:
            self._danced = None
        elif self._danced is None or str(self._danced.path) != path:
            try:
                self._danced = DancedFile.attach(Path(path))
            except (OSError, ValueError):
                self._danced = None  # It is being made, or has just been removed.
        return self._danced
