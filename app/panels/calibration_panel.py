"""Measures how late a picture is seen, by tapping to the sound and then to the picture; and how late the show hears,
by claps with a key pressed in the same moment.

It lies over the stage and stops nothing: every key of the desk goes on working; only T taps here meanwhile.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import theme
from app.calibration import ENOUGH_TAPS, ClapRound, Offset, TapRound, lateness
from app.panels.button import DeskButton
from app.panels.frame import PADDING_PX, Panel
from app.panels.picker import Picker
from app.panels.text import FixedLabel
from app.readings import Targets
from app.stages import Stages
from app.view_model import ViewModel
from realtime import commands

PICTURE = "the picture of this machine"
HEARING = "what the show hears (clap)"
CLAP_WORDS = "Music off. Clap, and press T in the same moment: knock on the key, say."
HEARD_WORDS = "What is heard is dated {ms:+d} ms late (claps agree within {spread} ms)."
_LISTEN_MS = 30
SOUND_WORDS = "1  Listen, and tap each beat that you hear (T or the pad)."
SIGHT_WORDS = "2  Now tap each beat that you see: {what}."
DONE_WORDS = "3  {what} is seen {ms:+d} ms after the sound (taps agree within {spread} ms)."


class CalibrationPanel(Panel):
    """Two rounds of taps, or one of claps, a result, and a button that applies it to the picture or to one target.

    Args:
        stages: keeps the offset of this machine's picture.
        now_s: host time.
    """

    def __init__(
        self, view_model: ViewModel, stages: Stages, parent: QWidget, *, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__("Measure latency by tap or clap")
        self.setParent(parent)
        self._view_model = view_model
        self._stages = stages
        self._now_s = now_s
        self._heard: Offset | None = None
        self._round = TapRound()
        self._claps = ClapRound()
        self._last_clap_s = 0.0
        self.late_s: float | None = None
        self.words = QLabel(SOUND_WORDS)
        self.words.setWordWrap(True)
        self.words.setFont(theme.font(theme.LARGE_PX, bold=True))
        self.count = FixedLabel(f"0 / {ENOUGH_TAPS}", "00 / 00", size_px=theme.LARGE_PX, dim=True)
        self.what = Picker("What is measured")
        self.what.show_names((PICTURE,), PICTURE)
        self.what.textActivated.connect(self._begin)
        self._listening = QTimer(self)
        self._listening.setInterval(_LISTEN_MS)
        self._listening.timeout.connect(self.listen)
        self.pad = DeskButton("TAP", self.tap, name="Tap the beat you hear or see")
        self.pad.setObjectName("pad")
        self.again = DeskButton("START AGAIN", self.restart)
        self.use = DeskButton("USE IT", self.apply, name="Use the measured offset")
        self.done = DeskButton("CLOSE", self.hide, name="Close the measurement")
        self._lay_out()
        self._show_state()
        view_model.targets_changed.connect(self._offer)
        self.hide()

    def open(self) -> None:
        """Begin, over the stage; a second call puts it away."""
        if self.isVisible():
            self.hide()
            return
        self.restart()
        self.show()
        self.raise_()

    def restart(self) -> None:
        """Forget every tap."""
        self._heard, self.late_s, self._round = None, None, TapRound()
        self._begin()

    def tap(self) -> None:
        """Take a tap, at this moment."""
        client, snapshot = self._view_model.client, self._view_model.snapshot
        if client is None or snapshot is None:
            return
        if self._hearing:
            self._claps.key(client.show_s(self._now_s()))
            self._show_claps()
            return
        if self._round.full:
            return
        self._round.tap(snapshot.beat, client.show_s(self._now_s()))
        offset = self._round.offset()
        if offset is not None and self._heard is None:
            self._heard = offset
            self._begin()
        elif offset is not None and self._heard is not None:
            self.late_s = lateness(offset, self._heard) + self._applied_s()
        self._show_state()

    def listen(self) -> None:
        """Take the clap that the show heard since the last look."""
        snapshot = self._view_model.snapshot
        if snapshot is None or not self.isVisible():
            self._listening.stop()
        elif snapshot.clap_s > self._last_clap_s:
            self._last_clap_s = snapshot.clap_s
            self._claps.clap(snapshot.clap_s)
            self._show_claps()

    def apply(self) -> None:
        """Let what was measured be shown so much earlier."""
        if self.late_s is None:
            return
        number = self.what.currentIndex()
        if self._hearing:
            self._view_model.send(commands.SetOffset(min(max(self.late_s, -0.5), 0.5)))
        elif number == 0:
            self._stages.remember(display_offset_s=min(max(self.late_s, -0.5), 0.5))
        else:
            self._view_model.send(commands.SetTargetLead(number, self.late_s))
        self.hide()

    def _applied_s(self) -> float:
        """Return how far ahead of the sound it is shown already."""
        number, snapshot = self.what.currentIndex(), self._view_model.snapshot
        if number == 0 or snapshot is None or number > len(snapshot.targets):
            return self._view_model.display_offset_s
        return snapshot.targets[number - 1].lead_s

    @property
    def _hearing(self) -> bool:
        """Whether it is the show's ear that is measured."""
        return self.what.currentText() == HEARING

    def _begin(self, _what: str = "") -> None:
        """Begin the round of what is measured now."""
        self.late_s = None
        if self._hearing:
            self._claps = ClapRound()
            snapshot = self._view_model.snapshot
            self._last_clap_s = snapshot.clap_s if snapshot is not None else 0.0
            self._listening.start()
            self._show_claps()
            return
        self._listening.stop()
        self._round = TapRound()
        self._show_state()

    def _offer(self, targets: Targets) -> None:
        names = (PICTURE, *(target.name for target in targets.targets), HEARING)
        self.what.show_names(names, self.what.currentText() if self.what.currentText() in names else PICTURE)

    def _show_claps(self) -> None:
        offset = self._claps.offset()
        self.late_s = None if offset is None else round(offset.seconds, 3)
        if offset is None:
            self.words.setText(CLAP_WORDS)
        else:
            spread = max(round(1000 * offset.spread_s), 1)
            self.words.setText(HEARD_WORDS.format(ms=round(1000 * offset.seconds), spread=spread))
        self.count.setText(f"{min(len(self._claps), ENOUGH_TAPS)} / {ENOUGH_TAPS}")
        self.use.setEnabled(self.late_s is not None)

    def _show_state(self) -> None:
        what = self.what.currentText()
        offset = self._round.offset()
        if self._heard is None:
            self.words.setText(SOUND_WORDS)
        elif self.late_s is None or offset is None:
            self.words.setText(SIGHT_WORDS.format(what=what))
        else:
            spread = max(round(1000 * offset.spread_s), 1)
            self.words.setText(DONE_WORDS.format(what=what, ms=round(1000 * self.late_s), spread=spread))
        self.count.setText(f"{min(len(self._round), ENOUGH_TAPS)} / {ENOUGH_TAPS}")
        self.use.setEnabled(self.late_s is not None)

    def _lay_out(self) -> None:
        pad = QHBoxLayout()
        pad.setSpacing(12)
        pad.addWidget(self.pad, 1)
        pad.addWidget(self.count)
        choice = QHBoxLayout()
        for button in (self.again.fit("START AGAIN"), self.use.fit("USE IT"), self.done.fit("CLOSE")):
            choice.addWidget(button)
        choice.insertStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * PADDING_PX] * 4)
        column.setSpacing(theme.GAP_PX + 4)
        column.addWidget(self.words, 1, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.what)
        column.addLayout(pad)
        column.addLayout(choice)
