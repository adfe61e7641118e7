"""What receivers call our joints. Each tuple is in the order of `Joint`."""

TOUCHDESIGNER_NAMES = (
    "pelvis",
    "hip_l",
    "hip_r",
    "spine_lower",
    "knee_l",
    "knee_r",
    "spine_middle",
    "ankle_l",
    "ankle_r",
    "spine_upper",
    "foot_l",
    "foot_r",
    "neck",
    "collar_l",
    "collar_r",
    "head",
    "shoulder_l",
    "shoulder_r",
    "elbow_l",
    "elbow_r",
    "wrist_l",
    "wrist_r",
    "hand_l",
    "hand_r",
)
"""The names of TouchDesigner's ZED CHOP."""
