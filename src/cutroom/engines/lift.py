"""Quiet recordings are lifted to where the network hears well; gains do not depend on the level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_HEARD_WELL = 10 ** (-45 / 20)
_WANTED = 10 ** (-30 / 20)
_SILENCE = 10 ** (-110 / 20)
"""RNNoise scores the same from -7 to -50 dBFS and breaks down at -70 (PESQ 1.11); below -110 dBFS there is
only the dither of 16 bits."""


class Lift:
    """A gain that only ever falls, when something louder comes: no pumping, no knowledge of the future."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._loudest = 0.0

    def apply(self, samples: Samples) -> Samples:
        """Return the `(n,)` samples, louder where all that was heard so far was quiet."""
        if samples.size:
            level = float(np.sqrt(np.dot(samples, samples) / samples.size))
            self._loudest = max(self._loudest, level)
        if not _SILENCE < self._loudest < _HEARD_WELL:
            return samples
        return samples * np.float32(_WANTED / self._loudest)
