"""What the open deals without an amount would add, valued at the typical won amount: an estimate, kept apart."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kpi_engine.forecasting.ledger import MIN_WINS
from kpi_engine.metrics.query import chances_as_seen, measure
from kpi_engine.stats.bands import gamma_band
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who


@dataclass(frozen=True)
class Typical:
    """``bars``: label, known, estimated, known_text, estimated_text; total value above expected value. ``stages``:
    stage, deals, value, expected_value of the estimated part. ``n``: deals without an amount. Where nothing can be
    said, ``bars`` is empty and ``sentence`` says why."""

    sentence: str
    bars: pd.DataFrame
    stages: pd.DataFrame
    n: int


def typical_view(session: Session, ask: Ask, who: Who) -> Typical:
    """The open deals without an amount at the mean won amount of their product; of their pipeline, where fewer than
    MIN_WINS of the product were won by then; of all deals, where fewer of the pipeline were.

    The band of the total is 80 %: of the amounts of single deals, and of the means they are valued at, as far as few
    wins tell them (Var = Σ k·v + k²·v/n over the groups of k deals valued at the mean of n wins with variance v).
    """
    ask = ask.at_its_end()
    mine = ask.seen_by(who)
    sql = load_sql("kpi_engine.views", "typical").format(
        condition=mine.condition(), chances=chances_as_seen(session, ask.as_of)
    )
    values = {"as_of": ask.as_of, "chances_on": ask.as_of, "min_wins": MIN_WINS}
    frame = session.frame(sql, values | mine.values())
    n = int(frame["deals"].sum())
    if frame.empty or frame["value"].isna().any():
        why = f"Fewer than {MIN_WINS} won deals carry an amount, so nobody can say what a typical one is." if n else ""
        return Typical(why, pd.DataFrame(), pd.DataFrame(), n)
    by_basis = frame.groupby("basis").agg({"deals": "sum", "variance": "first", "won": "first"})
    deals, variance, won = (by_basis[name].astype(float) for name in ("deals", "variance", "won"))
    low, high = gamma_band(float(frame["value"].sum()), float((deals * variance + deals**2 * variance / won).sum()))
    bars = _bars(session, ask, who, frame)
    total, expected = bars["estimated_text"]
    sentence = (
        f"{words.many(n, 'open deal')} without an amount would add about {total} to total value "
        f"(80 % sure: {words.money(low, ask.currency)} to {words.money(high, ask.currency)}) and {expected} to "
        "expected value, each at the mean won amount of its product, or of its pipeline or of all deals where fewer "
        f"than {MIN_WINS} were won."
    )
    return Typical(
        sentence,
        bars,
        frame.groupby(["stage_order", "stage"], as_index=False)[["deals", "value", "expected_value"]].sum(),
        n,
    )


def _bars(session: Session, ask: Ask, who: Who, frame: pd.DataFrame) -> pd.DataFrame:
    """Both numbers, the known part and the estimated one."""
    kpis = ["total_value", "expected_value"]
    found = measure(session, kpis, ask.seen_by(who), as_of=ask.as_of)
    known = found.set_index("kpi")["value"].astype(float).fillna(0.0)
    estimated = frame[["value", "expected_value"]].sum().astype(float)
    return pd.DataFrame(
        {
            "label": ["Total value", "Expected value"],
            "known": [known[kpi] for kpi in kpis],
            "estimated": estimated.tolist(),
            "known_text": [words.money(known[kpi], ask.currency) for kpi in kpis],
            "estimated_text": [words.money(value, ask.currency) for value in estimated],
        }
    )
