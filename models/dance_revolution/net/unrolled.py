# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The decoder over a whole sequence, with its gradient worked out by hand.

Own predictions are fed back detached, so the gradient runs through the cells only. Left to autograd, every one of some
hundred steps adds to every weight's gradient by itself; here the steps only save what they saw, and each weight gets
its gradient from one product over the whole sequence at the end (measured on one core: see docs/dance_revolution.md).
`tests/models/dance_revolution` holds it to the step-by-step network.
"""

from typing import Any

import torch
from torch import Tensor, nn

from models.dance_revolution.net.decoder import Decoder


def unrolled(
    decoder: Decoder, truth: Tensor, music: Tensor, own: Tensor, told: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Return the predictions of frames 1 .. T: (B, T, pose), from a state as `decoder.begin` gives.

    Beside them what the last cell said at each step: (B, T, units).

    Args:
        decoder: its dropout holds while it trains.
        truth: shape (B, T, pose), standardised; frame 0 is always fed as it is.
        music: shape (B, T, width), encoded.
        own: shape (T,), True where the prediction before is fed instead of the truth.
        told: shape (B, T, pose), see `Decoder.told`; of a network with moves.
    """
    batch, frames, pose = truth.shape
    state = decoder.begin(batch)
    units = decoder.units
    rate = decoder.dropout.p if decoder.training else 0.0
    kept = (torch.rand(frames, batch, pose, device=truth.device) >= rate) / (1.0 - rate)
    of_music = music.transpose(0, 1) @ decoder.out.weight[:, units:].T + decoder.out.bias  # (T, B, pose)
    also = of_music.new_zeros(1, 1, pose) if told is None else told.transpose(0, 1).float()
    also = (also + decoder.embed.bias).expand(frames, batch, pose)
    cells: list[Tensor] = []
    biases: list[Tensor] = []
    for cell in decoder.cells:
        assert isinstance(cell, nn.LSTMCell)
        cells.append(torch.cat([cell.weight_ih, cell.weight_hh], dim=1))  # (4 units, inputs + units)
        biases.append(cell.bias_ih + cell.bias_hh)
    predictions, hidden = _Unrolled.apply(
        truth.transpose(0, 1),
        of_music,
        kept,
        own.tolist(),
        (state.hidden.to(truth), state.cell.to(truth)),
        decoder.stale_hidden,
        decoder.gain,
        decoder.pull,
        decoder.embed.weight,
        also,
        decoder.out.weight[:, :units],
        *cells,
        *biases,
    )
    return predictions.transpose(0, 1), hidden.transpose(0, 1)


