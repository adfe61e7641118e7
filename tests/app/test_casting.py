"""Who is cast: the last one who was asked for, and with the ears that this dancer needs."""

from app.casting import Casting
from models.groove import GrooveGenerator
from realtime.config import DanceConfig
from realtime.engine import Engine
from realtime.meter import NullTimer
from realtime.music.beat import AubioBeatTracker
from realtime.music.listener import Listener
from tests.support.engines import blocks_of
from tests.support.music import click_track
from tests.support.wait import wait_until


def _stage() -> tuple[Engine, Listener, Casting]:
    listener = Listener(AubioBeatTracker(), NullTimer())
    engine = Engine(listener, GrooveGenerator(), GrooveGenerator(), (), NullTimer())
    return engine, listener, Casting(engine, listener, DanceConfig(model="groove"))


def test_of_two_who_are_asked_in_haste_the_last_one_dances() -> None:
    engine, _, casting = _stage()
    for model in ("live", "dance_revolution", "groove", "live"):
        casting.ask(DanceConfig(model=model))
    wait_until(lambda: engine.generator_name == "live")


def test_dance_revolution_is_heard_for_from_before_it_dances_and_no_longer_than_it_does() -> None:
    engine, listener, casting = _stage()
    casting.ask(DanceConfig(model="dance_revolution"))
    wait_until(lambda: engine.generator_name == "dance_revolution")
    for block in blocks_of(click_track(120.0, seconds=1.0)):
        engine.listen(block)
    chunk = engine.choreograph(1.0)
    assert chunk is not None, engine.counters.last_failure
    assert chunk.source == "dance_revolution"
    casting.ask(DanceConfig(model="live"))
    wait_until(lambda: engine.generator_name == "live")
    assert listener.revolution is None
