"""Round numbers for a scale."""

from __future__ import annotations

import math


def round_step(size: float) -> float:
    """1, 2 or 5 times a power of ten, at least as large as ``size``, which is above 0.

    >>> round_step(0.37), round_step(1.2), round_step(1000.0), round_step(5.1)
    (0.5, 2.0, 1000.0, 10.0)
    """
    power = 10.0 ** math.floor(math.log10(size))
    # Digits beyond what a float holds are no reason for the next one.
    return next(times * power for times in (1, 2, 5, 10) if times * power >= size * (1 - 1e-12))
