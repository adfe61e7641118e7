"""What other skeletons call our joints: one table per family of names, tried in order.

Names are compared in small letters, without prefixes such as `mixamorig:` and without anything but letters and digits.
A joint that a family lacks is left out; the retargeting fills in.
"""

from collections.abc import Mapping, Sequence

Table = Mapping[str, tuple[str, ...]]
REQUIRED = (
    "pelvis", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "left_shoulder",
    "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "head",
)  # fmt: skip
"""Without these there is no dance to import."""


def _sided(middle: Table, side: Table) -> dict[str, tuple[str, ...]]:
    """Return a table with `side` written out for left and right; {side}, {s} and {S} stand for the side's name."""
    table = dict(middle)
    for name in ("left", "right"):
        for joint, theirs in side.items():
            table[f"{name}_{joint}"] = tuple(text.format(side=name, s=name[0]) for text in theirs)
    return table


OWN = _sided(
    {"pelvis": ("hips",), "neck": ("neck",), "head": ("head",)},
    {
        "hip": ("{side}upperleg",), "knee": ("{side}lowerleg",), "ankle": ("{side}foot",), "foot": ("{side}toes",),
        "collar": ("{side}shoulder",), "shoulder": ("{side}upperarm",), "elbow": ("{side}lowerarm",),
        "wrist": ("{side}hand",), "hand": ("{side}handcentre",),
    },
)  # fmt: skip
"""Unity's humanoid, VRM, and the BVH that Farandole exports."""

ARMS = _sided(
    {"pelvis": ("hips", "hip", "pelvis", "root"), "neck": ("neck",), "head": ("head",)},
    {
        "hip": ("{side}upleg", "{side}thigh"), "knee": ("{side}leg", "{side}lowleg", "{side}shin"),
        "ankle": ("{side}foot",), "foot": ("{side}toebase", "{side}toe"), "collar": ("{side}shoulder", "{side}collar"),
        "shoulder": ("{side}arm", "{side}uparm"), "elbow": ("{side}forearm", "{side}lowarm"), "wrist": ("{side}hand",),
        "hand": ("{side}fingerbase", "{side}handmiddle1"),
    },
)  # fmt: skip
"""CMU's BVH (cgspeed), MotionBuilder, Mixamo, Motorica, LaFAN1."""

JOINTS = _sided(
    {"pelvis": ("pelvis", "hips", "hip", "root"), "neck": ("neck",), "head": ("head",)},
    {
        "hip": ("{side}hip", "{s}hip"), "knee": ("{side}knee", "{s}knee"), "ankle": ("{side}ankle", "{s}ankle"),
        "foot": ("{side}foot", "{s}foot", "{side}toe"), "collar": ("{side}collar", "{s}collar", "{side}clavicle"),
        "shoulder": ("{side}shoulder", "{s}shoulder"), "elbow": ("{side}elbow", "{s}elbow"),
        "wrist": ("{side}wrist", "{s}wrist"), "hand": ("{side}hand", "{s}hand"),
    },
)  # fmt: skip
"""SMPL (AIST++, AMASS, FineDance), Biovision, Poser."""

ACCLAIM = _sided(
    {"pelvis": ("root",), "neck": ("lowerneck", "neck"), "head": ("head",)},
    {
        "hip": ("{s}femur",), "knee": ("{s}tibia",), "ankle": ("{s}foot",), "foot": ("{s}toes",),
        "collar": ("{s}clavicle",), "shoulder": ("{s}humerus",), "elbow": ("{s}radius",),
        "wrist": ("{s}hand", "{s}wrist"), "hand": ("{s}fingers",),
    },
)  # fmt: skip
"""The CMU collection's ASF skeletons."""

TABLES: tuple[Table, ...] = (OWN, ARMS, JOINTS, ACCLAIM)


def plain(name: str) -> str:
    """Return a name as the tables have it."""
    return "".join(letter for letter in name.rpartition(":")[2].lower() if letter.isalnum())


def matched(names: Sequence[str], own_table: Table | None = None) -> dict[str, int]:
    """Return the index in `names` of each of our joints that the best table finds; `own_table` goes first."""
    where = {plain(name): index for index, name in reversed(list(enumerate(names)))}

    def found(table: Table) -> dict[str, int]:
        hits = {ours: [where[plain(one)] for one in theirs if plain(one) in where] for ours, theirs in table.items()}
        return {ours: some[0] for ours, some in hits.items() if some}

    def worth(match: dict[str, int]) -> tuple[int, int]:
        # Two of our joints on one of theirs is a wrong table.
        required = sum(name in match for name in REQUIRED)
        return required - 5 * (len(match) - len(set(match.values()))), len(match)

    best = max((found(table) for table in TABLES), key=worth)
    return {**best, **found(own_table)} if own_table else best
