"""What can be trained, by the name that a configuration uses. Each is imported only when it is wanted."""

from importlib import import_module
from typing import TYPE_CHECKING

from models.training.config import TrainConfig
from realtime.errors import FarandoleError

if TYPE_CHECKING:
    from models.training.task import Task

TASKS = {
    "live.music_vae": "models.training.live.music_vae_task",
    "live.motion_vae": "models.training.live.motion_vae_task",
    "live.generator": "models.training.live.generator_task",
    "dance_revolution": "models.training.dance_revolution.task",
}
"""Modules with a function `make(config: TrainConfig) -> Task`."""


def make_task(config: TrainConfig) -> "Task":
    """Return the task that a configuration names, its data loaded.

    Raises:
        FarandoleError: there is none such, or its options or its data do not fit.
    """
    if config.task not in TASKS:
        raise FarandoleError(f'no task is called "{config.task}"; choose one of: {", ".join(TASKS)}')
    return import_module(TASKS[config.task]).make(config)
