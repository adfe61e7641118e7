"""A running show: an engine on a source with its targets, its link to windows, and what a person may change."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event

import presets
from app import compose
from app.casting import Casting
from app.driven import Driven, MakeDriven
from app.preset_changes import PresetChanges
from app.remote import Remote
from app.session import Session, SessionFile
from app.show_tools import ShowTools
from app.sources import open_input
from app.target_rack import TargetRack
from realtime.audio.switched import SwitchedSource
from realtime.clock import Clock
from realtime.commands import (
    DEMO_INPUT,
    ChooseInput,
    ChooseTargets,
    Command,
    LoadPreset,
    MuteTargets,
    Quit,
    ReportDraw,
    SetEnergy,
    SetGain,
    SetGate,
    SetSmoothing,
    SetStyle,
)
from realtime.config import Preset, TargetConfig
from realtime.errors import FarandoleError, PresetError
from realtime.health import HealthSnapshot, RemoteHealth
from realtime.link import ShowLink
from realtime.live import LiveShow
from realtime.meter import StageMeter
from realtime.outputs.recorder import Recorder
from realtime.ports import AudioSource, PoseSink
from realtime.show_facts import ShowFacts

logger = logging.getLogger("farandole.show")


class RunningShow:
    """Composes a preset into a live show and obeys every Command, from any thread."""

    def __init__(
        self,
        preset_name: str,
        clock: Clock,
        source: Callable[[Preset], AudioSource] | None,
        *,
        overrides: compose.Overrides | None = None,
        keeping: SessionFile | None = None,
        rehearse: MakeDriven | None = None,
    ) -> None:
        """Create the link, so that a window may attach; `start` starts the music.

        Args:
            preset_name: what to play: the name of a preset, or its file.
            clock: host time.
            source: opens the source of the music; called by `start`. None with `rehearse`.
            overrides: what the command line wants otherwise, of this preset and of those loaded later.
            keeping: keeps what a person sets, for the next time.
            rehearse: makes a rehearsal room's stages and source instead; presets are then loaded by the room.

        Raises:
            FarandoleError: there is no such preset, or something in it does not fit.
        """
        self._overrides = overrides or compose.Overrides()
        self._first_name = preset_name
        self._keeping = keeping
        self._input_name = str(self._overrides.audio.get("device") or DEMO_INPUT)
        preset = self._overrides.apply(compose.find_preset(preset_name))
        self.meter = StageMeter()
        self.ended = Event()
        self._preset = preset
        self._clock = clock
        self._open_source = source
        self._rehearse = rehearse
        self._driven: Driven | None = None
        self._rack = TargetRack(preset.targets)
        self._recorder = Recorder(
            compose.recordings_folder(preset),
            fps=preset.output.fps,
            facts={"preset": preset_name, "model": preset.dance.model},
            audio=preset.output.record_audio,
        )
        self.link = ShowLink(self.post)
        self._tools = ShowTools(self._recorder, self.meter, self.link.path.with_suffix(".bench"))
        self._facts = ShowFacts(
            preset=preset_name,
            presets=tuple(presets.names()),
            look=preset.stage.look,
            camera=preset.stage.camera,
            tint=preset.stage.tint,
            accent=preset.stage.accent,
            gain_db=preset.audio.gain_db,
            gate_db=preset.audio.gate_db,
            targets=self._rack.health,
            tools=lambda: (self._recorder.recording, self._tools.clap_s, self._tools.measured),
            remote=lambda: self._remote.health if self._remote is not None else RemoteHealth(),
        )
        self.live: LiveShow | None = None
        self._remote: Remote | None = None
        self._changes = PresetChanges(
            lambda: self._preset, self._take_preset, lambda live, name: self._tell(live, next_preset=name)
        )

    @property
    def preset(self) -> Preset:
        """What is played now."""
        return self._preset

    def start(self) -> LiveShow:
        """Open the source and start the stages."""
        driven = self._driven = self._make_driven((*self._rack.targets, self._recorder, self.link))
        self._source = SwitchedSource(driven.source, self._clock)
        self.live = LiveShow(
            driven.stages,
            self._source,
            self._clock,
            self.meter,
            fps=self._preset.output.fps,
            publish=self._publish,
            on_block=self._tools.hear,
        )
        self._tell(self.live, room=driven.room)
        self._remote = Remote(self._preset.remote, self.post, self.live.show_s, self._clock)
        self.live.start()
        return self.live

    def stop(self) -> None:
        """End the stages, close the targets and the link."""
        if self._remote is not None:
            self._remote.close()
        if self.live is not None:
            self.live.stop()
        if self._driven is not None:
            self._driven.close()
        self._rack.close()
        self._tools.close()
        self.link.close()

    def post(self, command: Command) -> None:
        """Obey a command."""
        if self.live is None:
            if isinstance(command, Quit):
                self.ended.set()
            return
        if not isinstance(command, ReportDraw):
            self._recorder.note(command, self.live.show_s())
        match command:
            case Quit():
                self.ended.set()
            case LoadPreset() | ChooseInput() if self._rehearse is not None:
                self.live.post(command)
            case LoadPreset(wait="now"):
                self._changes.load(command, self.live)
            case LoadPreset():
                self._changes.let_wait(command, self.live)
            case SetGain() | SetGate():
                gain = {"gain_db": command.gain_db} if isinstance(command, SetGain) else {"gate_db": command.gate_db}
                self._tell(self.live, **gain)
                self.live.post(command)
            case ChooseInput(name=name):
                self._choose_input(name)
            case ChooseTargets(targets=targets):
                self._choose_targets(targets, self.live)
            case _:
                self._tell_sinks(command, self.live)
                self.live.post(command)

    def show_preset(self, name: str) -> None:
        """Take the look, the camera and the targets of a preset; whoever dances knows of it already."""
        if self.live is not None:
            with self._changes.switching:
                self._take_preset(LoadPreset(name), self.live)

    def _make_driven(self, sinks: Sequence[PoseSink]) -> Driven:
        if self._rehearse is not None:
            return self._rehearse(self._preset, sinks, self.meter)
        assert self._open_source is not None, "a show that is no rehearsal has a source"
        listener = compose.make_listener(self._preset, self.meter)
        engine = compose.make_engine(self._preset, sinks, self.meter, listener=listener)
        casting = Casting(engine, listener, self._preset.dance)
        return Driven(engine, self._open_source(self._preset), casting.ask)

    def _tell_sinks(self, command: Command, live: LiveShow) -> None:
        """Obey what concerns the targets, the recorder or a fade."""
        self._rack.command(command)
        self._tools.command(command)
        match command:
            case MuteTargets(on=on):
                self._tell(live, muted=on)
            case SetEnergy() | SetStyle() | SetSmoothing():
                self._changes.leave_controls()
            case _:
                pass

    def _take_preset(self, command: LoadPreset, live: LiveShow) -> Preset | None:
        """Take a preset's look and targets and return it; None when it does not fit, which is then said."""
        name = command.name
        try:
            if name not in {*self._facts.presets, self._first_name}:
                # Whoever steers over the network may choose a preset, not open files.
                raise PresetError(f'no preset is called "{name}"; choose one of {", ".join(self._facts.presets)}')
            preset = self._overrides.apply(compose.find_preset(name))
            self._switch_targets(preset.targets, live)
        except FarandoleError as error:
            live.last_failure = str(error)
            return None
        self._preset = preset
        live.fps = preset.output.fps
        assert self._driven is not None, "a live show drives something"
        self._driven.cast(preset.dance)
        self._tell(
            live,
            preset=name,
            look=preset.stage.look,
            camera=preset.stage.camera,
            tint=preset.stage.tint,
            accent=preset.stage.accent,
            gain_db=preset.audio.gain_db,
            gate_db=preset.audio.gate_db,
            fade_s=command.fade_s,
        )
        return preset

    def _choose_input(self, name: str) -> None:
        """Listen to another input, from now on and with every preset."""
        self._input_name = name
        self._overrides = replace(self._overrides, audio={**self._overrides.audio, "device": name})
        audio = self._overrides.apply(self._preset).audio

        def opened() -> AudioSource:
            return open_input(name, audio, self._clock)

        self._source.change(opened)

    def _choose_targets(self, targets: tuple[str, ...], live: LiveShow) -> None:
        """Send to other targets, from now on and with every preset."""
        overrides = replace(self._overrides, to=targets)
        try:
            with self._changes.switching:
                preset = overrides.apply(compose.find_preset(self._facts.preset))
                self._switch_targets(preset.targets, live)
        except FarandoleError as error:
            live.last_failure = str(error)
            return
        self._overrides = overrides

    def _switch_targets(self, configs: tuple[TargetConfig, ...], live: LiveShow) -> None:
        gone = self._rack.change(configs)
        live.engine.sinks = (*self._rack.targets, self._recorder, self.link)
        for target in gone:
            target.close()

    def _publish(self, snapshot: HealthSnapshot, host_s: float, show_s: float) -> None:
        if self.live is not None:
            self._changes.move_on(self.live)
        self.link.publish(snapshot, host_s=host_s, show_s=show_s)
        self._tools.report({"preset": snapshot.preset, "model": snapshot.generator, "source": snapshot.title})
        if self._keeping is not None:
            targets = self._overrides.to
            self._keeping.keep(lambda: Session.of(snapshot, input_name=self._input_name, targets=targets), host_s)
        if self._remote is not None:
            self._remote.tell(snapshot)

    def _tell(self, live: LiveShow, **facts: object) -> None:
        self._facts = replace(self._facts, **facts)
        live.facts = self._facts
