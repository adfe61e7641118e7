"""`farandole export-motion`: a recorded or rehearsed dance into a file for another program."""

from collections.abc import Callable
from pathlib import Path

from app.exports.bvh import bvh_text
from app.exports.glb import glb_file, vrma_file
from app.exports.resample import resampled
from realtime.errors import RecordingError
from realtime.outputs.session import Recording, read_recording

FORMATS: dict[str, Callable[[Recording], bytes]] = {
    "bvh": lambda recording: bvh_text(recording).encode("ascii"),
    "glb": glb_file,
    "vrma": vrma_file,
}
VRMA_FPS = 30.0
"""What the specification of VRM animations suggests."""


def export_motion(session: Path, to: str, *, out: Path | None = None, fps: float | None = None) -> Path:
    """Write a dance in a format and return the file.

    Args:
        session: folder of a session or a rehearsal, or a performance.npz.
        to: one of `FORMATS`.
        out: the file; None puts it beside the dance.
        fps: frames per second; None keeps the dance's own (VRMA: 30).

    Raises:
        RecordingError: the format is none, the dance cannot be read, or the file cannot be written.
    """
    if to not in FORMATS:
        raise RecordingError(f'--to: expected one of {", ".join(FORMATS)}, got "{to}"')
    if fps is not None and not 1.0 <= fps <= 240.0:
        raise RecordingError(f"--fps must be from 1 to 240, got {fps:g}")
    recording = resampled(read_recording(session), fps or (VRMA_FPS if to == "vrma" else None))
    beside = session.with_suffix("") if session.suffix == ".npz" else session / "dance"
    out = out or beside.with_suffix(f".{to}")
    try:
        out.write_bytes(FORMATS[to](recording))
    except OSError as error:
        raise RecordingError(f"{out}: cannot write here ({error.strerror}); choose another --out") from error
    return out
