"""What the team's own history says of each stage: the estimate a manager accepts, or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpi_engine.forecasting.stand_in import choose_now
from kpi_engine.storage.store import Session

EstimateSource = Literal["history", "crm", "between", "ladder", "mix"]
"""history: learned from deals that ended; the others stand in while there are too few of them."""


@dataclass(frozen=True)
class StageEstimate:
    """The chance that a deal now in a stage will be won, in the end.

    ``probability, lower, upper`` in [0, 1], below 1 before the money is in; the bounds are an 80 % interval, None where
    the source is not history. ``n``: resolved deals that were in the stage (history), else open deals in it.
    """

    pipeline: str
    stage: str
    probability: float
    lower: float | None
    upper: float | None
    n: int
    source: EstimateSource

    @property
    def is_sufficient(self) -> bool:
        """Whether it rests on enough history to be accepted."""
        return self.source == "history"


def estimate(session: Session, as_of: date | None = None) -> list[StageEstimate]:
    """The estimate of every open, won and paid stage, pipeline by pipeline, in order.

    ``as_of``: the last day whose events are known; None for the newest import's.
    """
    del as_of
    return [
        StageEstimate(c.pipeline, c.stage, float(c.probability), None, None, c.n, c.source) for c in choose_now(session)
    ]
