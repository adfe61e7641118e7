"""The exceptions a caller may want to catch. Each message says what was expected, what came, where, what to do."""


class FarandoleError(Exception):
    """Anything that a person can mend: shown as one sentence, without a traceback."""


class PresetError(FarandoleError):
    """A preset cannot be read: unknown key, value out of range, broken TOML."""


class AudioFileError(FarandoleError):
    """A track cannot be read."""


class DeviceError(FarandoleError):
    """An audio device is missing, busy, or refuses the requested rate."""


class LinkError(FarandoleError):
    """A window finds no show to attach to, or the show behind it is gone."""


class AvatarError(FarandoleError):
    """An avatar's file cannot be read, or lacks bones that every avatar has."""


class RecordingError(FarandoleError):
    """A recorded dance cannot be read or exported."""


class BundleError(FarandoleError):
    """A model on disk is incomplete, damaged, or made for another version of this program."""


class InferenceError(FarandoleError):
    """An engine that runs networks is not installed, refuses this machine or a graph, or computes something else."""
