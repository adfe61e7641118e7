# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
# pyright: reportUntypedFunctionDecorator=false
"""Examines dancers as the paper does: `python -m models.training.dance_revolution.evaluation PAIRS --out FOLDER`.

Every dancer dances to the held-out music in the real engine, as in a show; the people of the data are the reference.
Style, FID, diversity and multimodality are those of our own classifier, whose accuracy is printed: figures of other
classifiers and other data cannot be compared with them.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from models.bundle import load_bundle
from models.dance_revolution import DanceRevolutionGenerator
from models.dance_revolution.generator import BUNDLE as CAUSAL_BUNDLE
from models.dance_revolution.offline import BUNDLE as OFFLINE_BUNDLE
from models.dance_revolution.styles import asked_for
from models.groove import GrooveGenerator
from models.live.load import load_live
from models.representation import Motion as Frames
from models.representation import encode
from models.training.dance_revolution.classifier import Examined, StyleClassifier, train_classifier, windows_of
from models.training.dance_revolution.classifier import examined as examine
from models.training.dance_revolution.paper_metrics import BeatScores, beat_scores, style_accuracy
from models.training.data.contacts import foot_contacts
from models.training.evaluation.dancers import DATA, OFFLINE, Danced, dance
from models.training.evaluation.takes import Take, read_takes, spread_over
from models.training.metrics.intervals import bootstrap
from models.training.metrics.motion import FPS, Motion
from models.training.metrics.spread import diversity, floor, frechet_distance, multimodality
from realtime.engine import Engine
from realtime.music.beat import AubioBeatTracker
from realtime.music.listener import Listener
from realtime.ports import MotionGenerator, StageTimer
from realtime.types import DanceControls, FloatArray

_GENERATE_LATENCY_S = 0.05
PUBLISHED = {
    "source": "Papers with Code for arXiv 2006.06119, retrained by others on AIST++ (other data, other features)",
    "FID": 73.42,
    "beat alignment": 0.195,
}
"""The paper's own table (hip-hop, ballet and J-pop videos in 2D) was not among the sources that we could read."""


