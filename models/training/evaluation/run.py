"""Runs an evaluation: every dancer, every take, every seed."""

from collections.abc import Callable, Sequence

from models.training.evaluation.dancers import DATA, OFFLINE, MakeEngine, dance, dance_to_silence
from models.training.evaluation.scores import score
from models.training.evaluation.summary import Run, Summary, summarise
from models.training.evaluation.takes import Take
from models.training.metrics.motion import Motion

_OTHER_SONGS = 8


def run_model(
    model: str,
    takes: Sequence[Take],
    make_engine: MakeEngine,
    *,
    seeds: Sequence[int],
    progress: Callable[[], None] = lambda: None,
) -> list[Run]:
    """Return the dances of one dancer to every take with every seed, scored with their controls.

    Args:
        model: a generator's name, "data" for the person in the take (whom no seed changes), or `OFFLINE`.
        takes: held out from training.
        make_engine: makes the engine.
        seeds: of the dances.
        progress: called after every dance.
    """
    runs: list[Run] = []
    for seed in seeds[:1] if model == DATA else seeds:
        silent = _silent(model, seed, takes, make_engine)
        for number, take in enumerate(takes):
            danced = dance(model, seed, take, make_engine)
            others_s = [other.beats_s for other in _others(takes, number)]
            scores = score(danced.motion, take.beats_s, others_s=others_s, silent=silent)
            runs.append(Run(take, seed, danced, scores))
            progress()
    return runs


def summarise_all(runs: dict[str, list[Run]], reference: Sequence[Take], *, held_out: Sequence[Take]) -> list[Summary]:
    """Return a summary for each dancer; likeness is measured against what was trained on, or against what was held out.

    Args:
        runs: of every dancer, by its name.
        reference: takes of the training split; each dance counts once, whatever music was made for it.
        held_out: used where there are no others.
    """
    dances: dict[str, Take] = {}
    for take in reference or held_out:
        dances.setdefault(take.info.name.rpartition(".v")[0] or take.info.name, take)
    motions: list[Motion] = [take.motion for take in dances.values()]
    return [summarise(model, model_runs, motions) for model, model_runs in runs.items()]


def _silent(model: str, seed: int, takes: Sequence[Take], make_engine: MakeEngine) -> Motion | None:
    if model in (DATA, OFFLINE):
        return None
    # Long enough for every take, after a while in which the dancer comes to rest.
    return dance_to_silence(model, seed, max(take.info.seconds for take in takes) + 10.0, make_engine)


def _others(takes: Sequence[Take], number: int) -> list[Take]:
    """Return the next takes of other trials, for their beats: one alone might happen to be in phase."""
    later = [takes[(number + step) % len(takes)] for step in range(1, len(takes))]
    return [take for take in later if take.info.trial != takes[number].info.trial][:_OTHER_SONGS]
