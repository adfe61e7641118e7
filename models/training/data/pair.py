"""Puts dance to music by construction: every stretch of dance gets a few pieces made for it.

The dance is bent in time, a little, so that its accents lie on the beats of a constant tempo; a score is written on
those beats, rendered, played in a room, and heard by the live listener.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from models.training.beats.dataset import groove_files
from models.training.beats.renderer import SOUNDFONT
from models.training.data import store
from models.training.data.arrangement import DrumFile
from models.training.data.clips import PRIOR_STYLE, Clip, plain_name
from models.training.data.preparing import prepare
from models.training.data.store import TakeInfo
from models.training.data.take import Span, with_music, without_music
from realtime.errors import FarandoleError

VERSION = "3"
"""Changes whenever the same input would give other takes."""
_HEARD = 0.6
"""Music on which the tracker knows less of the time than this is made anew."""


@dataclass(frozen=True)
class Recipe:
    """What is made of every clip.

    Attributes:
        seed: decides all that is random.
        variants: pieces of music per stretch of dance.
        drums: performances to choose from; patterns alone when there are none.
        held_out: trials kept for testing.
        attempts: pieces of music to try until the tracker follows one.
    """

    seed: int
    variants: int
    drums: tuple[DrumFile, ...]
    held_out: frozenset[str]
    attempts: int = 4


class Outcome(NamedTuple):
    """What became of a clip: its takes, or why there are none."""

    clip: str
    takes: list[TakeInfo]
    problem: str = ""


def pair(
    clips: Sequence[Clip],
    out: Path,
    recipe: Recipe,
    *,
    workers: int = 2,
    progress: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Make the takes that are missing in `out`, then its index.

    A clip that fails is named in its outcome, and the others go on.

    Raises:
        FarandoleError: there is nothing to play music with, or a worker was killed.
    """
    _check_instruments(clips)
    out.mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    for outcome in _each(sorted(clips, key=lambda clip: -clip.seconds), partial(_pair_clip, out, recipe), workers):
        outcomes.append(outcome)
        progress(outcome)
    store.write_index(out, [take for outcome in outcomes for take in outcome.takes], recipe.seed)
    return outcomes


def _each(clips: Sequence[Clip], work: Callable[[Clip], Outcome], workers: int) -> Iterator[Outcome]:
    if workers == 1:
        yield from map(work, clips)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        try:
            for future in as_completed([pool.submit(work, clip) for clip in clips]):
                yield future.result()
        except BrokenProcessPool as error:
            raise FarandoleError(
                "a worker was killed, perhaps for want of memory; what is made is kept: "
                "run the same command again, with fewer --workers"
            ) from error


def _check_instruments(clips: Sequence[Clip]) -> None:
    if all(clip.style == PRIOR_STYLE for clip in clips):
        return
    if shutil.which("fluidsynth") is None or not SOUNDFONT.exists():
        raise FarandoleError(
            f"music needs FluidSynth and {SOUNDFONT}: on Debian, apt install fluidsynth fluid-soundfont-gm"
        )


def _pair_clip(out: Path, recipe: Recipe, clip: Clip) -> Outcome:
    try:
        takes = list(_takes_of(clip, out, recipe))
    except Exception as error:  # noqa: BLE001 - one broken clip must not cost the others
        return Outcome(clip.name, [], f"{type(error).__name__}: {error}")
    return Outcome(clip.name, takes, "" if takes else "nothing of 2 s or more is left after cleaning")


def _takes_of(clip: Clip, out: Path, recipe: Recipe) -> Iterator[TakeInfo]:
    made_from = _fingerprint(clip, recipe)
    for piece in prepare(clip):
        for number, (first, last) in enumerate(piece.spans):
            name = plain_name(piece.clip.name) + (f"-{number + 1}" if len(piece.spans) > 1 else "")
            for variant in range(1 if clip.style == PRIOR_STYLE else recipe.variants):
                info = _blank(clip, name, variant, recipe)
                yield _take(Span(piece, first, last), info, out, recipe, made_from)


def _take(span: Span, info: TakeInfo, out: Path, recipe: Recipe, made_from: str) -> TakeInfo:
    """Return the entry of a take; make the take unless it is there already."""
    done = store.read_entry(out, info.name, made_from)
    if done is not None:
        return done
    if info.style == PRIOR_STYLE:
        info, arrays = without_music(span, info)
    else:
        part = out / f".{info.name}.part.ogg"
        info, arrays = _well_heard(span, info, part, recipe)
        part.replace(out / f"{info.name}.ogg")
    store.write_take(out, info, arrays, made_from)
    return info


def _well_heard(span: Span, info: TakeInfo, part: Path, recipe: Recipe) -> tuple[TakeInfo, store.Arrays]:
    """Return a take with music that the tracker follows; other music is tried when it is lost most of the time.

    A clock on the offbeat for a whole take would teach the dancer to ignore the clock; shorter errors stay in.
    """
    best: tuple[TakeInfo, store.Arrays] | None = None
    sound = b""
    for attempt in range(recipe.attempts):
        entropy = [recipe.seed, crc32(info.name.encode()), *([attempt] if attempt else [])]
        made = with_music(span, info, part, recipe.drums, np.random.default_rng(entropy))
        if best is None or made[0].heard > best[0].heard:
            best, sound = made, part.read_bytes()
        if best[0].heard >= _HEARD:
            break
    assert best is not None
    part.write_bytes(sound)
    return best


def _blank(clip: Clip, name: str, variant: int, recipe: Recipe) -> TakeInfo:
    return TakeInfo(
        name=name if clip.style == PRIOR_STYLE else f"{name}.v{variant}",
        clip=clip.name,
        style=clip.style,
        trial=clip.trial,
        split="test" if clip.trial in recipe.held_out else "train",
        kind="dance",
        source=clip.source,
        licence=clip.licence,
        bpm=0.0,
        start_s=0.0,
        seconds=0.0,
        variant=variant,
    )


def _fingerprint(clip: Clip, recipe: Recipe) -> str:
    """Return what a take depends on, in short: another seed, other motion or other drums make another take."""
    of_clip = [clip.style, clip.trial in recipe.held_out, clip.bpm, clip.beat_origin_s, clip.fps]
    of_drums = [[file.path.name, file.bpm] for file in recipe.drums]
    text = json.dumps([VERSION, recipe.seed, recipe.attempts, of_clip, of_drums])
    digest = hashlib.sha256(text.encode())
    for array in (clip.root_m, clip.rotations_wxyz):
        digest.update(np.ascontiguousarray(array, np.float32).tobytes())
    return digest.hexdigest()[:16]


def drum_files(folder: Path) -> tuple[DrumFile, ...]:
    """Return the performances of a Groove MIDI Dataset, in a fixed order."""
    return tuple(sorted(DrumFile(*row) for row in groove_files(folder, set())))
