"""The three stages of a show: listen, choreograph, perform.

No stage has a thread, a wall clock or a device of its own: a driver (`live.py`, `rehearsal.py`) calls them with the
show time. What passes from one stage to another is one frozen value, replaced whole (`music`, the plan in the pose
buffer) or appended to a deque that the next stage drains; so the three may run in three threads without a lock.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from realtime.commands import (
    Command,
    Freeze,
    Idle,
    Panic,
    SetEnergy,
    SetInPlace,
    SetMirror,
    SetOffset,
    SetSeed,
    SetSmoothing,
    SetStyle,
)
from realtime.motion.fader import Fader
from realtime.motion.pose_buffer import PoseBuffer, hold_chunk, standing_pose
from realtime.music.hush import hushed
from realtime.music.listener import Listener
from realtime.ports import MotionGenerator, PoseSink, StageTimer
from realtime.types import (
    AudioBlock,
    DanceControls,
    GenerateRequest,
    MusicFrame,
    Pose,
    PoseChunk,
    ShowState,
)

MUSIC_KEPT_FRAMES = 400
"""Frames that a generator may look back on: 4 s."""
FALLBACK_MARGIN_S = 0.08
"""With less than this decided, the fallback dances."""


@dataclass(frozen=True, slots=True)
class EngineCounters:
    """What went wrong so far, counted by the stages.

    Attributes:
        starved_s: seconds performed with nothing decided.
        deadline_misses: chunks that were late, or never came.
        fallback: whether the fallback dances now.
        last_failure: what the generator said last, or "".
    """

    starved_s: float = 0.0
    deadline_misses: int = 0
    fallback: bool = False
    last_failure: str = ""


class Engine:
    """Hears, plans and performs one dance.

    Threads: one calls `listen`, one `choreograph`, one `perform`; any may `post` a command and read the properties.
    """

    def __init__(
        self,
        listener: Listener,
        generator: MotionGenerator,
        fallback: MotionGenerator,
        sinks: Sequence[PoseSink],
        timer: StageTimer,
        *,
        controls: DanceControls | None = None,
        generate_latency_s: float = 0.02,
    ) -> None:
        self.music: tuple[MusicFrame, ...] = ()
        self.buffer = PoseBuffer()
        self.sinks = tuple(sinks)
        self.controls = controls or DanceControls()
        self.counters = EngineCounters()
        self.generate_latency_s = generate_latency_s
        self.offset_s = 0.0
        self.fader = Fader()
        self.held: str = ""
        self._listener = listener
        self._generator = generator
        self._fallback = fallback
        self._timer = timer
        self._tempo_inbox: deque[Command] = deque()
        self._perform_inbox: deque[Command] = deque()
        self._chunks: deque[PoseChunk] = deque()
        self._newest_chunk: PoseChunk | None = None
        self._next_start_s = float("-inf")
        self._asked = generator
        self._sent_until_s = float("-inf")

    @property
    def generator_name(self) -> str:
        """Who dances now."""
        return self._fallback.name if self.counters.fallback else self._generator.name

    @property
    def lead_s(self) -> float:
        """How far ahead of now the sink that looks furthest is."""
        return self.offset_s + max((sink.lead_s for sink in self.sinks), default=0.0)

    def post(self, command: Command) -> None:
        """Hand a command to the stages that obey it; they take it at their next step."""
        self._tempo_inbox.append(command)
        self._perform_inbox.append(command)

    def dance_with(self, generator: MotionGenerator) -> None:
        """Let another dancer go on from the next chunk. Any thread may call it."""
        self._generator = generator

    def listen(self, block: AudioBlock) -> list[MusicFrame]:
        """Hear a block and return the frames it completed; `music` then ends with them."""
        while self._tempo_inbox:
            self._listener.command(self._tempo_inbox.popleft())
        return self.take(self._listener.hear(block))

    def take(self, frames: list[MusicFrame]) -> list[MusicFrame]:
        """Know of frames that were heard, here or in another process; return them."""
        if frames:
            self.music = (*self.music, *frames)[-MUSIC_KEPT_FRAMES:]
        return frames

    def choreograph(self, now_s: float) -> PoseChunk | None:
        """Return the next chunk when one is due, else None. The caller delivers it when it is ready."""
        music, generator = self.music, self._generator
        is_due = now_s >= self._next_start_s or generator is not self._asked
        if not music or self.held == "panic" or not is_due:
            return None
        start_s = now_s + self.lead_s + self.generate_latency_s
        # Three chunks in four overlap their successor: late ones leave the dance what it was.
        self._next_start_s, self._asked = now_s + 0.25 * generator.chunk_s, generator
        request = self._request(now_s, start_s)
        try:
            with self._timer.measure("generate"):
                return generator.generate(request)
        except Exception as failure:  # noqa: BLE001 - whatever a model does, the dance goes on
            self.counters = replace(self.counters, last_failure=f"{generator.name}: {failure}")
            return None

    def deliver(self, chunk: PoseChunk) -> None:
        """Hand a chunk to the performer, who takes it at the next step."""
        self._chunks.append(chunk)

    def perform(self, now_s: float, state: ShowState, *, slot_s: float = 1 / 60) -> Pose:
        """Send to every sink the pose for its moment, and return the pose for `now_s`.

        Args:
            now_s: show time.
            state: what receivers are told about the show; blackout, running and frozen are filled in here.
            slot_s: time until the next call.
        """
        self._obey(now_s)
        self._take_chunks(now_s)
        self._keep_dancing(now_s, slot_s)
        state = replace(
            state,
            running=self.held != "panic",
            blackout=self.fader.value_at(now_s),
            frozen=self.held == "freeze",
        )
        # Whoever composes the show may replace the sinks at any moment.
        led = [(sink, sink.lead_s + self.offset_s) for sink in self.sinks]
        with self._timer.measure("pose"):
            poses = {lead_s: self.buffer.pose_at(now_s + lead_s) for lead_s in {0.0, *(lead_s for _, lead_s in led)}}
        heard = self._heard_since_last_time()
        if heard is not None:
            with self._timer.measure("send"):
                for sink, lead_s in led:
                    sink.send(poses[lead_s], heard, state)
        return poses[0.0]

    def _heard_since_last_time(self) -> MusicFrame | None:
        """Return the newest frame with the strongest onset since the last call: a hop is shorter than a tick."""
        music = self.music
        if not music:
            return None
        newest = music[-1]
        unsent = takewhile(lambda frame: frame.time_s > self._sent_until_s, reversed(music))
        onset = max((frame.features.onset for frame in unsent), default=0.0)
        self._sent_until_s = newest.time_s
        return (
            newest
            if onset == newest.features.onset
            else replace(newest, features=replace(newest.features, onset=onset))
        )

    def _take_chunks(self, now_s: float) -> None:
        while self._chunks:
            chunk = self._chunks.popleft()
            if chunk.end_s <= now_s + self.lead_s:
                self.counters = replace(self.counters, deadline_misses=self.counters.deadline_misses + 1)
                continue
            self._newest_chunk = chunk
            if chunk.source == self._generator.name:
                self.counters = replace(self.counters, fallback=False)
            if not self.held:
                self._merge(chunk, now_s)

    def _merge(self, chunk: PoseChunk, now_s: float) -> None:
        halflife_s = 0.05 + 0.25 * self.controls.smoothing
        self.buffer.merge(chunk, now_s + self.lead_s, halflife_s=halflife_s)

    def _keep_dancing(self, now_s: float, slot_s: float) -> None:
        """Let the fallback dance when the generator left nothing to show."""
        music = self.music
        left_s = self.buffer.decided_until_s - now_s - self.lead_s
        if self.held or not music or left_s > FALLBACK_MARGIN_S:
            return
        counters = self.counters
        self.counters = replace(
            counters,
            starved_s=counters.starved_s + (slot_s if left_s < 0.0 < self.buffer.decided_until_s else 0.0),
            deadline_misses=counters.deadline_misses + (self._newest_chunk is not None and not counters.fallback),
            fallback=self._generator.name != self._fallback.name,
        )
        self._merge(self._fallback.generate(self._request(now_s, now_s + self.lead_s)), now_s)

    def _obey(self, now_s: float) -> None:
        while self._perform_inbox:
            command = self._perform_inbox.popleft()
            match command:
                case Freeze(on=False):
                    # A button's release must not end a panic.
                    self._hold("panic" if self.held == "panic" else "", now_s)
                case Freeze():
                    self._hold("freeze", now_s)
                case Panic(on=on):
                    self._hold("panic" if on else "", now_s)
                    self.fader.fade(on=on, now_s=now_s, fade_s=1.0)
                case SetOffset(offset_s=offset_s):
                    self.offset_s = min(max(offset_s, -0.5), 0.5)
                case _:
                    self.fader.command(command, now_s)
                    self.controls = steer(self.controls, command)

    def _hold(self, how: str, now_s: float) -> None:
        """Stop in the shown pose ("freeze"), stand ("panic"), or dance on ("")."""
        if how == self.held or (how == "freeze" and self.held == "panic"):
            return
        self.held = how
        shown = self.buffer.pose_at(now_s + self.lead_s)
        if how == "freeze":
            self.buffer.merge(hold_chunk(shown, "freeze"), shown.time_s, halflife_s=0.03)
        elif how == "panic":
            standing = standing_pose(shown.time_s, x_m=float(shown.root_m[0]), z_m=float(shown.root_m[2]))
            self.buffer.merge(hold_chunk(standing, "panic"), shown.time_s, halflife_s=0.4)
        else:
            self._dance_on(now_s, shown)

    def _dance_on(self, now_s: float, shown: Pose) -> None:
        """Leave a held pose for the newest chunk, or for the fallback when that one is over."""
        self._next_start_s = float("-inf")
        if self._newest_chunk is not None and self.buffer.merge(self._newest_chunk, shown.time_s, halflife_s=0.3):
            return
        if self.music:
            chunk = self._fallback.generate(self._request(now_s, shown.time_s))
            self.buffer.merge(chunk, shown.time_s, halflife_s=0.3)

    def _request(self, now_s: float, start_s: float) -> GenerateRequest:
        music = hushed(self.music) if self.controls.idle else self.music
        return GenerateRequest(now_s, start_s, music, self.buffer.pose_at(start_s), self.controls)


def steer(controls: DanceControls, command: Command) -> DanceControls:
    """Return the controls after a command; values outside 0..1 are brought inside, other commands change nothing."""
    match command:
        case SetEnergy(value=value):
            controls = replace(controls, energy=_unit(value))
        case SetStyle(value=value):
            controls = replace(controls, style=_unit(value))
        case SetSmoothing(value=value):
            controls = replace(controls, smoothing=_unit(value))
        case SetMirror(on=on):
            controls = replace(controls, mirror=on)
        case SetInPlace(on=on):
            controls = replace(controls, in_place=on)
        case SetSeed(seed=seed):
            controls = replace(controls, seed=abs(seed))
        case Idle(on=on):
            controls = replace(controls, idle=on)
        case _:
            pass
    return controls


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)
