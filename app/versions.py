"""Which versions and which machine a report was made with."""

import os
import platform
from importlib import metadata

PACKAGES = (
    "farandole",
    "numpy",
    "aubio-ledfx",
    "onnxruntime",
    "sounddevice",
    "soundfile",
    "PySide6-Essentials",
    "vispy",
)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that shape a result."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def machine() -> dict[str, str]:
    """Return what the machine is, without naming it."""
    return {"system": platform.platform(), "processor": platform.machine(), "cores": str(available_cores())}


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
