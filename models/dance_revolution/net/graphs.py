# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The network cut into graphs of fixed shape, without memory of their own: what a bundle holds.

`hear` encodes one frame of music against a ring of keys and values; `dance` makes one pose; `study` encodes a block of
a whole song, with enough on both sides that the middle is exactly what the whole song would give.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.dance_revolution.net.encoder import Layer
from models.dance_revolution.net.network import DanceRevolution


class Hear(nn.Module):
    """One frame of music in, its encoding and its key and value out; the caller keeps the ring."""

    def __init__(self, network: DanceRevolution) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, music: Tensor, position: Tensor, keys: Tensor, values: Tensor, empty: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the encoding (1, heard), and the key and value of this frame, (layers, heads, 1, head_width).

        Args:
            music: shape (1, inputs), as measured.
            position: shape (1, width), a row of the sinusoids.
            keys: shape (layers, heads, window, head_width), in any order: attention does not ask.
            values: the same.
            empty: shape (window,), 1 where nothing was heard yet.
        """
        encoder = self.network.encoder
        x = encoder.embed((music - self.network.music_mean) / self.network.music_scale) + position
        mask = functional.pad(empty * -1e9, (0, 1))
        new_keys: list[Tensor] = []
        new_values: list[Tensor] = []
        for index, module in enumerate(encoder.layers):
            layer = cast(Layer, module)
            key, value, query = (self._split(part(x)) for part in (layer.keys, layer.values, layer.queries))
            all_keys, all_values = torch.cat([keys[index], key], dim=1), torch.cat([values[index], value], dim=1)
            scores = query @ all_keys.transpose(-1, -2) / encoder.head_width**0.5 + mask
            heard = (torch.softmax(scores, dim=-1) @ all_values).transpose(0, 1).flatten(1)  # (1, heads * head_width)
            x = layer.attended(x + layer.mix(heard))
            x = layer.fed(x + layer.outer(functional.relu(layer.inner(x))))
            new_keys.append(key)
            new_values.append(value)
        return _with_clock(self.network, x, music), torch.stack(new_keys), torch.stack(new_values)

    def _split(self, x: Tensor) -> Tensor:
        encoder = self.network.encoder
        return x.unflatten(-1, (encoder.heads, encoder.head_width)).transpose(0, 1)  # (heads, 1, head_width)


class Dance(nn.Module):
    """A pose and its music in, the next pose and what the cells remember out."""

    def __init__(self, network: DanceRevolution) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        pose: Tensor,
        encoded: Tensor,
        hidden: Tensor,
        cell: Tensor,
        before: Tensor | None = None,
        drive: Tensor | None = None,
        move: Tensor | None = None,
        style: Tensor | None = None,
    ) -> tuple[Tensor, ...]:
        """Return the next pose (1, pose), hidden and cell, both (3, 1, units); and the odds (1, moves) of what comes.

        Args:
            pose: shape (1, pose), as measured.
            encoded: shape (1, heard), of the pose's frame.
            hidden: shape (3, 1, units).
            cell: the same.
            before: the pose before this one, for a network that is `residual`.
            drive: shape (1,), how strongly its cells move the body; 1 is as trained.
            move: shape (1, moves + 1), 1 for the one that is meant, for a network with moves; its odds are logits.
            style: shape (1, styles), the same for the style.
        """
        network, decoder = self.network, self.network.decoder
        fed = (pose - network.pose_mean) / network.pose_scale
        change = None if before is None else (pose - before) / network.pose_scale
        below = decoder.embed(fed if change is None else torch.cat([fed, change], dim=-1))
        if move is not None and style is not None:
            below = below + decoder.told(move @ decoder.meant, style, encoded)
        hiddens: list[Tensor] = []
        cells: list[Tensor] = []
        for layer, module in enumerate(decoder.cells):
            recurrent = cast(nn.LSTMCell, module)
            gates = functional.linear(below, recurrent.weight_ih, recurrent.bias_ih)
            gates = gates + functional.linear(hidden[layer], recurrent.weight_hh, recurrent.bias_hh)
            i, f, g, o = gates.chunk(4, dim=-1)
            c = torch.sigmoid(f) * cell[layer] + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            hiddens.append(h)
            cells.append(c)
            below = hidden[layer] if decoder.stale_hidden else h
        moved = decoder.out(torch.cat([hiddens[-1], encoded], dim=-1))
        if decoder.gain is not None and decoder.pull is not None and change is not None and drive is not None:
            moved = drive * moved + fed + decoder.gain * change - decoder.pull * fed
        result = (moved * network.pose_scale + network.pose_mean, torch.stack(hiddens), torch.stack(cells))
        return result if style is None else (*result, decoder.odds(hiddens[-1], style, encoded))


class Study(nn.Module):
    """A block of a whole song in, its encoding out; frames beyond the song's ends are marked."""

    def __init__(self, network: DanceRevolution) -> None:
        super().__init__()
        self.network = network

    def forward(self, music: Tensor, position: Tensor, outside: Tensor) -> Tensor:
        """Return the encoding (1, n, heard): exact where layers x window frames lie on both sides, or the song's end.

        Args:
            music: shape (1, n, inputs), as measured.
            position: shape (1, n, width).
            outside: shape (n,), 1 where there is no song.
        """
        encoder = self.network.encoder
        x = encoder.embed((music - self.network.music_mean) / self.network.music_scale) + position
        frames = torch.arange(music.shape[1])
        away = frames[:, None] - frames[None, :]
        near = (away <= encoder.window) & (away >= (0 if encoder.causal else -encoder.window))
        mask = torch.where(near, 0.0, -1e9) - 1e9 * outside
        for module in encoder.layers:
            layer = cast(Layer, module)
            key, value, query = (self._split(part(x)) for part in (layer.keys, layer.values, layer.queries))
            scores = query @ key.transpose(-1, -2) / encoder.head_width**0.5 + mask
            heard = (torch.softmax(scores, dim=-1) @ value).transpose(1, 2).flatten(2)
            x = layer.attended(x + layer.mix(heard))
            x = layer.fed(x + layer.outer(functional.relu(layer.inner(x))))
        return _with_clock(self.network, x, music)

    def _split(self, x: Tensor) -> Tensor:
        encoder = self.network.encoder
        return x.unflatten(-1, (encoder.heads, encoder.head_width)).transpose(1, 2)  # (1, heads, n, head_width)


def _with_clock(network: DanceRevolution, encoded: Tensor, music: Tensor) -> Tensor:
    return torch.cat([encoded, music[..., network.shape.music :]], dim=-1) if network.shape.clock else encoded
