"""Is the work good, or only much?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from kpi_engine.agreements.qualification import in_force, read_rules
from kpi_engine.metrics.kinds import Simple
from kpi_engine.metrics.query import Judged, measure
from kpi_engine.metrics.rates import When, endings, with_intervals
from kpi_engine.metrics.registry import METRICS
from kpi_engine.model.qualification import ENDINGS, NEEDS, Rule
from kpi_engine.model.settings import read_settings
from kpi_engine.names import ACTIVITY_TYPES, Status
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.spans import end_of_whole_weeks

PARTS = {
    "qualified": "Met the rule",
    "hosted_visit": "Hosted visit",
    "allowed_exception": "Allowed exception",
    "not_qualified": "Not qualified",
    "unknown": "Not known",
}
"""What made a meeting good, best known first."""

TODAY = "today"
"""The choice that judges every meeting by today's rule."""


@dataclass(frozen=True)
class Quality:
    """``meetings``: owner, part, meetings, label (see ui.charts.quality). ``reps``: the table behind it. ``weekly``:
    type, week_end, activities, mean_text. ``notes``: what the numbers leave out and what they rest on."""

    is_empty: bool
    has_meetings: bool
    sentence: str
    meetings: pd.DataFrame
    reps: pd.DataFrame
    weekly: pd.DataFrame
    notes: tuple[str, ...]
    how_to_record: str


def in_order(names: pd.Series) -> pd.Series:
    """Names by the alphabet, whatever their case: a sort key."""
    return names.astype(str).str.casefold()


def judged_by(choice: str) -> Judged:
    """By which rule a page's choice judges."""
    return "today" if choice.split("|")[0] == TODAY else "then"


def when_of(ask: Ask) -> When:
    """The span a page looks at, judged as it chose: no further than its as-of day."""
    return When(ask.date_from, min(ask.date_to, ask.as_of), ask.as_of, judged_by(ask.choice))


def quality_view(session: Session, ask: Ask, who: Who) -> Quality:
    """Meetings by what they were worth, and how much of everything was done, in the period."""
    reps = _reps(session, ask, who)
    meetings = _meetings(reps)
    weekly = _weekly(session, ask, who)
    held, unknown = (int(reps[name].sum()) if not reps.empty else 0 for name in ("held", "unknown"))
    return Quality(
        is_empty=weekly.empty and meetings.empty,
        has_meetings=not meetings.empty,
        sentence=_sentence(session, ask, who, meetings),
        meetings=meetings,
        reps=reps,
        weekly=weekly,
        notes=_notes(session, ask, who, held, unknown),
        how_to_record=_HOW_TO_RECORD if held and unknown == held else "",
    )


_HOW_TO_RECORD = (
    "None of these meetings says whether it was qualified, so nothing is said of their quality. To record it, let the "
    "CRM's meetings (or deals) carry columns for budget, authority, need and timing with yes or no, or an outcome such "
    "as Qualified or Not qualified, and import the export again."
)


def _reps(session: Session, ask: Ask, who: Who) -> pd.DataFrame:
    """owner, held, one column per ending, good, rate, lower, upper, status, label; by name, since this is no race."""
    when, mine = when_of(ask), ask.seen_by(who)
    told = endings(session, mine, ["owner"], when)
    told = told[told["held"] > 0]
    if told.empty:
        return pd.DataFrame(columns=["owner", *ENDINGS, "held", "good", "rate", "lower", "upper", "status", "label"])
    rates = with_intervals(session, ["qualified_rate"], mine, ["owner"], when)
    rates = rates.assign(owner=rates["owner"].fillna("")).set_index("owner")[["value", "lower", "upper", "status"]]
    reps = told.join(rates, on="owner").rename(columns={"value": "rate"})
    is_said = reps["status"] != Status.TOO_FEW
    for name in ("rate", "lower", "upper"):
        reps[name] = reps[name].where(is_said)
    reps["good"] = reps[["qualified", "hosted_visit", "allowed_exception"]].sum(axis=1)
    reps["owner"] = reps["owner"].replace("", words.NOBODY)
    reps = reps.sort_values("owner", key=in_order, ignore_index=True)
    return reps.assign(
        label=[
            f"{words.share(rate)} of {held:,.0f}" if words.is_number(rate) else f"{held:,.0f}, {_why(state)}"
            for rate, held, state in zip(reps["rate"], reps["held"], reps["status"], strict=True)
        ]
    )


def _why(status: str) -> str:
    return "too few to say" if status == Status.TOO_FEW else "quality not known"


def _meetings(reps: pd.DataFrame) -> pd.DataFrame:
    """The bars: one row per rep and ending."""
    if reps.empty:
        return pd.DataFrame(columns=["owner", "part", "meetings", "label"])
    long = reps.melt(["owner", "label"], list(ENDINGS), "part", "meetings")
    return long.assign(part=long["part"].map(PARTS)).sort_values("owner", key=in_order, kind="stable")


