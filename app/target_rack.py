"""The targets of a running show: switched, muted, led and replaced while poses go out."""

from app.targets import make_target
from realtime.commands import Command, EnableTarget, HoldTPose, MuteTargets, ResyncBar, SetTargetLead
from realtime.config import TargetConfig
from realtime.health import TargetHealth
from realtime.outputs.readers import Readers
from realtime.outputs.udp import UdpTarget


class TargetRack:
    """Owns the targets. Commands may come from any thread; `change` from one at a time.

    Args:
        configs: the targets of the first preset.

    Raises:
        FarandoleError: a target cannot be made.
    """

    def __init__(self, configs: tuple[TargetConfig, ...]) -> None:
        self._readers = Readers()
        self._configs = configs
        self.muted = False
        self.targets: tuple[UdpTarget, ...] = tuple(make_target(config, self._readers) for config in configs)

    def change(self, configs: tuple[TargetConfig, ...]) -> tuple[UdpTarget, ...]:
        """Have other targets; keep the sockets of those that stay, for receivers follow a source port.

        Returns:
            those that are gone, to be closed when nothing sends to them any more.

        Raises:
            FarandoleError: a target cannot be made.
        """
        before = dict(zip(self._configs, self.targets, strict=True))
        targets = tuple(before.pop(config, None) or make_target(config, self._readers) for config in configs)
        for target in targets:
            target.muted = self.muted
        self.targets, self._configs = targets, configs
        return tuple(before.values())

    def command(self, command: Command) -> None:
        """Obey what concerns targets."""
        match command:
            case EnableTarget(index=index, on=on):
                if 1 <= index <= len(self.targets):
                    self.targets[index - 1].enabled = on
            case SetTargetLead(index=index, lead_s=lead_s):
                if 1 <= index <= len(self.targets):
                    self.targets[index - 1].lead_s = lead_s
            case MuteTargets(on=on):
                self.muted = on
                for target in self.targets:
                    target.muted = on
            case HoldTPose() | ResyncBar():
                for target in self.targets:
                    target.command(command)
            case _:
                pass

    def health(self) -> tuple[TargetHealth, ...]:
        """Return how each target is doing."""
        return tuple(target.health() for target in self.targets)

    def close(self) -> None:
        """Close every target."""
        for target in self.targets:
            target.close()