def evaluate(
    folder: Path, models: Sequence[str], *, takes: int | None, seeds: int, kept: Path | None = None
) -> dict[str, object]:
    """Return the figures of each dancer, the people of the data first.

    Args:
        folder: paired data.
        models: "data", "groove", "live", "dance_revolution", OFFLINE.
        takes: how many held-out takes; None for all.
        seeds: dances to each take.
        kept: file of the classifier; it is trained and written there if it is not there yet. None keeps none.
    """
    examined = _classifier(folder, kept)
    held_out = spread_over(read_takes(folder), takes)
    reference = np.concatenate([_features(examined, take.motion)[1] for take in held_out])
    rows = {model: _row(model, held_out, examined, reference, seeds if model != DATA else 1) for model in models}
    size = min(len(reference) // 2, 200)
    return {
        "classifier": {
            "styles": examined.classifier.styles,
            "accuracy": examined.accuracy,
            "balanced accuracy": examined.balanced_accuracy,
            "by style": examined.by_style,
            "by chance": examined.by_chance,
        },
        "takes": len(held_out),
        "seeds": seeds,
        "fps": FPS,
        "FID floor of the data": floor(reference, size),
        "published": PUBLISHED,
        "dancers": rows,
    }


def _classifier(folder: Path, kept: Path | None) -> Examined:
    known, held_out = (
        [(take.info.style, _frames(take.motion)) for take in read_takes(folder, split=split) if _counts(take)]
        for split in ("train", "test")
    )
    if kept is None or not kept.exists():
        made = train_classifier(known, held_out)
        if kept is not None:
            torch.save(made.classifier.state_dict(), kept)
        return made
    classifier = StyleClassifier(sorted({style for style, _ in known}))
    classifier.load_state_dict(torch.load(kept, weights_only=True))
    return examine(classifier.eval(), held_out)


def _counts(take: Take) -> bool:
    """Return whether a take is the first of the pieces of music that were made for its dance."""
    return take.info.name.endswith(".v0")


def _row(
    model: str, takes: Sequence[Take], examined: Examined, reference: NDArray[np.float64], seeds: int
) -> dict[str, object]:
    """Return what is said of one dancer."""
    dances = [[_danced(model, seed, take) for seed in range(seeds)] for take in takes]
    beats = [
        [beat_scores(danced.motion, np.asarray(take.beats_s, np.float64)) for danced in row]
        for take, row in zip(takes, dances, strict=True)
    ]
    judged = [[_features(examined, danced.motion) for danced in row] for row in dances]
    features = np.concatenate([one[1] for row in judged for one in row])
    styles = examined.classifier.styles
    right = [
        style_accuracy(one[0], np.full(len(one[0]), styles.index(wanted)))
        for take, row in zip(takes, judged, strict=True)
        for seed, one in enumerate(row)
        if (wanted := _asked(model, seed)[0] or take.info.style) in styles and len(one[0])
    ]
    seen = np.bincount(np.concatenate([one[0].argmax(axis=1) for row in judged for one in row]), minlength=len(styles))
    means = [np.array([one[1].mean(axis=0) for one in row]) for row in judged]
    trials = np.unique([take.info.trial for take in takes], return_inverse=True)[1]

    def of_beats(value: Callable[[BeatScores], float]) -> tuple[float, float, float]:
        of_takes = np.array([float(np.nanmean([value(one) for one in row])) for row in beats], dtype=np.float64)
        estimate = bootstrap(of_takes, groups=trials)
        return estimate.mean, estimate.low, estimate.high

    return {
        "FID": frechet_distance(features, reference),
        "style accuracy": float(np.mean(right)),
        "style wanted": "that was asked for" if _asked(model, 0)[0] else "of the person whose music it is",
        "styles seen": {style: float(share) for style, share in zip(styles, seen / seen.sum(), strict=True)},
        "beat coverage": of_beats(lambda one: one.coverage),
        "beat hit rate": of_beats(lambda one: one.hit_rate),
        "hit rate half a beat late": of_beats(lambda one: one.by_chance),
        "diversity": diversity(np.concatenate([row[:1] for row in means]), reference),
        "multimodality": multimodality(means, reference),
        "windows": len(features),
        "failures": sorted({danced.failure for row in dances for danced in row if danced.failure}),
    }


def _danced(model: str, seed: int, take: Take) -> Danced:
    return dance(model, seed, take, _engine)


def _engine(model: str, seed: int, timer: StageTimer, style: str = "") -> Engine:
    """Return an engine for a dancer of the style that its seed asks for, whatever `style` the music was danced in."""
    del style
    return Engine(
        Listener(AubioBeatTracker(), timer),
        _CAUSAL[model](),
        GrooveGenerator(),
        (),
        timer,
        controls=DanceControls(seed=seed, style=_asked(model, seed)[1]),
        generate_latency_s=_GENERATE_LATENCY_S,
    )


_CAUSAL: dict[str, Callable[[], MotionGenerator]] = {
    "dance_revolution": DanceRevolutionGenerator,
    "groove": GrooveGenerator,
    "live": load_live,
}


_BUNDLES = {"dance_revolution": CAUSAL_BUNDLE, OFFLINE: OFFLINE_BUNDLE}


def _asked(model: str, seed: int) -> tuple[str | None, float]:
    """Return the style that a dancer is asked for, one after another with the seeds, and the slider's place."""
    styles = list(asked_for(load_bundle(_BUNDLES[model])).items()) if model in _BUNDLES else []
    return styles[seed % len(styles)] if styles else (None, 0.5)


def _features(examined: Examined, motion: Motion) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the probabilities and the features of the windows of a dance."""
    return examined.classifier.judge(windows_of(_frames(motion)))


def _frames(motion: Motion) -> FloatArray:
    contacts = foot_contacts(motion.root_m, motion.rotations_wxyz, FPS).astype(np.float64)
    return encode(Frames(motion.root_m, motion.rotations_wxyz, contacts))


def main() -> None:
    """Write `paper.json` into a folder and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--models", nargs="+", default=[DATA, "groove", "live", "dance_revolution", OFFLINE])
    parser.add_argument("--takes", type=int, default=None)
    parser.add_argument("--seeds", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    kept = arguments.out / "classifier.pt"
    report = evaluate(arguments.data, arguments.models, takes=arguments.takes, seeds=arguments.seeds, kept=kept)
    text = json.dumps(report, indent=1)
    (arguments.out / "paper.json").write_text(text, "utf-8")
    print(text)  # noqa: T201


if __name__ == "__main__":
    main()
