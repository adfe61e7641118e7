"""Who dances, while a show runs: the dancer of another preset is loaded beside the dance and takes over when ready."""

from threading import Lock, Thread

from app import compose
from realtime.config import DanceConfig
from realtime.engine import Engine
from realtime.music.listener import Listener
from realtime.music.revolution import RevolutionFeatures


class Casting:
    """Gives an engine the dancer that a preset asks for. Any thread may call it."""

    def __init__(self, engine: Engine, listener: Listener, dance: DanceConfig) -> None:
        """Know who dances now.

        Args:
            engine: dances with whoever was cast last.
            listener: hears for it.
            dance: what the engine was made for.
        """
        self._engine, self._listener = engine, listener
        self._wanted = _part(dance)
        self._changing = Lock()

    def ask(self, dance: DanceConfig) -> None:
        """Let a preset's dancer take over; this one goes on until it is loaded. The last one who is asked stays."""
        part = _part(dance)
        with self._changing:
            if part == self._wanted:
                return
            self._wanted = part
            # Listening begins before loading, so that the first chunk finds some music.
            self._listener.revolution = RevolutionFeatures() if dance.model in compose.HEAR_REVOLUTION else None
        Thread(target=self._bring, args=(dance, part), name="casting", daemon=True).start()

    def _bring(self, dance: DanceConfig, part: tuple[str, ...]) -> None:
        generator = compose.make_generator(dance)
        with self._changing:
            if part == self._wanted:
                self._engine.dance_with(generator)


def _part(dance: DanceConfig) -> tuple[str, ...]:
    """Return what makes a dancer another one: the model, and the engines that may run it."""
    return (dance.model, *dance.engines)
