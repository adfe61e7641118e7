"""Opens what a person chose to listen to, by name."""

from app.compose import PresetDevice
from realtime.audio.demo import DemoTrack
from realtime.audio.live_input import LiveInput
from realtime.audio.played import PlayedTrack, loudspeakers
from realtime.clock import Clock
from realtime.commands import DEMO_INPUT
from realtime.config import AudioConfig
from realtime.ports import AudioSource


def open_input(name: str, audio: AudioConfig, clock: Clock) -> AudioSource:
    """Return the built-in track, or an input that outlives its device.

    Args:
        name: "demo", "host API: name", or "" for the default input.
        audio: how to open it.
        clock: host time.
    """
    if name == DEMO_INPUT:
        return PlayedTrack(DemoTrack(), clock, loudspeakers(clock), loop=True)
    return LiveInput(PresetDevice(audio, clock), clock, silence_is_loss=not audio.loopback)
