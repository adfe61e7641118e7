"""The keys of the desk: one table for the key handler, the help overlay and the handbook.

A key is written as Qt writes it ("Shift+Left"). Keys are dead while a text field has the focus, except Esc, the
function keys and those with Ctrl. Space is kept for rehearsals (play and pause).
"""

from dataclasses import dataclass
from enum import Enum, auto


class Action(Enum):
    """What a key may do. Some take an amount: BPM, seconds, a factor, a number."""

    TAP = auto()
    RESYNC = auto()
    LOCK = auto()
    AUTO = auto()
    ROUND = auto()
    SCALE = auto()
    NUDGE = auto()
    CHANGE_BPM = auto()
    PRESET = auto()
    STEP_PRESET = auto()
    FREEZE = auto()
    IDLE = auto()
    BLACKOUT = auto()
    PANIC = auto()
    DANCE_AGAIN = auto()
    OUTPUT = auto()
    TARGET = auto()
    MUTE = auto()
    NEXT_LOOK = auto()
    NEXT_CAMERA = auto()
    NEXT_WAIT = auto()
    NEXT_FADE = auto()
    NEXT_GROUND = auto()
    NEXT_THEME = auto()
    SETUP = auto()
    CALIBRATE = auto()
    COMPACT = auto()
    RECORD = auto()
    SHOW_MODE = auto()
    BENCHMARK = auto()
    HELP = auto()
    # The rehearsal room's, see `app/room_keys.py`.
    PLAY = auto()
    TO_START = auto()
    SKIP = auto()
    LOOP = auto()
    LOOP_OFF = auto()
    SPEED = auto()
    ZOOM = auto()
    MARK = auto()
    STEP_MARKER = auto()
    DOWNBEAT = auto()
    SEND_OTHER = auto()
    LOCK_TAKE = auto()
    EXPORT = auto()


@dataclass(frozen=True, slots=True)
class Binding:
    """One line of the help.

    Attributes:
        label: the keys as a person reads them.
        words: what they do.
        action: what to perform.
        amounts: Qt's name of each key, and the amount that it gives.
        repeats: whether holding the key performs it again and again.
    """

    label: str
    words: str
    action: Action
    amounts: dict[str, float]
    repeats: bool = False


NUDGE_S = 0.010
FINE_NUDGE_S = 0.002
BPM_STEP = 0.1
_NUDGES: dict[str, float] = {"Left": -NUDGE_S, "Right": NUDGE_S}
_STEPS: dict[str, float] = {"Up": BPM_STEP, "Down": -BPM_STEP}

GROUPS: tuple[tuple[str, tuple[Binding, ...]], ...] = (
    (
        "Tempo",
        (
            Binding("T", "tap the beat, 4 times or more", Action.TAP, {"T": 0}),
            Binding("R", "the bar starts now", Action.RESYNC, {"R": 0}),
            Binding("L", "lock the tempo, let it go", Action.LOCK, {"L": 0}),
            Binding("A", "follow the music again", Action.AUTO, {"A": 0}),
            Binding("Y", "round to a whole BPM", Action.ROUND, {"Y": 0}),
            Binding("H  D", "half, double", Action.SCALE, {"H": 0.5, "D": 2.0}),
            Binding(
                "\u2190  \u2192", "beat 10 ms earlier, later", Action.NUDGE, {"Left": -NUDGE_S, "Right": NUDGE_S}, True
            ),
            Binding(
                "Shift \u2190  \u2192",
                "beat 2 ms earlier, later",
                Action.NUDGE,
                {"Shift+Left": -FINE_NUDGE_S, "Shift+Right": FINE_NUDGE_S},
                repeats=True,
            ),
            Binding("\u2191  \u2193", "0.1 BPM up, down", Action.CHANGE_BPM, _STEPS, repeats=True),
        ),
    ),
    (
        "Dance",
        (
            Binding("1 - 9", "preset", Action.PRESET, {str(n): n for n in range(1, 10)}),
            Binding("N  P", "next, previous preset", Action.STEP_PRESET, {"N": 1, "P": -1}),
            Binding("W", "presets wait: now, beat, bar, 4 bars", Action.NEXT_WAIT, {"W": 0}),
            Binding("X", "presets fade: 0 to 8 s", Action.NEXT_FADE, {"X": 0}),
            Binding("F", "freeze, dance on", Action.FREEZE, {"F": 0}),
            Binding("I", "rest, dance on", Action.IDLE, {"I": 0}),
            Binding("B", "blackout, picture back", Action.BLACKOUT, {"B": 0}),
            Binding("Esc Esc", "panic (or hold Esc)", Action.PANIC, {}),
            Binding("Shift Esc", "dance again", Action.DANCE_AGAIN, {"Shift+Esc": 0}),
        ),
    ),
    (
        "Outputs",
        (
            Binding("F11", "fullscreen output", Action.OUTPUT, {"F11": 0}),
            Binding("V", "next look", Action.NEXT_LOOK, {"V": 0}),
            Binding("C", "next camera", Action.NEXT_CAMERA, {"C": 0}),
            Binding("G", "output on: stage, black, clear", Action.NEXT_GROUND, {"G": 0}),
            Binding("Ctrl 1 - 9", "OSC target on or off", Action.TARGET, {f"Ctrl+{n}": n for n in range(1, 10)}),
            Binding("M", "mute all OSC, speak again", Action.MUTE, {"M": 0}),
            Binding("K", "record the dance, finish", Action.RECORD, {"K": 0}),
        ),
    ),
    (
        "Desk",
        (
            Binding("F2", "input, display, target, light", Action.SETUP, {"F2": 0}),
            Binding("F8", "dark, dim, red", Action.NEXT_THEME, {"F8": 0}),
            Binding("F9", "measure latency by tap or clap", Action.CALIBRATE, {"F9": 0}),
            Binding("F10", "small strip, always on top", Action.COMPACT, {"F10": 0}),
            Binding("F12", "lock the settings for the show", Action.SHOW_MODE, {"F12": 0}),
            Binding("Ctrl Shift B", "measure every stage", Action.BENCHMARK, {"Ctrl+Shift+B": 0}),
            Binding("F1", "this help", Action.HELP, {"F1": 0}),
        ),
    ),
)
"""Every binding, grouped as the help shows them."""

BINDINGS: tuple[Binding, ...] = tuple(binding for _, bindings in GROUPS for binding in bindings)
BY_KEY: dict[str, Binding] = {key: binding for binding in BINDINGS for key in binding.amounts}


def works_in_text_fields(key: str) -> bool:
    """Return whether a key of the table also works while somebody types."""
    function_key = key.startswith("F") and key[1:].isdecimal()
    return function_key or key.startswith("Ctrl+") or key == "Shift+Esc"


def hint(action: Action, amount: float = 0, bindings: tuple[Binding, ...] = BINDINGS) -> str:
    """Return the key of an action as its button shows it."""
    for binding in bindings:
        if binding.action is action:
            key = next((key for key, value in binding.amounts.items() if value == amount), binding.label)
            return {"Left": "\u2190", "Right": "\u2192"}.get(key, key)
    raise KeyError(action)


def as_markdown(bindings: tuple[Binding, ...] = BINDINGS) -> str:
    """Return the table for the handbook."""
    lines = ["| Key | What it does |", "| --- | --- |"]
    lines += [f"| {binding.label} | {binding.words} |" for binding in bindings]
    return "\n".join(lines)
