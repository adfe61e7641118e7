"""Motion from elsewhere arrives on our skeleton as it was."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from app.exports.bvh import bvh_text
from models.training.data import library
from models.training.data.clips import Clip
from models.training.data.importers.aist import read_aist
from models.training.data.importers.asf_amc import read_asf_amc
from models.training.data.importers.bvh import read_bvh
from models.training.data.importers.retarget import retargeted
from models.training.data.importing import UNKNOWN_LICENCE, Wishes, import_motion, read_styles
from realtime.errors import FarandoleError
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import from_rotation_vector, to_rotation_vector
from realtime.motion.skeleton import JOINT_COUNT, OFFSETS_M, PARENTS, Joint
from realtime.outputs.session import Recording
from tests.support.walker import FPS, walker


def _dancing() -> Clip:
    """Return a clip that moves every joint."""
    clip = walker(2.0)
    random = np.random.default_rng(1)
    time_s = np.arange(len(clip.root_m)) / FPS
    swing = np.sin(2 * np.pi * (time_s[:, None, None] * 0.7 + random.uniform(0, 1, (1, JOINT_COUNT, 3))))
    rotations_wxyz = from_rotation_vector(0.5 * swing)
    return Clip("dance", "salsa", "t", "s", "l", FPS, clip.root_m + 0.3 * swing[:, 0], rotations_wxyz)


def _joints_m(root_m: np.ndarray, rotations_wxyz: np.ndarray) -> np.ndarray:
    return forward_kinematics(root_m, rotations_wxyz).positions_m


def _bvh(clip: Clip, path: Path) -> Path:
    recording = Recording(np.arange(len(clip.root_m)) / FPS, clip.root_m, clip.rotations_wxyz, FPS)
    path.write_text(bvh_text(recording), encoding="utf-8")
    return path


def test_our_own_bvh_comes_back_to_a_centimetre(tmp_path: Path) -> None:
    clip = _dancing()
    root_m, rotations_wxyz = retargeted(read_bvh(_bvh(clip, tmp_path / "dance.bvh")), name="dance")
    error_m = np.abs(_joints_m(root_m, rotations_wxyz) - _joints_m(clip.root_m, clip.rotations_wxyz))
    assert error_m.max() < 0.01


def _cmu_bvh(clip: Clip, path: Path) -> Path:
    """Write a body in inches with Z up, CMU's names and an A-pose for rest: the same dance on another's skeleton."""
    names = {
        Joint.PELVIS: "Hips", Joint.SPINE1: "LowerBack", Joint.SPINE2: "Spine", Joint.SPINE3: "Spine1",
        Joint.NECK: "Neck", Joint.HEAD: "Head",
    }  # fmt: skip
    for side in ("LEFT", "RIGHT"):
        title = side.title()
        parts = ("HIP UpLeg", "KNEE Leg", "ANKLE Foot", "FOOT ToeBase", "COLLAR Shoulder", "SHOULDER Arm",
                 "ELBOW ForeArm", "WRIST Hand", "HAND FingerBase")  # fmt: skip
        names |= {Joint[f"{side}_{part.split()[0]}"]: title + part.split()[1] for part in parts}
    z_up = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    lines: list[str] = ["HIERARCHY"]
    order: list[int] = []

    def write(joint: int) -> None:
        order.append(joint)
        offset = z_up @ OFFSETS_M[joint] * 39.37
        lines.append(f"{'JOINT' if joint else 'ROOT'} {names[Joint(joint)]}")
        lines.append("{ ".strip())
        lines.append(f"OFFSET {offset[0]:.6f} {offset[1]:.6f} {offset[2]:.6f}")
        place = "6 Xposition Yposition Zposition" if joint == 0 else "3"
        lines.append(f"CHANNELS {place} Zrotation Yrotation Xrotation")
        children = [child for child in range(JOINT_COUNT) if PARENTS[child] == joint]
        for child in children:
            write(child)
        if not children:
            lines.extend(["End Site", "{", "OFFSET 0 0 1", "}"])
        lines.append("}")

    write(0)
    from realtime.motion.rotations import to_matrix

    turned = z_up @ to_matrix(clip.rotations_wxyz) @ z_up.T
    angles = np.degrees(
        np.stack(
            [
                np.arctan2(turned[..., 1, 0], turned[..., 0, 0]),
                np.arcsin(np.clip(-turned[..., 2, 0], -1, 1)),
                np.arctan2(turned[..., 2, 1], turned[..., 2, 2]),
            ],
            axis=-1,
        )
    )
    root = clip.root_m @ z_up.T * 39.37
    rows = np.hstack([root, angles[:, order].reshape(len(root), -1)])
    lines += ["MOTION", f"Frames: {len(rows)}", f"Frame Time: {1 / FPS:.8f}"]
    lines += [" ".join(f"{value:.5f}" for value in row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_another_axis_unit_and_naming_make_no_difference(tmp_path: Path) -> None:
    clip = _dancing()
    root_m, rotations_wxyz = retargeted(read_bvh(_cmu_bvh(clip, tmp_path / "cmu.bvh")), name="cmu")
    error_m = np.abs(_joints_m(root_m, rotations_wxyz) - _joints_m(clip.root_m, clip.rotations_wxyz))
    assert error_m.max() < 0.01


_ASF = """:version 1.10
:units
  mass 1.0
  length 0.45
  angle deg
