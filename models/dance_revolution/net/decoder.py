# Torch is the `train` extra; where it is not installed there is nothing to check against.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownParameterType=false
"""The dance decoder: three recurrent cells, one frame a step.

Huang et al. (ICLR 2021), section 3.3: Linear pose -> pose, three stacked LSTM cells of 1024, Linear([h_3 ; music]) ->
pose. Each step sees the music's encoding of its own frame. The state begins at random: there is where diversity comes
from. The released code feeds cells 2 and 3 what the cell before said one step *earlier*; `stale_hidden` does so too.

`moves` is ours: of many ways that a dance may go on the mean is none, so every half beat the cells also say how likely
each of so many moves is; one is drawn, and the cells are told it, the style and the music with every pose.

`residual` is ours: the cells also see how the pose has just changed, and say how it changes otherwise than by itself:
next = pose + gain * change - pull * pose + cells. The change goes on a little, and the pull leads back to the mean
pose, so that no error grows for ever. With minutes of training instead of days the published wiring has not even
learned to repeat its input.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

MEANING = 48
"""Numbers that a move means to the cells."""
WEIGHING = 256
"""Units by which the moves are weighed."""


class State(NamedTuple):
    """What the cells remember: `hidden` and `cell`, each (3, B, units); `before` (B, pose) was fed last, if any."""

    hidden: Tensor
    cell: Tensor
    before: Tensor | None = None


class Decoder(nn.Module):
    """A pose and the music of its frame in, the next pose out."""

    def __init__(
        self,
        pose: int = 152,
        music: int = 200,
        units: int = 1024,
        dropout: float = 0.1,
        *,
        stale_hidden: bool = False,
        random_state: bool = True,
        residual: bool = False,
        moves: int = 0,
        styles: int = 0,
    ) -> None:
        super().__init__()
        self.units, self.stale_hidden, self.random_state = units, stale_hidden, random_state
        self.residual = residual
        self.moves, self.styles = moves, styles
        self.embed = nn.Linear(2 * pose if residual else pose, pose)
        if moves:
            self.meant = nn.Parameter(0.3 * torch.randn(moves + 1, MEANING))
            self.tell = nn.Linear(MEANING + styles + music, pose, bias=False)
            self.weigh = nn.Sequential(
                nn.Linear(units + styles + music, WEIGHING), nn.ReLU(), nn.Linear(WEIGHING, moves)
            )
        self.gain = nn.Parameter(torch.full((pose,), 0.6)) if residual else None
        self.pull = nn.Parameter(torch.full((pose,), 0.05)) if residual else None
        self.cells = nn.ModuleList(nn.LSTMCell(pose if layer == 0 else units, units) for layer in range(3))
        self.out = nn.Linear(units + music, pose)
        self.dropout = nn.Dropout(dropout)
        if residual:
            # It begins by going on a little, which is a better guess than any pose.
            nn.init.zeros_(self.out.weight)
            nn.init.zeros_(self.out.bias)

    def begin(self, batch: int, generator: torch.Generator | None = None) -> State:
        """Return a state to begin with: normal random numbers, or zeros without `random_state`."""
        if not self.random_state:
            return State(torch.zeros(3, batch, self.units), torch.zeros(3, batch, self.units))
        both = torch.randn(2, 3, batch, self.units, generator=generator)
        return State(both[0], both[1])

    def told(self, meaning: Tensor, style: Tensor, music: Tensor) -> Tensor:
        """Return what the cells are told beside the pose: (..., pose).

        Args:
            meaning: shape (..., MEANING), the row of `meant` of the move, as `models.dance_revolution.choosing` counts.
            style: shape (..., styles), 1 for the one that is asked for, or nothing but zeros.
            music: shape (..., music).
        """
        return self.tell(torch.cat([meaning, style, music], dim=-1))

    def odds(self, hidden: Tensor, style: Tensor, music: Tensor) -> Tensor:
        """Return how likely each move is to come next, as logits (..., moves); `hidden` is of the last cell."""
        return self.weigh(torch.cat([hidden, style, music], dim=-1))

    def forward(self, pose: Tensor, music: Tensor, state: State, told: Tensor | None = None) -> tuple[Tensor, State]:
        """Return the next pose (B, pose) and the state after it.

        Args:
            pose: shape (B, pose), standardised.
            music: shape (B, music), the encoding of the pose's frame.
            state: of the step before.
            told: see `told`, of a network with moves.
        """
        change = torch.zeros_like(pose) if state.before is None else pose - state.before
        below = self.embed(pose if self.gain is None else torch.cat([pose, change], dim=-1))
        below = self.dropout(below if told is None else below + told)
        hidden: list[Tensor] = []
        cell: list[Tensor] = []
        for layer, recurrent in enumerate(self.cells):
            h, c = recurrent(below, (state.hidden[layer], state.cell[layer]))
            hidden.append(h)
            cell.append(c)
            below = state.hidden[layer] if self.stale_hidden else h
        moved = self.out(torch.cat([hidden[-1], music], dim=-1))
        if self.gain is not None and self.pull is not None:
            moved = moved + pose + self.gain * change - self.pull * pose
        return moved, State(torch.stack(hidden), torch.stack(cell), pose)
