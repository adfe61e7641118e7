"""A dance as a table: one row for each pose, the world position of every joint in metres, Y up."""

import csv
import io

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import JOINT_NAMES
from realtime.outputs.session import Recording


def csv_text(recording: Recording) -> str:
    """Return `time_s` and `JOINT_x`, `JOINT_y`, `JOINT_z` for every joint, a row for each pose."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["time_s", *(f"{joint}_{axis}" for joint in JOINT_NAMES for axis in "xyz")])
    positions = forward_kinematics(recording.root_m, recording.rotations_wxyz).positions_m
    for time_s, pose in zip(recording.time_s, positions, strict=True):
        writer.writerow([f"{time_s:.4f}", *(f"{value:.5f}" for value in pose.reshape(-1))])
    return text.getvalue()