def _weekly(session: Session, ask: Ask, who: Who) -> pd.DataFrame:
    """Activities per whole week and type, the most frequent first."""
    last = end_of_whole_weeks(min(ask.date_to, ask.as_of), read_settings(session).week_start)
    frame = measure(
        session, ["activities"], ask.seen_by(who), ["activity_type", "week"], ask.date_from, last, ask.as_of
    )
    # A period that begins in the middle of a week has a part of one: it is left out.
    frame = frame[(frame["week"] >= ask.date_from) & (frame["week"] < last)] if not frame.empty else frame
    totals = frame.groupby("activity_type")["value"].sum().sort_values(ascending=False)
    parts = []
    for kind in [k for k in totals.index if totals[k] > 0]:
        part = frame[frame["activity_type"] == kind]
        parts.append(
            pd.DataFrame(
                {
                    "type": type_label(kind),
                    "week_end": [week + timedelta(days=6) for week in part["week"]],
                    "activities": part["value"].astype(int).to_numpy(),
                    "mean_text": f"{part['value'].mean():,.0f} a week",
                }
            )
        )
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=["type", "week_end", "activities", "mean_text"])
    )


def type_label(kind: str) -> str:
    """An activity type in the plural, as on screen.

    >>> type_label("hosted_visit"), type_label("social")
    ('Hosted visits', 'Social touches')
    """
    odd = {"social": "Social touches", "other": "Other"}
    return odd.get(kind) or (f"{kind.replace('_', ' ').capitalize()}s" if kind in ACTIVITY_TYPES else kind)


def _sentence(session: Session, ask: Ask, who: Who, meetings: pd.DataFrame) -> str:
    if meetings.empty:
        return ""
    frame = with_intervals(session, ["meetings_held", "qualified_rate"], ask.seen_by(who), (), when_of(ask))
    frame = frame.set_index("kpi")
    held, rate = int(frame.loc["meetings_held", "value"]), frame.loc["qualified_rate", "value"]
    if frame.loc["qualified_rate", "status"] == Status.TOO_FEW:
        return f"{words.many(held, 'meeting')} held: too few to say how good they were."
    if not words.is_number(rate):
        return f"{words.many(held, 'meeting')} held. Whether they were qualified cannot be said from these exports."
    visited = int(meetings.loc[meetings["part"] == PARTS["hosted_visit"], "meetings"].sum())
    told = f"{words.share(rate)} of {words.many(held, 'meeting')} held were qualified"
    return f"{told}; {words.many(visited, 'was a hosted visit', 'were hosted visits')}." if visited else f"{told}."


def rule_words(rule: Rule) -> str:
    """A rule in a sentence."""
    needs = words.listed(list(rule.needs))
    kinds = words.listed([f"{kind}s" for kind in rule.kinds])
    reasons = "any reason that is written down" if not rule.exceptions else "; ".join(rule.exceptions)
    visit = "a hosted visit qualifies itself" if rule.hosted_visit else "a hosted visit is judged like a visit"
    are = "is" if len(rule.needs) == 1 else "are"
    return f"For {kinds}: {needs} {are} known. Exceptions: {reasons}. And {visit}."


def _notes(session: Session, ask: Ask, who: Who, held: int, unknown: int) -> tuple[str, ...]:
    rule, rules = in_force(session, ask.as_of), read_rules(session)
    notes = [f"{METRICS['qualified_rate'].description} {rule_words(rule)}"]
    if rule.is_default:
        notes.append("This rule is a default, not yet agreed: see the tab The rule.")
    elif judged_by(ask.choice) == "today":
        notes.append("Every meeting is judged by the rule in force today.")
    elif len(rules) > 1 or ask.date_from < rules[0].since:
        notes.append("Each meeting is judged by the rule in force on its day.")
    if held and 0 < unknown < held:
        notes.append(
            f"{unknown:,} of the {words.many(held, 'meeting')} held {'is' if unknown == 1 else 'are'} not known: "
            "nothing is recorded that the rule asks for. The qualified rate counts all that were held, so it is at "
            "least what it says."
        )
    return (*notes, *_stand_ins(session, ask, who))


def _stand_ins(session: Session, ask: Ask, who: Who) -> tuple[str, ...]:
    """What the meetings were judged by that do not say it themselves, and what no meeting ever tells."""
    held = METRICS["meetings_held"]
    assert isinstance(held, Simple)
    mine, when = ask.seen_by(who), when_of(ask)
    sql = load_sql("kpi_engine.views", "meetings_judged_by").format(is_held=held.where, condition=mine.condition())
    (row,) = session.rows(sql, {"since": when.date_from, "until": when.date_to} | mine.values())
    by_deal, by_outcome, recorded, *told = row
    notes = []
    if by_deal:
        notes.append(
            f"{words.many(by_deal, 'meeting')} judged by the fields of the deal, as they are today: the export of "
            "activities has none of its own."
        )
    if by_outcome:
        notes.append(f"{words.many(by_outcome, 'meeting')} judged by the outcome that was noted.")
    rule = in_force(session, ask.as_of)
    silent = [name for name, n in zip(NEEDS, told, strict=True) if name in rule.needs and not n]
    if silent and recorded and len(silent) < len(rule.needs):
        notes.append(
            f"No meeting here tells of {words.listed(silent)}, which the rule asks for: a meeting that lacks nothing "
            "else is not known, and not unqualified."
        )
    return tuple(notes)
