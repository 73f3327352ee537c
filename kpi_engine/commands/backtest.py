"""win-probability-backtest: what would have been said of every open deal in past months, and what came of it."""

from __future__ import annotations

import argparse

from kpi_engine.commands.output import cell, print_json, print_table
from kpi_engine.commands.stores import reading
from kpi_engine.errors import UnknownName
from kpi_engine.forecasting.backtest import OURS, Backtest, backtest_of, day_of
from kpi_engine.metrics.slice import Slice

_SUMMARY = ("model", "horizon", "brier", "log_loss", "slope", "intercept", "ece", "n")


def run_win_probability_backtest(args: argparse.Namespace) -> int:
    """Score past chances: the rows and a summary per model as JSON, the summary alone as a table."""
    with reading(args.store) as store:
        found = backtest_of(store.read(), Slice(pipelines=tuple(args.pipeline)), args.as_of)
    known = [pipeline.name for pipeline in found.history.pipelines]
    for name in args.pipeline:
        if name not in known:
            raise UnknownName.of("pipeline", name, known)
    summary = summary_rows(found)
    if args.json:
        print_json({"rows": rows(found), "summary": summary})
        return 0
    print_table(summary, _SUMMARY, lambda name, row: _score(row[name]))
    if found.one_in > 1:
        print(f"About one deal in {found.one_in} was looked at.")
    if found.has_hindsight and "crm" in {row["model"] for row in summary}:
        print("crm: the column as the newest export has it; what it said in the past no export tells.")
    return 0


def rows(found: Backtest) -> list[dict[str, object]]:
    """One row per cutoff and deal that was open then; shares, not percent."""
    return [
        {
            "cutoff": day_of(cutoff).isoformat(),
            "deal_id": deal_id,
            "probability": float(probability),
            "won_within_90_days": bool(is_won),
        }
        for cutoff, deal_id, probability, is_won in zip(
            found.cutoff, found.deal_id, found.said[OURS], found.is_won, strict=True
        )
    ]


def summary_rows(found: Backtest) -> list[dict[str, object]]:
    """The scores of every model that said something."""
    return [
        {
            "model": name, "horizon": "all", "brier": s.brier, "log_loss": s.log_loss, "slope": s.slope,
            "intercept": s.intercept, "ece": s.ece, "n": s.n,
        }
        for name, s in found.summary().items()
    ]  # fmt: skip


def _score(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) and value == value else cell(value)
