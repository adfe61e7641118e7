"""The stages of one window process, kept alike: the operator's and the audience's; their look, camera and display.

What a person chooses here is remembered for the next evening.
"""

from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from app import settings as settings_file
from app.displays import Displays
from app.looks import BACKGROUNDS
from app.readings import Scene
from app.settings import Settings
from app.stage_frame import FrameSource
from app.stage_slot import Stage, StageKit
from app.stage_source import StageSource
from app.view_model import ViewModel
from app.windows.output import OutputWindow, default_display

LEAST_FADE_S = 0.34
WAITS = ("now", "beat", "bar", "4 bars")
"""What a change of preset may wait for; see `app.preset_switch`."""
FADES_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)


class Stages(QObject):
    """Makes stages, and turns them all to one look and one camera.

    Args:
        view_model: the show that is shown.
        kit: how to make stages.
        displays: the displays there are.
        settings_path: where choices are remembered.
    """

    changed = Signal()
    """The look, the camera, the display or the list of displays."""
    output_opened = Signal(bool)
    output_said = Signal(str)
    output_shown = Signal()

    def __init__(self, view_model: ViewModel, kit: StageKit, displays: Displays, settings_path: Path) -> None:
        super().__init__()
        self._view_model = view_model
        self._kit = kit
        self._displays = displays
        self._path = settings_path
        self._settings = _known(settings_file.load(settings_path), kit)
        self._stages: list[Stage] = []
        self._operator_display = ""
        self.output: OutputWindow | None = None
        view_model.display_offset_s = self._settings.display_offset_s
        view_model.preset_wait = self._settings.preset_wait
        view_model.preset_fade_s = self._settings.preset_fade_s
        self._scene: Scene | None = None
        self._insisted_look = self._insisted_camera = False
        displays.changed.connect(self.changed)
        view_model.scene_changed.connect(self.follow)

    @property
    def settings(self) -> Settings:
        """What is remembered."""
        return self._settings

    def remember(self, **changes: object) -> None:
        """Keep other settings, by the names that `Settings` has."""
        self._settings = msgspec.structs.replace(self._settings, **changes)
        self._view_model.display_offset_s = self._settings.display_offset_s
        self._view_model.preset_wait = self._settings.preset_wait
        self._view_model.preset_fade_s = self._settings.preset_fade_s
        self._save()
        self.changed.emit()

    @property
    def look(self) -> str:
        """The look of every stage."""
        return self._settings.look

    @property
    def camera(self) -> str:
        """The camera of every stage."""
        return self._settings.camera

    @property
    def display(self) -> str:
        """The display of the output: the remembered one, else one where the operator is not."""
        return self._settings.display or default_display(self.display_names, self._operator_display)

    @property
    def display_names(self) -> tuple[str, ...]:
        """The displays that are connected."""
        return self._displays.names()

    def operator_sits_at(self, display: str) -> None:
        """Take the name of the display that the operator's window is on."""
        if display != self._operator_display:
            self._operator_display = display
            self.changed.emit()

    def make(self, source: FrameSource | None = None) -> Stage:
        """Return a stage that shows the show, or what another source tells."""
        view_model = self._view_model
        if source is None:
            source = StageSource(lambda: view_model.client, display_offset_s=lambda: view_model.display_offset_s)
        stage = self._kit.make(source, self.look, self.camera)
        view_model.add_draw_source(stage.draw_times)
        if self._scene is not None:
            stage.set_colours(self._scene.tint, self._scene.accent)
        self._stages.append(stage)
        return stage

    def follow(self, scene: Scene) -> None:
        """Take the look and the camera of a preset that was loaded; they stay until a person chooses others."""
        if scene == self._scene:
            return  # Told again, not changed.
        at_start = self._scene is None
        self._scene = scene
        for stage in self._stages:
            stage.set_colours(scene.tint, scene.accent)
        look = "" if at_start and self._insisted_look else self._known_look(scene.look)
        camera = "" if at_start and self._insisted_camera else self._known_camera(scene.camera)
        if look or camera:
            self.choose(look=look, camera=camera, fade_s=scene.fade_s)

    def insist(self, *, look: str, camera: str) -> None:
        """Start with a look and a camera that the first preset does not change; "" leaves it the choice."""
        look, camera = self._known_look(look), self._known_camera(camera)
        self._insisted_look, self._insisted_camera = bool(look), bool(camera)
        self.choose(look=look, camera=camera)

    def next_look(self) -> None:
        """Show the next look on every stage."""
        self.choose(look=_after(self.look, self._kit.looks))

    def next_camera(self) -> None:
        """Show every stage from the next camera."""
        self.choose(camera=_after(self.camera, self._kit.cameras))

    def choose(self, *, look: str = "", camera: str = "", display: str = "", fade_s: float = 0.0) -> None:
        """Take another look (over `fade_s`), camera or display, and remember it; what is left out stays."""
        old = self._settings
        self._settings = msgspec.structs.replace(
            old, look=look or old.look, camera=camera or old.camera, display=display or old.display
        )
        self._save()
        for stage in self._stages:
            if look:
                # Never a cut: a flood of changes must not flash.
                stage.set_look(look, fade_s=max(fade_s, LEAST_FADE_S))
            if camera:
                stage.set_camera(camera)
        if display and self.output is not None and self.output.is_open:
            self.output.open_on(display)
        self.changed.emit()

    def next_wait(self) -> None:
        """Let presets wait for the next longer thing."""
        self.remember(preset_wait=_after(self._settings.preset_wait, WAITS))

    def next_fade(self) -> None:
        """Let presets fade for the next longer time."""
        longer = [fade_s for fade_s in FADES_S if fade_s > self._settings.preset_fade_s]
        self.remember(preset_fade_s=longer[0] if longer else FADES_S[0])

    def next_ground(self) -> None:
        """Put the next background behind the dancer in the output."""
        self.choose_ground(_after(self._settings.background, BACKGROUNDS))

    def choose_ground(self, name: str) -> None:
        """Put one of `BACKGROUNDS` behind the dancer in the output."""
        self.remember(background=name)
        self._set_ground()

    def toggle_output(self) -> None:
        """Open the output on its display, or close it."""
        if self.output is None:
            self.output = OutputWindow(self._displays, self.make())
            self._set_ground()
            self.output.opened.connect(self._remember_output)
            self.output.said.connect(self.output_said)
            self.output.shown.connect(self.output_shown)
        if self.output.is_open:
            self.output.leave()
        else:
            self.output.open_on(self.display)

    def restore_output(self) -> None:
        """Open the output again when the last window died with it, and it would not cover the operator's desk."""
        display = self.display
        if self._settings.output_open and display in self.display_names and display != self._operator_display:
            self.open_output()

    def open_output(self) -> None:
        """Open the output on its display, when it is not open."""
        if self.output is None or not self.output.is_open:
            self.toggle_output()

    def _set_ground(self) -> None:
        if self.output is not None:
            self.output.stage.set_background(self._settings.background)
            self.output.see_through(clear=self._settings.background == "clear")

    def close(self) -> None:
        """Close the output for good."""
        if self.output is not None:
            self.output.leave()

    def _remember_output(self, is_open: bool) -> None:
        self._settings = msgspec.structs.replace(self._settings, output_open=is_open)
        self._save()
        self.output_opened.emit(is_open)

    def _known_look(self, name: str) -> str:
        return self._known_name("look", name, self._kit.looks)

    def _known_camera(self, name: str) -> str:
        return self._known_name("camera", name, self._kit.cameras)

    def _known_name(self, kind: str, name: str, names: tuple[str, ...]) -> str:
        """Return the name, or "" for one that is not known; that is said where there is a choice at all."""
        if name in names:
            return name
        if name and len(names) > 1:
            self._view_model.remark(
                f'No {kind} is called "{name}" - the stage stays as it is. There are: {", ".join(names)}'
            )
        return ""

    def _save(self) -> None:
        settings_file.save(self._settings, self._path)


def _known(settings: Settings, kit: StageKit) -> Settings:
    """Return the settings with names that the kit knows."""
    look = settings.look if settings.look in kit.looks else kit.looks[0]
    camera = settings.camera if settings.camera in kit.cameras else kit.cameras[0]
    background = settings.background if settings.background in BACKGROUNDS else BACKGROUNDS[0]
    return msgspec.structs.replace(settings, look=look, camera=camera, background=background)


def _after(name: str, names: tuple[str, ...]) -> str:
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
