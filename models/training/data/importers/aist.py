"""Reads AIST++: one pickle per dance with SMPL poses, positions and a scale; the file's name says style and tempo.

The pickle is opened without running what it might carry: only arrays and numbers are let in. The body model is not
needed, since SMPL's joints are ours.
"""

import io
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np

from models.training.data.clips import Clip
from realtime.errors import FarandoleError
from realtime.motion.rotations import from_rotation_vector
from realtime.motion.skeleton import JOINT_COUNT

FPS = 60.0
LICENCE = "CC BY 4.0 (AIST++ annotations, Google LLC)"
_STYLES = {
    "BR": "break", "PO": "pop", "LO": "lock", "MH": "middle hip-hop", "LH": "la hip-hop", "HO": "house",
    "WA": "waack", "KR": "krump", "JS": "street jazz", "JB": "ballet jazz",
}  # fmt: skip
_NAME = re.compile(r"g(?P<style>[A-Z]{2})_s[A-Z]{2}_c\w+_d\d+_m(?P<music>[A-Z]{2})(?P<number>\d)_ch\d+")


def read_aist(file: Path) -> Clip:
    """Return a dance of AIST++; its style and exact tempo where the file's name says them.

    Raises:
        FarandoleError: it is something else.
    """
    try:
        content: Any = _Careful(io.BytesIO(file.read_bytes())).load()
        poses = np.asarray(content["smpl_poses"], np.float64)
        places = np.asarray(content["smpl_trans"], np.float64)
        scale = float(np.asarray(content["smpl_scaling"]).reshape(-1)[0])
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise FarandoleError(
            f"{file}: expected an AIST++ pickle with smpl_poses, smpl_trans and smpl_scaling: {error}"
        ) from error
    if poses.ndim != 2 or poses.shape[1] != 3 * JOINT_COUNT or places.shape != (len(poses), 3) or scale <= 0.0:
        raise FarandoleError(
            f"{file}: expected smpl_poses (T, {3 * JOINT_COUNT}) and smpl_trans (T, 3), "
            f"got {poses.shape} and {places.shape}, scaling {scale}"
        )
    named = _NAME.match(file.stem)
    return Clip(
        name=file.stem,
        style=_STYLES.get(named["style"], "dance") if named else "dance",
        trial=file.stem,
        source=f"AIST++ {file.stem}",
        licence=LICENCE,
        fps=FPS,
        root_m=places / scale,
        rotations_wxyz=from_rotation_vector(poses.reshape(len(poses), JOINT_COUNT, 3)),
        bpm=_bpm(named["music"], int(named["number"])) if named else None,
        beat_origin_s=0.0 if named else None,
        beat_exact=named is not None,
    )


def _bpm(music: str, number: int) -> float | None:
    """Return the tempo of a piece of the AIST database: six of each genre, 80 to 130 BPM; house 110 to 135."""
    if not 0 <= number <= 5:
        return None
    return 110.0 + 5.0 * number if music == "HO" else 80.0 + 10.0 * number


class _Careful(pickle.Unpickler):
    """Lets arrays and numbers in, and nothing that could run."""

    _ALLOWED = frozenset(
        {
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "_reconstruct"),
            ("numpy.core.multiarray", "scalar"),
            ("numpy._core.multiarray", "scalar"),
            ("_codecs", "encode"),
        }
    )

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, encoding="latin1")

    def find_class(self, module_name: str, global_name: str, /) -> Any:  # noqa: ANN401 - a pickle holds anything
        """Return what the pickle asks for, if it is harmless."""
        if (module_name, global_name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"it wants {module_name}.{global_name}, which is no array")
        return super().find_class(module_name, global_name)
