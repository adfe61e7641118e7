"""The examples for programs that are not at hand: their readers, and that they are consistent in themselves."""

import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import PARENTS
from realtime.outputs.axes import Axes
from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES
from realtime.outputs.native import RowReader
from realtime.outputs.vector import vector_encoder
from tests.support.osc import MUSIC, STATE, dancing_pose

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def blender(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(sys.modules, "bpy", ModuleType("bpy"))
    script = ModuleType("farandole_receiver")
    exec((EXAMPLES / "blender" / "farandole_receiver.py").read_text(), script.__dict__)
    return script


def test_the_blender_script_reads_every_joint_in_blender_s_axes(blender: Any) -> None:
    pose, axes = dancing_pose(seed=1), Axes("right", "z")
    found = dict[str, Any]()
    for datagram in vector_encoder(rows=RowReader(axes)).encode(pose, MUSIC, STATE):
        found |= blender.read_packet(datagram)
    world = forward_kinematics(pose.root_m, pose.rotations_wxyz).positions_m @ axes.target_from_ours.T
    told = [found[f"/dance/p1/{name}/t"] for name in TOUCHDESIGNER_NAMES]
    np.testing.assert_allclose(told, world, atol=1e-6)
    assert len(found["/dance/p1/head/q"]) == 4
    assert found["/dance/beat/count"] == (2,)


def test_the_blender_script_survives_datagrams_that_are_cut_short(blender: Any) -> None:
    whole = vector_encoder().encode(dancing_pose(seed=1), MUSIC, STATE)[0]
    for length in range(len(whole)):
        assert isinstance(blender.read_packet(whole[:length]), dict)


def test_the_processing_sketch_draws_our_bones() -> None:
    sketch = (EXAMPLES / "processing" / "farandole" / "farandole.pde").read_text()
    parents = re.search(r"PARENTS = \{(.*?)\}", sketch)
    assert parents is not None
    assert [int(text) for text in parents[1].split(",")] == PARENTS.tolist()


def test_the_max_patch_routes_addresses_that_are_sent_to_boxes_that_exist() -> None:
    patcher = json.loads((EXAMPLES / "max" / "farandole.maxpat").read_text())["patcher"]
    boxes = {box["box"]["id"]: box["box"] for box in patcher["boxes"]}
    assert len(boxes) == len(patcher["boxes"])
    for line in patcher["lines"]:
        source, outlet = line["patchline"]["source"]
        destination, inlet = line["patchline"]["destination"]
        assert outlet < boxes[source]["numoutlets"]
        assert inlet < boxes[destination]["numinlets"]
    sent = b"".join(vector_encoder().encode(dancing_pose(seed=1), MUSIC, STATE))
    [route] = [box["text"] for box in boxes.values() if box.get("text", "").startswith("route ")]
    for address in route.split()[1:]:
        assert address.encode() + b"\0" in sent


@pytest.mark.parametrize(
    ("page", "example", "port"),
    [
        ("blender.md", "blender/farandole_receiver.py", "10003"),
        ("processing.md", "processing/farandole/farandole.pde", "10004"),
        ("max.md", "max/farandole.maxpat", "10005"),
        ("receivers.md", "unity/FarandoleReceiver.cs", "10001"),
        ("receivers.md", "touchdesigner/build_network.py", "10000"),
    ],
)
def test_an_example_listens_where_its_page_sends(page: str, example: str, port: str) -> None:
    assert port in (EXAMPLES.parent / "docs" / page).read_text()
    assert port in (EXAMPLES / example).read_text()
