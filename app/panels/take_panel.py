"""The take: how the dance is steered, keep it as it is, give it to somebody else."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QGridLayout

from app import theme
from app.export_job import ExportJob, JobState
from app.panels.button import DeskButton
from app.panels.frame import PADDING_PX, Panel
from app.panels.named_picker import NamedPicker
from app.panels.slider import NamedSlider
from app.panels.text import ElidedLabel, caption
from app.readings import Controls
from app.room_export import ExportOrder, free_path
from app.room_model import RoomModel
from app.view_model import ViewModel
from realtime import commands
from realtime.health import RoomHealth
from realtime.rehearsal_commands import ClearSteering, LockTake
from realtime.room.take import Take

LOCK_TEXTS = ("LOCK TAKE", "LOCKED")
EXPORT_TEXTS = ("EXPORT", "CANCEL")
NAMES = {
    "film 1080p60": "mp4",
    "film 720p30": "mp4",
    "GLB": "glb",
    "BVH": "bvh",
    "VRMA": "vrma",
    "table (CSV)": "csv",
    "cue list (CSV)": "cues.csv",
    "cue list (Markdown)": "cues.md",
}
"""What a take can be written as, and the ending of its file."""
_SMALL_FILM = "film 720p30"


class TakePanel(Panel):
    """Sliders, LOCK, and the export with its progress.

    Args:
        view_model: the show.
        model: the room.
        scene: returns the look and the camera of a film.
        start: starts an export; tests bring their own.
    """

    def __init__(
        self,
        view_model: ViewModel,
        model: RoomModel,
        *,
        scene: Callable[[], tuple[str, str]],
        start: Callable[[ExportOrder], ExportJob] = ExportJob,
    ) -> None:
        super().__init__("Take")
        self._model = model
        self._scene = scene
        self._start = start
        self._job: ExportJob | None = None
        self.energy = NamedSlider("energy", _percent, lambda value: _send(model, commands.SetEnergy(value / 100)))
        self.style_slider = NamedSlider("style", _percent, lambda value: _send(model, commands.SetStyle(value / 100)))
        self.forget = DeskButton(
            "FORGET", lambda: _send(model, ClearSteering()), name="Forget how the sliders were moved"
        )
        self.lock = DeskButton(LOCK_TEXTS[0], self.toggle_lock, key="L", checkable=True)
        self.lock.setObjectName("hold")
        self._kind = next(iter(NAMES))
        self.kind = NamedPicker("What to export", self._choose)
        self.kind.show_choice(tuple(NAMES), self._kind)
        self.export = DeskButton(EXPORT_TEXTS[0], self.toggle_export, key="E", checkable=True)
        self.said = ElidedLabel("", size_px=theme.SMALL_PX, dim=True)
        self._lay_out()
        view_model.controls_changed.connect(self._show_controls)
        model.take_changed.connect(self._show_take)
        self._show_take(model.take)

    @property
    def exporting(self) -> bool:
        """Whether an export runs."""
        return self._job is not None

    def toggle_lock(self) -> None:
        """Lock the take, or let it be changed again."""
        self._model.send(LockTake(not self._model.take.locked))

    def toggle_export(self) -> None:
        """Begin to export, or stop the export that runs."""
        if self._job is not None:
            self._job.cancel()
            return
        room = self._model.room
        if room is None:
            return
        if not room.finished:
            self._say("The dance is not danced to its end yet - a moment")
            return
        order = self._order(room)
        self._job = self._start(order)
        self._say(f"writing {order.out.name}", dim=True)
        self.export.set_text(EXPORT_TEXTS[1])
        self.export.setChecked(True)

    def poll(self) -> None:
        """Show how far the export is; called now and then."""
        if self._job is None:
            return
        state, order = self._job.state(), self._job.order
        if state.ended:
            self._job = None
            self.export.set_text(EXPORT_TEXTS[0])
            self.export.setChecked(False)
            self._say(_ending(state, order))
        elif state.share > 0.0:
            self._say(f"{100 * state.share:.0f}%  {order.out.name}", dim=True)

    def close_job(self) -> None:
        """Stop an export that runs: the window goes."""
        if self._job is not None:
            self._job.stop()
            self._job = None

    def _order(self, room: RoomHealth) -> ExportOrder:
        kind = NAMES[self._kind]
        look, camera = self._scene()
        small = self._kind == _SMALL_FILM
        return ExportOrder(
            kind=kind,
            out=free_path(Path(room.track), kind),
            track=Path(room.track),
            danced=Path(room.danced_b_file if room.sent == "B" and room.danced_b_file else room.danced_file),
            heard=Path(room.heard_file),
            take=Path(room.take_file),
            look=look,
            camera=camera,
            size=(1280, 720) if small else (1920, 1080),
            fps=30 if small else 60,
        )

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(PADDING_PX, 8, PADDING_PX, 8)
        grid.setSpacing(6)
        grid.addWidget(caption("TAKE"), 0, 0, 1, 2)
        grid.addWidget(self.energy, 1, 0)
        grid.addWidget(self.style_slider, 1, 1)
        grid.addWidget(self.forget, 2, 0)
        grid.addWidget(self.lock, 2, 1)
        grid.addWidget(self.kind, 3, 0)
        grid.addWidget(self.export, 3, 1)
        grid.addWidget(self.said, 4, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def _choose(self, name: str) -> None:
        self._kind = name

    def _say(self, text: str, *, dim: bool = False) -> None:
        self.said.set_text(text, dim=dim)

    def _show_controls(self, controls: Controls) -> None:
        self.energy.show_value(controls.energy)
        self.style_slider.show_value(controls.style)

    def _show_take(self, take: Take) -> None:
        self.lock.setChecked(take.locked)
        self.lock.set_text(LOCK_TEXTS[take.locked])
        for part in (self.energy, self.style_slider):
            part.setEnabled(not take.locked)
        self.forget.setEnabled(bool(take.steering) and not take.locked)


def _ending(state: JobState, order: ExportOrder) -> str:
    if state.failure:
        return f"FAILED: {state.failure}"
    return "cancelled, nothing was written" if state.cancelled else f"written to {order.out}"


def _send(model: RoomModel, command: commands.Command) -> None:
    model.send(command)


def _percent(value: int) -> str:
    return f"{value}%"
