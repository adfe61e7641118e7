"""What to train and how: a TOML file that says it all, checked before anything is loaded."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from realtime.errors import FarandoleError

Positive = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]


class LoopConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long and how fast to learn.

    Attributes:
        steps: updates of the weights, at most.
        minutes: of training, at most, resumed time included.
        batch: examples per update, on each device.
        learning_rate, weight_decay, warmup_steps: of AdamW, then a cosine to a tenth.
        clip: the longest gradient.
        ema: how much of the averaged weights stays at each update; they are what is validated and kept.
        precision: "32-true", "bf16-mixed" or another that Lightning Fabric knows.
        devices: how many; "auto" is all of them.
        threads: of the CPU, for each device; 0 leaves torch's choice.
        log_every, validate_every, sample_every: steps between two.
        checkpoint_every_s: seconds between two checkpoints.
        patience: validations without a better score before it stops; 0 is never.
    """

    steps: Count = 10_000
    minutes: Positive = 600.0
    batch: Count = 64
    learning_rate: Positive = 3e-4
    weight_decay: Annotated[float, Meta(ge=0)] = 0.01
    warmup_steps: Annotated[int, Meta(ge=0)] = 200
    clip: Positive = 1.0
    ema: Annotated[float, Meta(ge=0, lt=1)] = 0.999
    precision: str = "32-true"
    devices: Count | str = 1
    threads: Annotated[int, Meta(ge=0)] = 0
    log_every: Count = 50
    validate_every: Count = 500
    sample_every: Annotated[int, Meta(ge=0)] = 0
    checkpoint_every_s: Positive = 120.0
    patience: Annotated[int, Meta(ge=0)] = 0


class TrainConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One training run.

    Attributes:
        task: what is learned; see `models.training.tasks`.
        data: directory that `farandole data pair` wrote.
        out: where checkpoints, curves and samples go; a run that is there goes on.
        seed: of weights, batches and noise.
        loop: see `LoopConfig`.
        options: what the task itself wants to know, and checks; weights (.pt) are named relative to the file.
    """

    task: str
    data: str
    out: str
    seed: Annotated[int, Meta(ge=0)] = 0
    loop: LoopConfig = msgspec.field(default_factory=LoopConfig)
    options: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])


def load_config(path: Path) -> TrainConfig:
    """Return the run that a TOML file asks for; its relative paths are relative to the file.

    Raises:
        FarandoleError: the file cannot be read, or something in it does not fit.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise FarandoleError(f"{path}: expected a training configuration, cannot read it: {error.strerror}") from error
    try:
        config = msgspec.convert(tomllib.loads(text), TrainConfig)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise FarandoleError(f"{path}: {error}") from error

    def beside(part: str) -> str:
        return str((path.parent / part).resolve())

    options = {
        name: beside(value) if isinstance(value, str) and value.endswith(".pt") else value
        for name, value in config.options.items()
    }
    return msgspec.structs.replace(config, data=beside(config.data), out=beside(config.out), options=options)
