"""Did exceptions and hosted visits pay?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from kpi_engine.metrics.payback import EXCEPTION, MIN_RESOLVED, NO_MEETING, payback, reasons
from kpi_engine.metrics.rates import When
from kpi_engine.names import Status
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.quality import PARTS, in_order, when_of

_LABELS = {**PARTS, NO_MEETING: "No meeting held", "unknown": "Meeting, nothing recorded", EXCEPTION: "All exceptions"}

_VERDICTS = {
    "better": "better than meetings that met the rule",
    "worse": "poorer than meetings that met the rule",
    "no_difference": "as good as meetings that met the rule, as far as can be told",
    "too_few": "too few to say",
    "yardstick": "what the others are measured by",
}


@dataclass(frozen=True)
class Exceptions:
    """``paid``: label, ending, resolved, won, win_rate, lower, upper, value_per_deal, value_lower, value_upper, status,
    text, verdict_words; best first. ``whose``: reason, owner, meetings."""

    is_empty: bool
    sentence: str
    paid: pd.DataFrame
    whose: pd.DataFrame
    whose_sentence: str
    notes: tuple[str, ...]


def exceptions_view(session: Session, ask: Ask, who: Who) -> Exceptions:
    """What became of all deals decided by the end of the period, and whose exceptions there were in it."""
    when, mine = when_of(ask), ask.seen_by(who)
    paid = payback(session, mine, replace(when, date_from=None))
    paid = paid[paid["deals"] > 0] if not paid.empty else paid
    paid = paid.assign(
        label=[
            f"Exception: {row['reason']}" if row["reason"] else _LABELS[str(row["ending"])] for row in _records(paid)
        ],
        text=[_text(row) for row in _records(paid)],
        value_text=[_value(row, ask.currency) for row in _records(paid)],
        verdict_words=[_VERDICTS[verdict] for verdict in paid["verdict"]] if not paid.empty else [],
    )
    whose = reasons(session, mine, when)
    whose = whose.assign(
        owner=whose["owner"].replace("", words.NOBODY), reason=whose["reason"].fillna("No reason kept")
    ).sort_values(["reason", "owner"], key=in_order, ignore_index=True)
    has_meetings = bool((paid["ending"] != NO_MEETING).any()) if not paid.empty else False
    return Exceptions(
        is_empty=not has_meetings,
        sentence=_sentence(paid),
        paid=paid,
        whose=whose,
        whose_sentence=_whose(whose, when),
        notes=(
            f"All deals won or lost up to {words.day(min(ask.date_to, ask.as_of))}, by the first meeting held with "
            f"them; "
            f"below {MIN_RESOLVED} such deals nothing is said. Value is won value for each deal decided, the lost ones "
            "with nothing. Bands are of 80 %; a verdict needs a difference that chance makes in fewer than one of "
            "twenty comparisons.",
        ),
    )


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _number(value: object) -> float:
    return float(str(value))


def _text(row: dict[str, object]) -> str:
    if row["status"] != Status.OK:
        return f"too few to say: {words.many(int(_number(row['resolved'])), 'deal')} decided"
    span = words.share_span(_number(row["lower"]), _number(row["upper"]))
    return f"{words.share(_number(row['win_rate']))} ({span}; {row['won']:,} of {row['resolved']:,})"


def _value(row: dict[str, object], currency: str | None) -> str:
    value, low, high = (_number(row[name]) for name in ("value_per_deal", "value_lower", "value_upper"))
    if not words.is_number(value):
        return words.NOTHING
    return f"{words.money(value, currency)} ({words.money(low, currency)}–{words.money(high, currency)})"


def _sentence(paid: pd.DataFrame) -> str:
    if paid.empty:
        return ""
    by = paid[paid["reason"].isna()].set_index("ending")
    told = []
    if "hosted_visit" in by.index and by.loc["hosted_visit", "status"] == Status.OK:
        rate = words.share(by.loc["hosted_visit", "win_rate"])
        told.append(f"Deals that began with a hosted visit were won in {rate}")
    if "qualified" in by.index and by.loc["qualified", "status"] == Status.OK:
        rate = words.share(by.loc["qualified", "win_rate"])
        told.append(f"{'those' if told else 'Deals'} whose first meeting met the rule in {rate}")
    too_few = "Too few deals were decided to say whether exceptions or hosted visits paid."
    first = f"{', '.join(told)}." if told else too_few
    named = paid[paid["reason"].notna()]
    if named.empty:
        named = paid[(paid["ending"] == EXCEPTION)]
    paying, poor = (
        [f"“{row['reason'] or 'exceptions'}”" for row in _records(named) if row["verdict"] in verdicts]
        for verdicts in (("better", "no_difference"), ("worse",))
    )
    more = f" Among exceptions, {words.listed(paying)} did as well, as far as can be told." if paying else ""
    if poor:
        more += f" {words.listed(poor)} paid less."
    return f"{first}{more}"


def _whose(whose: pd.DataFrame, when: When) -> str:
    if whose.empty:
        return "No exception was allowed in this period."
    total, kinds = int(whose["meetings"].sum()), whose["reason"].nunique()
    return f"{words.many(total, 'exception')} in this period, for {words.many(kinds, 'reason')}."
