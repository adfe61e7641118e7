"""`farandole train`: learns what a configuration file says."""

from pathlib import Path

from realtime.errors import FarandoleError


def train(path: Path) -> None:
    """Train as a TOML file says, or go on with a run that is there; print the figures of the best weights.

    Raises:
        FarandoleError: torch is missing, or the file, its data or its options do not fit.
    """
    try:
        from models.training.loop import train as run  # noqa: PLC0415 - torch is an extra
        from models.training.tasks import make_task  # noqa: PLC0415
    except ImportError as error:
        raise FarandoleError(
            f"training needs the train extra ({error.name} is missing): pip install 'farandole[train]'"
        ) from error
    from models.training.config import load_config  # noqa: PLC0415

    config = load_config(path)
    figures = run(make_task(config), config)
    print("\n".join(f"{name:24} {value:.4f}" for name, value in figures.items()))  # noqa: T201
    print(f"weights, curves and samples: {config.out}")  # noqa: T201
