"""A bundle is what its spec says, or it is refused in a sentence that says what is wrong and where."""

import tomllib
from pathlib import Path

import msgspec
import numpy as np
import pytest

from models.bundle import SPEC_FILE, describe, find_bundle, installed_bundles, load_bundle, sha256_of
from models.bundle_spec import BundleSpec, parse_spec, spec_text
from realtime.errors import BundleError
from realtime.motion.skeleton import JOINT_NAMES
from tests.support.small_bundle import FOLDER, copy_of_small_bundle, small_bundle


def edited(folder: Path, **changes: object) -> Path:
    """Return a copy of the bundle whose spec says otherwise."""
    copy = copy_of_small_bundle(folder)
    spec = msgspec.structs.replace(small_bundle().spec, **changes)
    (copy / SPEC_FILE).write_text(spec_text(spec))
    return copy


def test_a_good_bundle_is_loaded_with_everything_it_says() -> None:
    bundle = load_bundle(FOLDER, feature_version=1, graphs=["step", "decoder"])
    assert bundle.spec.name == "small"
    assert bundle.spec.skeleton == JOINT_NAMES
    assert bundle.spec.settings["styles"] == ("plain", "fancy")
    assert bundle.spec.settings["ring"] == 6
    assert bundle.card().startswith("# small")
    inputs, outputs = bundle.golden("step")
    assert list(inputs) == ["x", "ring", "count", "memory"]
    assert outputs["y"].shape == (1, 3, 16)
    assert bundle.digest == sha256_of(FOLDER / SPEC_FILE)


def test_a_spec_survives_being_written_and_read() -> None:
    spec = small_bundle().spec
    odd = msgspec.structs.replace(
        spec,
        summary='says "hello" \\ and\nmore: é',
        training_data=("a, b", "c = [d]"),
        settings={"tiny": 1e-7, "many": (1, 2.5, "three"), "no": False},
    )
    assert parse_spec(spec_text(odd), "here") == odd
    assert tomllib.loads(spec_text(spec))["format"] == "farandole-bundle-1"


def test_the_description_names_graphs_shapes_sources_and_size() -> None:
    text = describe(small_bundle())
    for wanted in (
        "small: untrained",
        "30 frames",
        "24 joints",
        "step (also int8)",
        "ring float32 (2, 1, 6, 16)",
        "MB",
    ):
        assert wanted in text
    assert "nothing: random weights" in text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"skeleton": (*JOINT_NAMES[:5], "tail", *JOINT_NAMES[6:])}, '"tail" where we have "right_knee"'),
        ({"skeleton": JOINT_NAMES[:22]}, "22 joints where we have 24"),
        ({"golden_sha256": "0" * 64}, "golden.npz: this file is damaged"),
        ({"format": "farandole-bundle-9"}, 'format must be "farandole-bundle-1", got'),
        ({"fps": 0.0}, "fps"),
        ({"graphs": {}}, "graphs"),
        ({"files": {"more": {"file": "../../secret", "sha256": "0" * 64}}}, "files"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    copy = edited(tmp_path, **changes)
    with pytest.raises(BundleError, match=SPEC_FILE if "golden" not in told else "golden") as refusal:
        load_bundle(copy)
    assert told in str(refusal.value)


def test_another_feature_version_or_a_missing_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="feature_version must be 2, got 1"):
        load_bundle(FOLDER, feature_version=2)
    with pytest.raises(BundleError, match='no graph is called "decode"; this bundle has step, decoder'):
        load_bundle(FOLDER, graphs=["decode"])


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    copy = copy_of_small_bundle(tmp_path)
    (copy / SPEC_FILE).write_text("colour = 1\n" + (copy / SPEC_FILE).read_text())
    with pytest.raises(BundleError, match="unknown field `colour`"):
        load_bundle(copy)


@pytest.mark.parametrize("name", ["step.onnx", "step.int8.onnx", "golden.npz"])
def test_a_damaged_or_missing_file_is_named(tmp_path: Path, name: str) -> None:
    copy = copy_of_small_bundle(tmp_path)
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(BundleError, match=f"{name}: this file is damaged"):
        load_bundle(copy)
    (copy / name).unlink()
    with pytest.raises(BundleError, match=f"{name}: cannot read"):
        load_bundle(copy)


def test_golden_arrays_must_have_the_shapes_of_the_spec(tmp_path: Path) -> None:
    copy = copy_of_small_bundle(tmp_path)
    with np.load(copy / "golden.npz") as file:
        arrays = dict(file)
    arrays["step/in/x"] = arrays["step/in/x"][:, :2]
    np.savez(copy / "golden.npz", allow_pickle=False, **arrays)
    _rehash_golden(copy)
    with pytest.raises(BundleError, match=r"step/in/x must be float32 of shape \(1, 3, 16\) as spec.toml says, got"):
        load_bundle(copy)
    del arrays["step/in/x"]
    np.savez(copy / "golden.npz", allow_pickle=False, **arrays)
    _rehash_golden(copy)
    with pytest.raises(BundleError, match="expected GRAPH/in/NAME"):
        load_bundle(copy)


def test_a_card_is_not_optional(tmp_path: Path) -> None:
    copy = copy_of_small_bundle(tmp_path)
    (copy / "card.md").unlink()
    with pytest.raises(BundleError, match="every model has a card"):
        load_bundle(copy)


def test_a_bundle_is_found_by_folder_or_by_name() -> None:
    assert find_bundle(FOLDER) == FOLDER
    for folder in installed_bundles():
        assert find_bundle(folder.parent.name) == folder
    with pytest.raises(BundleError, match='no model is called "nobody"'):
        find_bundle("nobody")


@pytest.mark.parametrize("folder", installed_bundles(), ids=lambda folder: folder.parent.name)
def test_every_model_that_is_shipped_is_whole(folder: Path) -> None:
    bundle = load_bundle(folder)
    assert bundle.spec.name == folder.parent.name
    assert isinstance(bundle.spec, BundleSpec)


def _rehash_golden(copy: Path) -> None:
    spec = small_bundle().spec
    replaced = msgspec.structs.replace(spec, golden_sha256=sha256_of(copy / "golden.npz"))
    (copy / SPEC_FILE).write_text(spec_text(replaced))
