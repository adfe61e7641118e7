"""Changes of preset while dancing: at once or on a beat, and its controls gliding from the old ones to the new."""

from collections.abc import Callable
from threading import Lock

import msgspec

from app import compose
from app.preset_switch import Glide, WaitingPreset
from realtime.commands import AutoTempo, LoadPreset, SetInPlace, SetMirror, SetSeed
from realtime.config import Preset
from realtime.live import LiveShow
from realtime.types import BeatState

LONGEST_FADE_S = 16.0


class PresetChanges:
    """One change after another. Any thread asks; the reporting thread moves on.

    Args:
        current: returns the preset that is played now.
        take: takes a preset's look and targets and returns it, None when it does not fit (which it has said).
        tell_waiting: takes the name of the preset that waits for its beat, "" for none.
    """

    def __init__(
        self,
        current: Callable[[], Preset],
        take: Callable[[LoadPreset, LiveShow], Preset | None],
        tell_waiting: Callable[[LiveShow, str], None],
    ) -> None:
        self.switching = Lock()
        self._current, self._take, self._tell_waiting = current, take, tell_waiting
        self._waiting = WaitingPreset()
        self._glide: Glide | None = None

    def load(self, command: LoadPreset, live: LiveShow) -> None:
        """Switch to another preset: controls, tempo, look and targets; the input stays."""
        with self.switching:
            self._replace(command, live)

    def let_wait(self, command: LoadPreset, live: LiveShow) -> None:
        """Switch when the beat, the bar or the fourth bar comes."""
        music = live.engine.music
        try:
            self._waiting.ask(command, music[-1].beat if music else BeatState(), live.show_s())
        except ValueError as error:
            live.last_failure = str(error)
        self._tell_waiting(live, self._waiting.name)

    def move_on(self, live: LiveShow) -> None:
        """Load the preset whose beat has come; move the controls of the last one on."""
        music = live.engine.music
        due = self._waiting.due(music[-1].beat, live.show_s()) if music else None
        if due is not None:
            self.load(due, live)
            self._tell_waiting(live, self._waiting.name)
        self._step_glide(live)

    def leave_controls(self) -> None:
        """Move no control any more: a hand on a slider is stronger than a fade."""
        self._glide = None

    def _replace(self, command: LoadPreset, live: LiveShow) -> None:
        before = self._current()
        preset = self._take(command, live)
        if preset is None:
            return
        if before.tempo.mode == "fixed" and preset.tempo.mode == "auto":
            live.post(AutoTempo())
        dance = preset.dance
        steered = live.engine.controls
        now = msgspec.structs.replace(dance, energy=steered.energy, style=steered.style, smoothing=steered.smoothing)
        self._glide = Glide(now, dance, live.show_s(), min(max(command.fade_s, 0.0), LONGEST_FADE_S))
        self._step_glide(live)
        for setting in (
            SetMirror(dance.mirror),
            SetInPlace(dance.in_place),
            SetSeed(dance.seed),
            *compose.opening_commands(preset),
        ):
            live.post(setting)

    def _step_glide(self, live: LiveShow) -> None:
        """Bring the controls to where the fade between two presets has come."""
        glide, now_s = self._glide, live.show_s()
        if glide is not None:
            for command in glide.commands(now_s):
                live.post(command)
            if glide.over(now_s):
                self._glide = None