:root
  order TX TY TZ RX RY RZ
  axis XYZ
  position 0 0 0
  orientation 0 0 0
:bonedata
{bones}
:hierarchy
  begin
    root lhipjoint rhipjoint lowerback
    lhipjoint lfemur
    lfemur ltibia
    ltibia lfoot
    lfoot ltoes
    rhipjoint rfemur
    rfemur rtibia
    rtibia rfoot
    rfoot rtoes
    lowerback upperback
    upperback thorax
    thorax lowerneck lclavicle rclavicle
    lowerneck upperneck
    upperneck head
    lclavicle lhumerus
    lhumerus lradius
    lradius lwrist
    lwrist lhand
    rclavicle rhumerus
    rhumerus rradius
    rradius rwrist
    rwrist rhand
  end
"""
_BONES = {
    "hipjoint": ("{x}0.6 -0.7 0.3", 2.4, ""), "femur": ("0 -1 0", 7.0, "rx ry rz"), "tibia": ("0 -1 0", 7.4, "rx"),
    "foot": ("0 -0.3 0.95", 2.0, "rx rz"), "toes": ("0 0 1", 1.0, "rx"), "clavicle": ("{x}0.9 0.4 0", 3.6, "ry rz"),
    "humerus": ("{x}1 0 0", 4.9, "rx ry rz"), "radius": ("{x}1 0 0", 3.4, "rx"), "wrist": ("{x}1 0 0", 1.7, "ry"),
    "hand": ("{x}1 0 0", 0.7, "rx rz"),
}  # fmt: skip


def _asf_amc(folder: Path) -> tuple[Path, Path]:
    """Write a small CMU skeleton, and two frames: rest, and the left knee and the right elbow bent square."""
    bones: list[str] = []
    spine = ("lowerback", "upperback", "thorax", "lowerneck", "upperneck", "head")
    middle = dict.fromkeys(spine, ("0 1 0", 2.0, "rx ry rz"))
    sided = {
        side + name: (text.format(x="" if side == "l" else "-"), length, dof)
        for side in "lr"
        for name, (text, length, dof) in _BONES.items()
    }
    frames: list[str] = [":FULLY-SPECIFIED", ":DEGREES"]
    dofs: dict[str, str] = {}
    for number, (name, (direction, length, dof)) in enumerate((middle | sided).items(), 1):
        # The elbow bends about an axis of its own: X of the bone is the world's Y.
        axis = "0 0 90" if name.endswith("radius") else "0 0 0"
        parts = [f"id {number}", f"name {name}", f"direction {direction}", f"length {length}", f"axis {axis} XYZ"]
        dofs[name] = dof
        bones.append("  begin\n    " + "\n    ".join(parts + ([f"dof {dof}"] if dof else [])) + "\n  end")
    for frame in (1, 2):
        frames += [str(frame), f"root 0 {17.0 + frame} 3 0 0 0"]
        for name, dof in dofs.items():
            bent = {"ltibia": 90.0, "rradius": 90.0}.get(name, 0.0) if frame == 2 else 0.0
            if dof:
                frames.append(f"{name} " + " ".join(str(bent if kind == "rx" else 0.0) for kind in dof.split()))
    asf, amc = folder / "07.asf", folder / "07_01.amc"
    asf.write_text(_ASF.format(bones="\n".join(bones)), encoding="utf-8")
    amc.write_text("\n".join(frames) + "\n", encoding="utf-8")
    return asf, amc


def test_acclaim_bones_turn_about_their_own_axes(tmp_path: Path) -> None:
    captured = read_asf_amc(*_asf_amc(tmp_path))
    root_m, rotations_wxyz = retargeted(captured, name="07_01")
    assert captured.fps == 120.0
    rest_m, bent_m = _joints_m(root_m, rotations_wxyz)
    for frame_m in (rest_m, bent_m):
        assert frame_m[Joint.HEAD, 1] > frame_m[Joint.PELVIS, 1] + 0.4
        assert frame_m[Joint.LEFT_HIP, 0] > frame_m[Joint.RIGHT_HIP, 0] + 0.1
    bones = {
        "thigh": bent_m[Joint.LEFT_KNEE] - bent_m[Joint.LEFT_HIP],
        "shin": bent_m[Joint.LEFT_ANKLE] - bent_m[Joint.LEFT_KNEE],
        "forearm": bent_m[Joint.RIGHT_WRIST] - bent_m[Joint.RIGHT_ELBOW],
        "other forearm": bent_m[Joint.LEFT_WRIST] - bent_m[Joint.LEFT_ELBOW],
    }
    directions = {name: bone / np.linalg.norm(bone) for name, bone in bones.items()}
    np.testing.assert_allclose(directions["thigh"], [0, -1, 0], atol=1e-6)
    np.testing.assert_allclose(directions["shin"], [0, 0, -1], atol=1e-6)
    # Square about the world's Y, from -X: towards +Z.
    np.testing.assert_allclose(directions["forearm"], [0, 0, 1], atol=1e-6)
    np.testing.assert_allclose(directions["other forearm"], [1, 0, 0], atol=1e-6)
    legs_m = np.linalg.norm(OFFSETS_M[Joint.LEFT_KNEE]) + np.linalg.norm(OFFSETS_M[Joint.LEFT_ANKLE])
    assert abs((root_m[1, 1] - root_m[0, 1]) - legs_m / 14.4) < 1e-6


def _aist_pickle(folder: Path, name: str = "gBR_sBM_cAll_d04_mBR2_ch08") -> tuple[Path, np.ndarray, np.ndarray]:
    random = np.random.default_rng(2)
    poses = random.normal(0.0, 0.3, (150, 72))
    places = random.normal(0.0, 10.0, (150, 3))
    content = {"smpl_poses": poses, "smpl_trans": places, "smpl_scaling": np.array([93.0]), "smpl_loss": 0.1}
    file = folder / f"{name}.pkl"
    file.write_bytes(pickle.dumps(content))
    return file, poses, places


def test_an_aist_pickle_gives_poses_metres_style_and_exact_tempo(tmp_path: Path) -> None:
    file, poses, places = _aist_pickle(tmp_path)
    clip = read_aist(file)
    np.testing.assert_allclose(to_rotation_vector(clip.rotations_wxyz).reshape(150, 72), poses, atol=1e-9)
    np.testing.assert_allclose(clip.root_m, places / 93.0)
    assert (clip.style, clip.bpm, clip.beat_exact, clip.fps) == ("break", 100.0, True, 60.0)
    assert "Google LLC" in clip.licence


def test_a_pickle_that_would_run_something_is_refused(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.unlink, (str(tmp_path / "precious"),)

    (tmp_path / "precious").write_text("here")
    file = tmp_path / "trap.pkl"
    file.write_bytes(pickle.dumps({"smpl_poses": Trap()}))
    with pytest.raises(FarandoleError, match="no array"):
        read_aist(file)
    assert (tmp_path / "precious").exists()


def test_a_broken_file_is_named_with_what_was_expected_and_the_others_are_imported(tmp_path: Path) -> None:
    files = tmp_path / "files" / "salsa"
    files.mkdir(parents=True)
    good = _bvh(walker(3.0), files / "good.bvh")
    cut = good.read_text().splitlines()
    (files / "cut.bvh").write_text("\n".join([*cut[:-1], cut[-1][:50]]))
    (files / "none.bvh").write_text("not a bvh\n")
    _aist_pickle(files, "dance")
    (files / "torn.pkl").write_bytes(b"\x80\x04torn")
    (files / "odd.amc").write_text("1\nroot 0 0 0 0 0 0\n")
    outcomes = import_motion([tmp_path / "files"], tmp_path / "out", Wishes())
    problems = {outcome.file.name: outcome.problem for outcome in outcomes}
    assert problems["good.bvh"] == problems["dance.pkl"] == ""
    assert f"line {len(cut)}" in problems["cut.bvh"]
    assert "expected" in problems["cut.bvh"]
    assert "MOTION" in problems["none.bvh"]
    assert "AIST++" in problems["torn.pkl"]
    assert "odd.asf" in problems["odd.amc"]
    clips = list(library.read_motion(tmp_path / "out"))
    assert all(isinstance(clip, Clip) for clip in clips)
    assert [(clip.name, clip.style) for clip in clips if isinstance(clip, Clip)] == [
        ("dance", "salsa"),
        ("good", "salsa"),
    ]


def test_a_second_import_leaves_what_is_there_and_makes_the_same_folder(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for name in ("one", "two"):
        _bvh(walker(3.0, name=name), files / f"{name}.bvh")
    out = tmp_path / "out"
    import_motion([files], out, Wishes())
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in out.iterdir()}
    (out / "two.npz").unlink()
    import_motion([files], out, Wishes())
    after = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in out.iterdir()}
    assert {name: content for name, (content, _) in after.items()} == {
        name: content for name, (content, _) in before.items()
    }
    assert after["one.npz"][1] == before["one.npz"][1]


def test_joints_with_strange_names_are_asked_for_and_can_be_told(tmp_path: Path) -> None:
    clip = walker(2.0)
    file = _bvh(clip, tmp_path / "strange.bvh")
    file.write_text(file.read_text().replace("LeftUpperLeg", "Thigh_Sinister"))
    with pytest.raises(FarandoleError, match="left_hip"):
        retargeted(read_bvh(file), name="strange")
    root_m, rotations_wxyz = retargeted(read_bvh(file), name="strange", table={"left_hip": ("Thigh_Sinister",)})
    error_m = np.abs(_joints_m(root_m, rotations_wxyz) - _joints_m(clip.root_m, clip.rotations_wxyz))
    assert error_m.max() < 0.01


def test_styles_licence_and_trial_are_what_the_person_says(tmp_path: Path) -> None:
    folder = tmp_path / "cmu"
    folder.mkdir()
    _asf_amc(folder)
    styles = tmp_path / "styles.csv"
    styles.write_text("# name,style\n07_*,walk\n")
    outcomes = import_motion([folder], tmp_path / "out", Wishes(styles=read_styles(styles)))
    assert [outcome.problem for outcome in outcomes] == [""]
    (clip,) = library.read_motion(tmp_path / "out")
    assert isinstance(clip, Clip)
    assert (clip.style, clip.trial) == ("walk", "cmu_07_01")
    assert "NSF EIA-0196217" in clip.licence
    _bvh(walker(2.0), tmp_path / "mine.bvh")
    import_motion([tmp_path / "mine.bvh"], tmp_path / "mine", Wishes(style="locking"))
    (mine,) = library.read_motion(tmp_path / "mine")
    assert isinstance(mine, Clip)
    assert (mine.style, mine.licence) == ("locking", UNKNOWN_LICENCE)


def test_a_styles_line_without_a_comma_is_refused_by_its_number(tmp_path: Path) -> None:
    styles = tmp_path / "styles.csv"
    styles.write_text("60_*,salsa\nno comma\n")
    with pytest.raises(FarandoleError, match="line 2"):
        read_styles(styles)
