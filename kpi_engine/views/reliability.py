"""Promised and happened: what was said of every deal open at past month starts, and what came of it within 90 days."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kpi_engine.forecasting.backtest import StageReliability, reliability_by_stage
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who


@dataclass(frozen=True)
class Reliability:
    """``stages``: pipeline, stage, promised, happened, lower, upper (80 % interval), n (deals), text, is_off; empty
    while too few months have passed to look back on. ``sentence``: whether the promises held."""

    stages: pd.DataFrame
    sentence: str


def reliability_view(session: Session, ask: Ask, who: Who) -> Reliability:
    """Promised against happened per milestone, as it was promised at the time."""
    told = reliability_by_stage(session, ask.seen_by(who), ask.as_of)
    rows = [{**vars(one), "n": one.n_deals, "is_off": one.is_off, "text": _text(one)} for one in told]
    names = ["pipeline", "stage", "promised", "happened", "lower", "upper", "n", "is_off", "text"]
    return Reliability(pd.DataFrame(rows, columns=names), _sentence(told))


def _text(one: StageReliability) -> str:
    return (
        f"{words.share(one.happened)} of {words.many(one.n_deals, 'deal')} ({words.share_span(one.lower, one.upper)})"
    )


def _sentence(told: list[StageReliability]) -> str:
    if not told:
        return ""
    more = [one.stage for one in told if one.is_off and one.happened > one.promised]
    fewer = [one.stage for one in told if one.is_off and one.happened < one.promised]
    parts = [
        f"{word} than we had said in {words.listed(off)}" for word, off in (("more", more), ("fewer", fewer)) if off
    ]
    if not parts:
        return "At past month starts, about as many deals were won within 90 days as we had said."
    return f"At past month starts, {', '.join(parts)} were won within 90 days."