class _Unrolled(torch.autograd.Function):
    """Forward and backward through time; sequences are time first: (T, B, ...)."""

    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401 - torch's own has no type
        truth: Tensor,
        of_music: Tensor,
        kept: Tensor,
        own: list[bool],
        begin: tuple[Tensor, Tensor],
        stale: bool,
        gain: Tensor | None,
        pull: Tensor | None,
        embed: Tensor,
        also: Tensor,
        out: Tensor,
        *cells: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return the predictions (T, B, pose), the last cell's words (T, B, units), and remember what each step saw."""
        weights, biases = cells[:3], cells[3:]
        dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else torch.float32
        low = [weight.to(dtype).T.contiguous() for weight in weights]
        low_out, of_music = out.to(dtype).T.contiguous(), of_music.float()
        frames, batch, _ = truth.shape
        hidden, cell = list(begin[0]), list(begin[1])
        poses, changes = truth.clone(), torch.zeros_like(truth)
        predictions = torch.empty_like(of_music)
        words = truth.new_empty(frames, batch, cell[0].shape[-1])
        seen = [truth.new_empty(frames, batch, weight.shape[1], dtype=dtype) for weight in weights]
        gates = [truth.new_empty(frames, batch, weight.shape[0]) for weight in weights]
        # cells[l][t] is the cell before step t.
        cell_before = [truth.new_empty(frames + 1, *cell[0].shape) for _ in weights]
        embed_t = embed.T.contiguous()
        units = cell[0].shape[-1]
        for t in range(frames):
            if own[t] and t:
                poses[t] = predictions[t - 1]
            if t:
                changes[t] = poses[t] - poses[t - 1]
            given = poses[t] if gain is None else torch.cat([poses[t], changes[t]], dim=1)
            below = torch.addmm(also[t], given, embed_t) * kept[t]
            for layer in range(3):
                before = hidden[layer]
                saw = seen[layer][t]
                saw[:, :-units] = below
                saw[:, -units:] = before
                gate = gates[layer][t]
                if dtype == torch.float32:
                    torch.addmm(biases[layer], saw, low[layer], out=gate)
                else:
                    torch.add((saw @ low[layer]).float(), biases[layer], out=gate)
                gate[:, : 2 * units].sigmoid_()
                gate[:, 2 * units : 3 * units].tanh_()
                gate[:, 3 * units :].sigmoid_()
                i, f, g, o = gate.split(units, dim=1)
                cell_before[layer][t] = cell[layer]
                cell[layer] = torch.addcmul(f * cell[layer], i, g)
                hidden[layer] = o * cell[layer].tanh()
                below = before if stale else hidden[layer]
            words[t] = hidden[2]
            predictions[t] = of_music[t] + (hidden[2].to(dtype) @ low_out).float()
            if gain is not None and pull is not None:
                predictions[t] += poses[t] + gain * changes[t] - pull * poses[t]
        for layer in range(3):
            cell_before[layer][frames] = cell[layer]
        ctx.save_for_backward(poses, changes, kept, embed, out, *weights, *seen, *gates, *cell_before)
        ctx.stale, ctx.dtype, ctx.has_gain = stale, dtype, gain is not None
        return predictions, words

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        """Return the gradients of the encoded music's part and of the weights."""
        above, above_words = grads
        poses, changes, kept, embed, out, *saved = ctx.saved_tensors
        weights, seen, gates, cell_before = (saved[k : k + 3] for k in (0, 3, 6, 9))
        dtype = ctx.dtype
        frames, batch, units = cell_before[0].shape[0] - 1, cell_before[0].shape[1], cell_before[0].shape[2]
        low = [weight.to(dtype) for weight in weights]
        of_hidden = (above.to(dtype) @ out.to(dtype)).float() + above_words  # (T, B, units)
        d_gates = [torch.empty_like(gate) for gate in gates]
        slopes = [_slopes(gate, cell) for gate, cell in zip(gates, cell_before, strict=True)]
        forget = [gate[..., units : 2 * units] for gate in gates]
        zero = above.new_zeros(batch, units)
        d_hidden, d_cell = [zero, zero, zero], [zero, zero, zero]
        d_stale = [zero, zero, zero]
        d_below = above.new_empty(frames, batch, embed.shape[0])
        for t in reversed(range(frames)):
            d_above = of_hidden[t]
            later, d_stale = d_stale, [zero, zero, zero]
            for layer in (2, 1, 0):
                d_h = d_hidden[layer] + later[layer] if ctx.stale else d_hidden[layer]
                if layer == 2 or not ctx.stale:
                    d_h = d_h + d_above
                of_cell, of_gates = slopes[layer]
                d_c = torch.addcmul(d_cell[layer], d_h, of_cell[t])
                d_gate = d_gates[layer][t]
                parts = d_gate.view(batch, 4, units)
                torch.mul(d_c[:, None], of_gates[t, :, :3], out=parts[:, :3])
                torch.mul(d_h, of_gates[t, :, 3], out=parts[:, 3])
                d_cell[layer] = d_c * forget[layer][t]
                d_saw = (d_gate.to(dtype) @ low[layer]).float()
                d_hidden[layer] = d_saw[:, -units:]
                d_above = d_saw[:, :-units]
                if ctx.stale and layer:
                    # This layer read what the one below said a step earlier.
                    d_stale[layer - 1] = d_above
            torch.mul(d_above, kept[t], out=d_below[t])
        d_weights = [
            (gate.flatten(0, 1).to(dtype).T @ saw.flatten(0, 1)).float()
            for gate, saw in zip(d_gates, seen, strict=True)
        ]
        d_biases = [gate.sum(dim=(0, 1)) for gate in d_gates]
        fed = torch.cat([poses, changes], dim=-1) if ctx.has_gain else poses
        d_embed = d_below.flatten(0, 1).T @ fed.flatten(0, 1)
        d_gain = (above * changes).sum(dim=(0, 1)) if ctx.has_gain else None
        d_pull = -(above * poses).sum(dim=(0, 1)) if ctx.has_gain else None
        hidden = _hidden_after(gates[2], cell_before[2])
        d_out = above.flatten(0, 1).T @ hidden.flatten(0, 1)
        nothing = (None, None, None, None)
        return (None, above, *nothing, d_gain, d_pull, d_embed, d_below, d_out, *d_weights, *d_biases)


def _slopes(gates: Tensor, cells: Tensor) -> tuple[Tensor, Tensor]:
    """Return what a cell's words change its memory by (T, B, units), and both its gates by (T, B, 4, units).

    Of all steps at once: nothing here depends on what comes after a step.

    Args:
        gates: shape (T, B, 4 units), of input, forgetting, candidate and output.
        cells: shape (T + 1, B, units), before each step and after the last.
    """
    i, f, g, o = gates.unflatten(-1, (4, -1)).unbind(-2)
    squashed = cells[1:].tanh()
    parts = (g * i * (1.0 - i), cells[:-1] * f * (1.0 - f), i * (1.0 - g * g), squashed * o * (1.0 - o))
    return o * (1.0 - squashed * squashed), torch.stack(parts, dim=-2)


def _hidden_after(gates: Tensor, cells: Tensor) -> Tensor:
    """Return what a layer said at each step: (T, B, units)."""
    return gates[..., 3 * cells.shape[-1] :] * cells[1:].tanh()
