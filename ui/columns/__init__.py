"""The tables behind the charts: which columns, in which order, under which headings. One module per page."""

from ui.columns.chances import chances, promised, versions
from ui.columns.data import counts, held, rejected_lines
from ui.columns.followups import events, followups, next_milestone, stays
from ui.columns.forecast import deals_ahead, forecast_by, made, months_ahead, moved_ahead, scores, sums
from ui.columns.kinds import PER_CENT, Columns
from ui.columns.leading import board, lead_groups, series, talk
from ui.columns.milestones import milestone_groups, milestones, stage_days, waiting
from ui.columns.months import booking, months, plan, prospects, season
from ui.columns.overview import expected, expected_deals, moved, movers, open_deals, steps, trend, typical
from ui.columns.quality import (
    behind,
    exceptions,
    path,
    payback,
    people,
    ratio_by,
    ratios,
    reps,
    rule_versions,
    steps_of_work,
    touches,
    weekly,
    yield_headline,
    yields,
)
from ui.columns.targets import chance_curve, own_past, target_history, targets

__all__ = [
    "PER_CENT",
    "Columns",
    "behind",
    "board",
    "booking",
    "chance_curve",
    "chances",
    "counts",
    "deals_ahead",
    "events",
    "exceptions",
    "expected",
    "expected_deals",
    "followups",
    "forecast_by",
    "held",
    "lead_groups",
    "made",
    "milestone_groups",
    "milestones",
    "months",
    "months_ahead",
    "moved",
    "moved_ahead",
    "movers",
    "next_milestone",
    "open_deals",
    "own_past",
    "path",
    "payback",
    "people",
    "plan",
    "promised",
    "prospects",
    "ratio_by",
    "ratios",
    "rejected_lines",
    "reps",
    "rule_versions",
    "scores",
    "season",
    "series",
    "stage_days",
    "stays",
    "steps",
    "steps_of_work",
    "sums",
    "talk",
    "target_history",
    "targets",
    "touches",
    "trend",
    "typical",
    "versions",
    "waiting",
    "weekly",
    "yield_headline",
    "yields",
]
