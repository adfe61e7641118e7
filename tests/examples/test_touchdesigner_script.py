import ast
from pathlib import Path

from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES

SCRIPT = Path(__file__).parents[2] / "examples" / "touchdesigner" / "build_network.py"


def test_the_touchdesigner_script_selects_our_joints_in_our_order() -> None:
    for statement in ast.parse(SCRIPT.read_text()).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "JOINTS":
            assert isinstance(statement.value, ast.Call)
            assert isinstance(statement.value.func, ast.Attribute)
            assert ast.literal_eval(statement.value.func.value).split() == list(TOUCHDESIGNER_NAMES)
            return
    raise AssertionError("the script has no JOINTS")
