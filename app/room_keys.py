"""The keys of the rehearsal window: those of the desk where they mean the same, and the transport's."""

from app.keys import BINDINGS, Action, Binding

SKIP_S, FINE_SKIP_S = 2.0, 0.1
SPEED_STEP = 0.05
ZOOM = 1.5

_FROM_THE_DESK = (
    Action.PRESET,
    Action.FREEZE,
    Action.BLACKOUT,
    Action.PANIC,
    Action.DANCE_AGAIN,
    Action.OUTPUT,
    Action.TARGET,
    Action.MUTE,
    Action.RECORD,
    Action.NEXT_LOOK,
    Action.NEXT_CAMERA,
    Action.HELP,
)

GROUPS: tuple[tuple[str, tuple[Binding, ...]], ...] = (
    (
        "Transport",
        (
            Binding("Space", "play, pause", Action.PLAY, {"Space": 0}),
            Binding("Home", "to the beginning", Action.TO_START, {"Home": 0}),
            Binding(
                "\u2190  \u2192", "2 s back, forward", Action.SKIP, {"Left": -SKIP_S, "Right": SKIP_S}, repeats=True
            ),
            Binding(
                "Shift \u2190  \u2192",
                "a tenth back, forward",
                Action.SKIP,
                {"Shift+Left": -FINE_SKIP_S, "Shift+Right": FINE_SKIP_S},
                repeats=True,
            ),
            Binding("[  ]", "loop begins, ends here", Action.LOOP, {"[": -1, "]": 1}),
            Binding("O", "no loop", Action.LOOP_OFF, {"O": 0}),
            Binding(",  .", "5 % slower, faster", Action.SPEED, {",": -SPEED_STEP, ".": SPEED_STEP}, repeats=True),
            Binding("/", "as fast as it is", Action.SPEED, {"/": 0.0}),
            Binding(
                "+  -", "zoom in, out", Action.ZOOM, {"+": 1 / ZOOM, "Shift++": 1 / ZOOM, "=": 1 / ZOOM, "-": ZOOM}
            ),
        ),
    ),
    (
        "Take",
        (
            Binding("X", "mark this place", Action.MARK, {"X": 0}),
            Binding("N  P", "next, previous marker", Action.STEP_MARKER, {"N": 1, "P": -1}),
            Binding("R", "the bar starts here", Action.DOWNBEAT, {"R": 0}),
            Binding("S", "send the other lane", Action.SEND_OTHER, {"S": 0}),
            Binding("L", "lock the take, unlock it", Action.LOCK_TAKE, {"L": 0}),
            Binding("E", "export the take", Action.EXPORT, {"E": 0}),
        ),
    ),
    ("Show", tuple(binding for binding in BINDINGS if binding.action in _FROM_THE_DESK)),
)
"""Every binding, grouped as the help shows them."""

ROOM_BINDINGS: tuple[Binding, ...] = tuple(binding for _, bindings in GROUPS for binding in bindings)
BY_KEY: dict[str, Binding] = {key: binding for binding in ROOM_BINDINGS for key in binding.amounts}
