"""Footwork: turns the steps of a move into keys of the score, and says which parts of the feet are on the floor.

A foot is where its ball is when it stands flat. Lifting begins at the heel, the ball leaves last; landings touch
first and let the heel follow. Between `lift` and `arrival` a foot is in flight; otherwise its ball (or, with the toes
up, its ankle) stands exactly still, and the score does not move it.
"""

from dataclasses import dataclass
from math import cos, hypot, radians, sin, sqrt
from typing import NamedTuple

import numpy as np

from models.groove.floorplan import BALL_M, Foot, stand_clear, way_round
from models.groove.limits import LEG_REACH_M
from models.groove.moves import Landing, Step
from models.groove.score import FEET, Channel, Score
from realtime.motion.skeleton import OFFSETS_M, Joint
from realtime.types import FloatArray

FOOT_FORWARD_M = 0.075
"""How far the ball of the foot stands in front of the pelvis, standing."""
HALF_STANCE_M = 0.1
HIP_M = (float(OFFSETS_M[Joint.LEFT_HIP, 0]), float(OFFSETS_M[Joint.LEFT_HIP, 2]))
"""How far the left hip is to the left of the pelvis, and in front of it."""
_X, _Z, _YAW, _PITCH, _RAISE = range(5)
_SPLAY_RAD = 0.13
"""Feet point a little outwards."""
_STANDING = 1e-6
"""Below this a pitch or a raise is rounding."""
_LANDING_PITCH = {Landing.FLAT: 0.16, Landing.BALL: 0.34, Landing.TOUCH: 0.42, Landing.HEEL: -0.36, Landing.AIR: 0.5}
_CARRY_S = 0.38
"""A body cannot be carried from foot to foot in less."""
_CARRY_M_S = 1.3
"""Nor faster than this, on the average of a step."""
_LIMIT_M, _LIMIT_IN_PLACE_M = 1.12, 0.38


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a move happens: the map from a move's metres and degrees to the stage.

    Attributes:
        x_m, z_m: its origin; foot b stands half a stance beside it when it begins.
        heading_rad: which way its "forwards" is.
        side: 1 when foot a is the left one, -1 when it is the right one.
        amount: size of the steps, 1 as written.
        in_place: whether steps must stay near the centre.
    """

    x_m: float
    z_m: float
    heading_rad: float
    side: int
    amount: float
    in_place: bool = False

    def feet(self, letters: str) -> list[int]:
        """Return 0 for left and 1 for right, for each letter."""
        return [int((letter == "a") == (self.side < 0)) for letter in letters]

    def angle(self, degrees: float) -> float:
        """Return an angle of the move as an angle on the stage, radians."""
        return self.heading_rad + self.side * degrees * np.pi / 180.0

    def place(self, x: float, z: float, turn: float = 0.0, *, crossed: bool = False) -> tuple[float, float]:
        """Return where the ball of a foot that points `turn` degrees goes, x and z on the stage.

        A foot that crosses the other is not drawn nearer by a small amount: it would land on it.
        """
        neutral = HALF_STANCE_M if x > 0.0 else -HALF_STANCE_M
        x = self.side * (neutral + self.amount * (x - neutral) + FOOT_FORWARD_M * sin(radians(turn)))
        z = (max(self.amount, 0.95) if crossed else self.amount) * z + FOOT_FORWARD_M * cos(radians(turn))
        sine, cosine = sin(self.heading_rad), cos(self.heading_rad)
        limit = _LIMIT_IN_PLACE_M if self.in_place else _LIMIT_M
        stage_x, stage_z = self.x_m + x * cosine + z * sine, self.z_m + z * cosine - x * sine
        return min(max(stage_x, -limit), limit), min(max(stage_z, -limit), limit + FOOT_FORWARD_M)


class _Flight(NamedTuple):
    """A foot off the floor from `lift` to `arrival`, written on a page of the score."""

    foot: int
    lift: float
    arrival: float
    page: int


class Footwork:
    """Writes the feet, the pelvis above them and the weight between them into a score."""

    def __init__(self, score: Score) -> None:
        self._score = score
        self._flights: list[_Flight] = []

    def take(self, step: Step, frame: Frame, arrival_beat: float, *, rate_hz: float, stretch: float = 1.0) -> None:
        """Write one step that arrives at `arrival_beat` of the dancer's count, at `rate_hz` beats a second."""
        feet = frame.feet(step.foot)
        moving = step.landing not in (Landing.SHIFT, Landing.PIVOT)
        for foot in feet:
            if moving:
                self._travel(foot, step, frame, arrival_beat, rate_hz)
            elif step.landing is Landing.PIVOT:
                self._pivot(foot, frame.angle(step.turn), arrival_beat)
            else:
                self._release(foot, arrival_beat, frame.amount)
        if step.face is not None:
            late = 0.12 + 0.95 * (stretch - 1.0)
            self._score.key(arrival_beat + late, 0.95 * stretch, {Channel.FACING: frame.angle(step.face)})
        way = 0.62 if step.quick else min(max(_CARRY_S * rate_hz, 0.8), 1.2) * min(stretch, 1.25)
        lag = 0.06 if step.landing is Landing.SHIFT else 0.28
        self._carry(feet[0], step, arrival_beat, way=way, lag=lag, rate_hz=rate_hz)
        if step.landing is Landing.FLAT and step.weight > 0.7:
            self._let_go(1 - feet[0], arrival_beat)

    def on_floor(self, beats: FloatArray, values: FloatArray) -> FloatArray:
        """Return `PoseChunk.contacts`, shape (T, 4), for the score's `values` at `beats`."""
        contacts = np.zeros((len(beats), 4))
        for foot, first in enumerate(FEET):
            grounded = values[:, first + _RAISE] < _STANDING
            for flight in self._flights:
                if flight.foot == foot:
                    grounded &= (beats <= flight.lift) | (beats >= flight.arrival)
            pitch = values[:, first + _PITCH]
            contacts[:, 2 * foot] = grounded & (pitch < _STANDING)
            contacts[:, 2 * foot + 1] = grounded & (pitch > -_STANDING)
        return contacts

    def forget_before(self, beat: float) -> None:
        """Drop what happened before `beat`."""
        self._flights = [flight for flight in self._flights if flight.arrival >= beat]

    def tear_from(self, page: int) -> None:
        """Forget the flights written on `page` of the score or later."""
        self._flights = [flight for flight in self._flights if flight.page < page]

    def middle(self, facing_rad: float) -> tuple[float, float]:
        """Return the point between the feet, under a body that faces `facing_rad`: x and z."""
        goal = self._score.goal
        x = (goal[FEET[0] + _X] + goal[FEET[1] + _X]) / 2 - FOOT_FORWARD_M * sin(facing_rad)
        z = (goal[FEET[0] + _Z] + goal[FEET[1] + _Z]) / 2 - FOOT_FORWARD_M * cos(facing_rad)
        return float(x), float(z)

    def start_of_move(self, side: int, facing_rad: float) -> tuple[float, float]:
        """Return the origin of a move's frame: half a stance from the foot that stays, towards the free one."""
        staying = self._foot(1 if side > 0 else 0)
        sine, cosine = sin(facing_rad), cos(facing_rad)
        x = staying.x + side * HALF_STANCE_M * cosine - FOOT_FORWARD_M * sine
        return x, staying.z - side * HALF_STANCE_M * sine - FOOT_FORWARD_M * cosine

    def _travel(self, foot: int, step: Step, frame: Frame, arrival: float, rate_hz: float) -> None:
        """Lift a foot, carry it, put it down."""
        score, first = self._score, FEET[foot]
        swing = min(max(0.33 * rate_hz, 0.36), 0.56)
        yaw_before = score.goal[first + _YAW]
        x, z = frame.place(step.x, step.z, step.turn)
        out_x, out_z = self._outwards(foot)
        standing = self._foot(1 - foot)
        if (x - standing.x) * out_x + (z - standing.z) * out_z < 0.03:
            x, z = frame.place(step.x, step.z, step.turn, crossed=True)
        start_x, start_z = score.goal[first + _X], score.goal[first + _Z]
        splay = 0.0 if abs(step.turn) > 30 else _SPLAY_RAD * (1 - 2 * foot)
        yaw = frame.angle(step.turn) + splay
        x, z, _ = end = stand_clear(Foot(x, z, yaw), standing, (out_x, out_z))
        if step.landing is Landing.AIR or abs(yaw - yaw_before) > 0.8:
            swing = 0.66
        if step.quick:
            swing = min(swing, 0.46)
        lift = arrival - swing
        score.key(lift + 0.04, 0.2, {first + _PITCH: max(0.42, score.goal[first + _PITCH])})
        score.key(arrival, swing, {first + _X: x, first + _Z: z})
        score.key(arrival - 0.02, swing * 0.94, {first + _YAW: yaw})
        self._arc(foot, (float(start_x), float(start_z)), end, arrival, swing)
        height = min(0.03 + 0.05 * frame.amount + 0.12 * hypot(x - start_x, z - start_z), 0.125)
        height += 0.0 if step.up_m > 0.1 else step.up_m
        score.add(arrival - 0.45 * swing, 0.55 * swing, {first + _RAISE: height})
        up_m = step.up_m * min(frame.amount, 1.1) if step.landing is Landing.AIR else 0.0
        score.key(arrival, 0.45 * swing, {first + _RAISE: up_m})
        score.key(arrival, 0.7 * swing, {first + _PITCH: _LANDING_PITCH[step.landing]})
        if step.landing is Landing.FLAT:
            score.key(arrival + 0.15, 0.15, {first + _PITCH: 0.0})
        self._flights.append(_Flight(foot, lift, arrival if up_m == 0.0 else arrival + 1e9, score.page))
        self._land_before(foot, lift)
        if step.weight < 0.5:
            self._ground(1 - foot, lift)

    def _land_before(self, foot: int, lift: float) -> None:
        """End the flight of a foot that was in the air (a kick) where its next flight begins."""
        self._flights = [
            flight._replace(arrival=min(flight.arrival, lift))
            if flight.foot == foot and flight.lift < lift and flight.arrival > lift + 1e6
            else flight
            for flight in self._flights
        ]

    def _pivot(self, foot: int, yaw: float, arrival: float) -> None:
        """Turn a standing foot on its ball; the heel lifts for it."""
        score, first = self._score, FEET[foot]
        light = score.goal[first + _PITCH] < 0.1
        if light:
            score.key(arrival - 0.55, 0.3, {first + _PITCH: 0.15})
        score.key(arrival, 0.78, {first + _YAW: yaw})
        if light:
            score.key(arrival + 0.14, 0.14, {first + _PITCH: 0.0})

    def _release(self, foot: int, arrival: float, amount: float) -> None:
        """Take the weight on a foot and let the other heel come up."""
        score, first, other = self._score, FEET[foot], FEET[1 - foot]
        score.key(arrival + 0.02, 0.45, {first + _PITCH: 0.0})
        if score.goal[other + _RAISE] < _STANDING and score.goal[other + _PITCH] >= 0.0:
            score.key(arrival + 0.1, 0.55, {other + _PITCH: 0.16 + 0.16 * amount})

    def _let_go(self, foot: int, arrival: float) -> None:
        """Let the heel of the foot that has lost its weight come up, if it stands apart."""
        goal, first, other = self._score.goal, FEET[foot], FEET[1 - foot]
        apart = hypot(goal[first + _X] - goal[other + _X], goal[first + _Z] - goal[other + _Z])
        if apart > 0.27 and goal[first + _RAISE] < _STANDING and 0.0 <= goal[first + _PITCH] < 0.2:
            self._score.key(arrival + 0.42, 0.5, {first + _PITCH: min(0.9 * apart - 0.1, 0.4)})

    def _ground(self, foot: int, beat: float) -> None:
        """Put the heel of the foot that has to carry down before `beat`."""
        first = FEET[foot]
        if self._score.goal[first + _PITCH] != 0.0 and self._score.goal[first + _RAISE] < _STANDING:
            self._score.key(beat + 0.1, 0.3, {first + _PITCH: 0.0})

    def _carry(self, foot: int, step: Step, arrival: float, *, way: float, lag: float, rate_hz: float) -> None:
        """Bring the pelvis over the feet, `step.weight` of it over `foot`; a long way takes longer."""
        goal, weight = self._score.goal, step.weight
        sign = 1 - 2 * foot
        share = 0.5 + 0.84 * (weight - 0.5)
        facing = goal[Channel.FACING]
        own, other = FEET[foot], FEET[1 - foot]
        x = share * goal[own + _X] + (1 - share) * goal[other + _X] - FOOT_FORWARD_M * sin(facing)
        z = share * goal[own + _Z] + (1 - share) * goal[other + _Z] - FOOT_FORWARD_M * cos(facing)
        targets = {Channel.PELVIS_X: x, Channel.PELVIS_Z: z, Channel.WEIGHT: sign * (2.0 * weight - 1.0)}
        on_the_way = 0.3 * goal[Channel.PELVIS_X] + 0.7 * x, 0.3 * goal[Channel.PELVIS_Z] + 0.7 * z
        sink = max(self._sink(*on_the_way, facing), self._sink(float(x), float(z), facing))
        far_m = hypot(x - goal[Channel.PELVIS_X], z - goal[Channel.PELVIS_Z])
        way = max(way, min(far_m / _CARRY_M_S * rate_hz, 0.75 if step.quick else 1.15))
        arrival += lag * max(way, 0.8) / 0.8
        self._score.key(arrival, way, targets)
        self._score.key(arrival - 0.25, 0.9, {Channel.SINK: sink})

    def _sink(self, pelvis_x: float, pelvis_z: float, facing: float) -> float:
        """Return how far a pelvis must come down so that both feet can stand where they will be."""
        sink = 0.0
        for foot, first in enumerate(FEET):
            side = HIP_M[0] * (1 - 2 * foot)
            hip_x = pelvis_x + side * cos(facing) + HIP_M[1] * sin(facing)
            hip_z = pelvis_z - side * sin(facing) + HIP_M[1] * cos(facing)
            yaw, pitch = self._score.goal[first + _YAW], self._score.goal[first + _PITCH]
            behind = BALL_M * cos(max(pitch, 0.0))
            ankle_x = self._score.goal[first + _X] - behind * sin(yaw)
            ankle_z = self._score.goal[first + _Z] - behind * cos(yaw)
            across = min(hypot(hip_x - ankle_x, hip_z - ankle_z), 0.55)
            raised = BALL_M * sin(max(pitch, 0.0)) + self._score.goal[first + _RAISE]
            sink = max(sink, LEG_REACH_M - sqrt(LEG_REACH_M**2 - across**2) - raised)
        return max(sink - 0.01, 0.0)

    def _foot(self, foot: int) -> Foot:
        """Return where a foot will stand when all that is written has arrived."""
        x, z, yaw = (float(value) for value in self._score.goal[FEET[foot] : FEET[foot] + 3])
        return Foot(x, z, yaw)

    def _outwards(self, foot: int) -> tuple[float, float]:
        """Return the direction away from the other foot, for a body that faces where it will."""
        facing, sign = float(self._score.goal[Channel.FACING]), 1 - 2 * foot
        return sign * cos(facing), -sign * sin(facing)

    def _arc(self, foot: int, start: tuple[float, float], end: Foot, arrival: float, swing: float) -> None:
        """Lead a foot around the standing one when the straight way would hit it."""
        bulge = way_round(start, (end.x, end.z), self._foot(1 - foot), self._outwards(foot))
        if bulge is not None:
            change = {FEET[foot] + _X: bulge[0], FEET[foot] + _Z: bulge[1]}
            self._score.add(arrival - 0.5 * swing, 0.5 * swing, change)
            self._score.add(arrival, 0.5 * swing, {channel: -amount for channel, amount in change.items()})
