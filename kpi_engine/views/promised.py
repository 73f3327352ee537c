"""What was promised of deals in a stage, against what became of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpi_engine.names import UNKNOWN_STAGE
from kpi_engine.stats.scores import wilson
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who

MIN_ENDED = 10
"""Below this many ended deals a share says too little to be drawn."""


def promised(session: Session, ask: Ask, who: Who, chances: pd.DataFrame) -> pd.DataFrame:
    """Per open stage: the chances told of it, and the share of ended deals that reached it and were won.

    ``chances`` has pipeline, stage, in_force, crm_probability. Returns pipeline, stage, in_force, crm_probability,
    happened, lower, upper (80 % interval), n, text; nan where fewer than MIN_ENDED deals ended. What happened is of
    deals that ended: on long cycles these are not yet all.
    """
    mine = ask.seen_by(who)
    sql = load_sql("kpi_engine.views", "reached").format(condition=mine.condition())
    values = {"unknown_stage": UNKNOWN_STAGE, "as_of": ask.as_of} | mine.values()
    reached = session.frame(sql, values)
    rows = [_happened(int(won), int(n)) for won, n in zip(reached["won"], reached["n"], strict=True)]
    found = reached.assign(**{name: [row[i] for row in rows] for i, name in enumerate(("happened", "lower", "upper"))})
    told = chances[["pipeline", "stage", "in_force", "crm_probability"]]
    found = told.merge(found, on=["pipeline", "stage"], how="inner")
    return found.assign(text=[_told(*row) for row in found[["happened", "lower", "upper", "n"]].to_numpy()])


def _happened(won: int, n: int) -> tuple[float, float, float]:
    if n < MIN_ENDED:
        return float("nan"), float("nan"), float("nan")
    lower, upper = wilson(np.array(won / n), np.array(float(n)))
    return won / n, float(lower), float(upper)


def _told(happened: float, lower: float, upper: float, n: float) -> str:
    ended = words.many(int(n), "ended deal")
    if not words.is_number(happened):
        return f"{ended}, too few to say"
    return f"{words.share(happened)} of {ended} ({words.share_span(lower, upper)})"
