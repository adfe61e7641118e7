"""A club between the loudspeaker and the microphone, gentler than what the beat tracker was trained in.

The dancer is to learn what music means; music that is muted or drowned for seconds would teach it to ignore it.
"""

import numpy as np

from models.training.beats.rooms import Samples, among_people, coloured, driven, in_a_room


def on_the_way(samples: Samples, rng: np.random.Generator) -> Samples:
    """Return what arrives of clean music."""
    if rng.random() < 0.5:
        samples = coloured(samples, rng)
    if rng.random() < 0.15:
        samples = driven(samples, rng)
    if rng.random() < 0.35:
        samples = in_a_room(samples, rng)
    if rng.random() < 0.4:
        samples = among_people(samples, float(rng.uniform(14, 40)), rng)
    peak = float(np.abs(samples).max()) or 1.0
    return samples * np.float32(0.9 / peak * 10 ** (rng.uniform(-14, 0) / 20))
