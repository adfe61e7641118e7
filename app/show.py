"""A running show: an engine on a source with its targets, its link to windows, and what a person may change."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock

import platformdirs

import presets
from app import compose
from app.remote import Remote
from app.targets import make_target
from realtime.clock import Clock
from realtime.commands import (
    AutoTempo,
    Command,
    EnableTarget,
    HoldTPose,
    LoadPreset,
    MuteTargets,
    Quit,
    Record,
    ReportDraw,
    ResyncBar,
    SaveLast,
    SetEnergy,
    SetGain,
    SetInPlace,
    SetMirror,
    SetSeed,
    SetSmoothing,
    SetStyle,
    SetTargetLead,
)
from realtime.config import Preset, TargetConfig
from realtime.errors import FarandoleError, PresetError
from realtime.health import HealthSnapshot, RemoteHealth, TargetHealth
from realtime.link import ShowLink
from realtime.live import LiveShow, ShowFacts
from realtime.meter import StageMeter
from realtime.outputs.readers import Readers
from realtime.outputs.recorder import Recorder
from realtime.outputs.udp import UdpTarget
from realtime.ports import AudioSource

logger = logging.getLogger("farandole.show")


def recordings_folder(preset: Preset) -> Path:
    """Return where a show's sessions are recorded."""
    if preset.output.recordings:
        return Path(preset.output.recordings).expanduser()
    return Path(platformdirs.user_documents_dir()) / "Farandole"


class RunningShow:
    """Composes a preset into a live show and obeys every Command, from any thread."""

    def __init__(
        self,
        preset_name: str,
        clock: Clock,
        source: Callable[[Preset], AudioSource],
        *,
        overrides: compose.Overrides | None = None,
    ) -> None:
        """Create the link, so that a window may attach; `start` starts the music.

        Args:
            preset_name: what to play: the name of a preset, or its file.
            clock: host time.
            source: opens the source of the music; called by `start`.
            overrides: what the command line wants otherwise, of this preset and of those loaded later.

        Raises:
            FarandoleError: there is no such preset, or something in it does not fit.
        """
        self._overrides = overrides or compose.Overrides()
        self._first_name = preset_name
        preset = self._overrides.apply(compose.find_preset(preset_name))
        self.meter = StageMeter()
        self.ended = Event()
        self._preset = preset
        self._clock = clock
        self._open_source = source
        self._readers = Readers()
        self._targets: tuple[UdpTarget, ...] = tuple(make_target(target, self._readers) for target in preset.targets)
        self._target_configs: tuple[TargetConfig, ...] = preset.targets
        self._recorder = Recorder(
            recordings_folder(preset),
            fps=preset.output.fps,
            facts={"preset": preset_name, "model": preset.dance.model},
            audio=preset.output.record_audio,
        )
        self.link = ShowLink(self.post)
        self._facts = ShowFacts(
            preset=preset_name,
            presets=tuple(presets.names()),
            look=preset.stage.look,
            camera=preset.stage.camera,
            gain_db=preset.audio.gain_db,
            targets=self._target_health,
            remote=lambda: self._remote.health if self._remote is not None else RemoteHealth(),
        )
        self.live: LiveShow | None = None
        self._remote: Remote | None = None
        self._switching = Lock()

    @property
    def preset(self) -> Preset:
        """What is played now."""
        return self._preset

    def start(self) -> LiveShow:
        """Open the source and start the stages."""
        engine = compose.make_engine(self._preset, (*self._targets, self._recorder, self.link), self.meter)
        self.live = LiveShow(
            engine,
            self._open_source(self._preset),
            self._clock,
            self.meter,
            fps=self._preset.output.fps,
            publish=self._publish,
            on_block=self._recorder.hear,
        )
        self.live.facts = self._facts
        self._remote = Remote(self._preset.remote, self.post, self.live.show_s, self._clock)
        self.live.start()
        return self.live

    def stop(self) -> None:
        """End the stages, close the targets and the link."""
        if self._remote is not None:
            self._remote.close()
        if self.live is not None:
            self.live.stop()
        for target in self._targets:
            target.close()
        self._recorder.close()
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
            case LoadPreset(name=name):
                with self._switching:
                    self._load(name, self.live)
            case SetGain(gain_db=gain_db):
                self._tell(self.live, gain_db=gain_db)
                self.live.post(command)
            case _:
                self._tell_sinks(command, self.live)
                self.live.post(command)

    def _tell_sinks(self, command: Command, live: LiveShow) -> None:
        """Obey what concerns the targets or the recorder."""
        match command:
            case EnableTarget(index=index, on=on):
                if 1 <= index <= len(self._targets):
                    self._targets[index - 1].enabled = on
            case SetTargetLead(index=index, lead_s=lead_s):
                if 1 <= index <= len(self._targets):
                    self._targets[index - 1].lead_s = lead_s
            case MuteTargets(on=on):
                for target in self._targets:
                    target.muted = on
                self._tell(live, muted=on)
            case HoldTPose() | ResyncBar():
                for target in self._targets:
                    target.command(command)
            case Record(on=on):
                (self._recorder.start if on else self._recorder.stop)()
            case SaveLast(seconds=seconds):
                self._recorder.save_last(seconds)
            case _:
                pass

    def _load(self, name: str, live: LiveShow) -> None:
        """Switch to another preset while dancing: controls, tempo, look and targets; the input stays."""
        try:
            if name not in {*self._facts.presets, self._first_name}:
                # Whoever steers over the network may choose a preset, not open files.
                raise PresetError(f'no preset is called "{name}"; choose one of {", ".join(self._facts.presets)}')
            preset = self._overrides.apply(compose.find_preset(name))
            self._switch_targets(preset.targets, live)
        except FarandoleError as error:
            live.last_failure = str(error)
            return
        if self._preset.tempo.mode == "fixed" and preset.tempo.mode == "auto":
            live.post(AutoTempo())
        self._preset = preset
        live.fps = preset.output.fps
        dance = preset.dance
        for command in (
            SetEnergy(dance.energy),
            SetStyle(dance.style),
            SetSmoothing(dance.smoothing),
            SetMirror(dance.mirror),
            SetInPlace(dance.in_place),
            SetSeed(dance.seed),
            *compose.opening_commands(preset),
        ):
            live.post(command)
        self._tell(
            live,
            preset=name,
            look=preset.stage.look,
            camera=preset.stage.camera,
            gain_db=preset.audio.gain_db,
        )

    def _switch_targets(self, configs: tuple[TargetConfig, ...], live: LiveShow) -> None:
        """Keep the sockets of targets that stay: receivers follow a source port."""
        before = dict(zip(self._target_configs, self._targets, strict=True))
        targets = tuple(before.pop(config, None) or make_target(config, self._readers) for config in configs)
        for target in targets:
            target.muted = self._facts.muted
        self._targets, self._target_configs = targets, configs
        live.engine.sinks = (*targets, self._recorder, self.link)
        for gone in before.values():
            gone.close()

    def _publish(self, snapshot: HealthSnapshot, host_s: float, show_s: float) -> None:
        self.link.publish(snapshot, host_s=host_s, show_s=show_s)
        if self._remote is not None:
            self._remote.tell(snapshot)

    def _tell(self, live: LiveShow, **facts: object) -> None:
        self._facts = replace(self._facts, **facts)
        live.facts = self._facts

    def _target_health(self) -> tuple[TargetHealth, ...]:
        return tuple(target.health() for target in self._targets)
