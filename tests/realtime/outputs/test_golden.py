from collections.abc import Callable

import pytest

from realtime.outputs.avatar import Avatar, our_avatar
from realtime.outputs.axes import Axes
from realtime.outputs.flat import Rotations, flat_encoder
from realtime.outputs.native import AudioEncoder, RowReader
from realtime.outputs.resolume import ResolumeEncoder
from realtime.outputs.udp import PoseEncoder
from realtime.outputs.vector import Turns, array_encoder, vector_encoder
from realtime.outputs.vmc import Face, VmcEncoder
from realtime.outputs.vrchat import VrchatEncoder
from tests.support import golden

_UNREAL = Axes("left", "z", "cm")


def _no_upper_chest() -> Avatar:
    whole = our_avatar()
    kept = [k for k in range(len(whole.bones)) if k != 9]
    offsets = whole.offsets_m.copy()
    offsets[[12, 13, 14]] += offsets[9]
    return Avatar(tuple(whole.bones[k] for k in kept), offsets[kept])


ENCODERS: dict[str, Callable[[], PoseEncoder]] = {
    "flat": flat_encoder,
    "flat_quaternions": lambda: flat_encoder(Rotations.QUATERNIONS),
    "vector": vector_encoder,
    "vector_local_unreal": lambda: vector_encoder(Turns.LOCAL, rows=RowReader(_UNREAL)),
    "array": array_encoder,
    "audio": AudioEncoder,
    "vmc": VmcEncoder,
    "vmc_face": lambda: VmcEncoder(_no_upper_chest(), face=Face.VRM0),
    "vrchat": lambda: VrchatEncoder(height_m=1.8, head=True),
    "resolume": ResolumeEncoder,
}


@pytest.mark.parametrize("name", ENCODERS)
def test_three_frames_are_what_they_always_were(name: str) -> None:
    path = golden.FOLDER / f"{name}.txt"
    # Where the schema changes on purpose: path.write_text(golden.listing(ENCODERS[name]()))
    assert golden.listing(ENCODERS[name]()) == path.read_text()
