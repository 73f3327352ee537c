"""What do we call a qualified meeting?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from kpi_engine.agreements.qualification import (
    KINDS,
    NEEDS,
    Rule,
    earliest_day,
    in_force,
    in_force_over_time,
    read_rules,
)
from kpi_engine.ingest.history import store_as_of
from kpi_engine.model.qualification import spoken
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.quality import rule_words

NEED_LABELS = {"budget": "Budget", "authority": "Authority", "need": "Need", "timing": "Timing"}
KIND_LABELS = {"meeting": "Meetings", "visit": "Visits"}
assert tuple(NEED_LABELS) == NEEDS
assert tuple(KIND_LABELS) == KINDS


@dataclass(frozen=True)
class RuleView:
    """``rule``: the one in force. ``versions``: since, what, state, who, note; the newest first. ``reasons``: the
    exception reasons that stand in the files. ``earliest``: the first day another may begin on. ``has_agreed``: there
    is another than the default. ``may_decide``: whether the viewer agrees on one, which then holds for everybody."""

    sentence: str
    rule: Rule
    versions: pd.DataFrame
    reasons: tuple[str, ...]
    standard_day: date | None
    earliest: date | None
    has_agreed: bool
    may_decide: bool


def rule_view(session: Session, ask: Ask, who: Who) -> RuleView:
    """The rule in force, those before it, and what can be chosen; the same whatever is asked for."""
    rules, now = read_rules(session), in_force(session)
    held = {rule.version_id for rule in in_force_over_time(rules)}
    default = [rule for rule in in_force_over_time(rules) if rule.is_default]
    shown = [*reversed(rules), *default]
    as_of = store_as_of(session)
    earliest = earliest_day(session)
    return RuleView(
        sentence=_sentence(now, _to_come(rules, now, held), as_of),
        rule=now,
        versions=pd.DataFrame(
            {
                "since": ["always" if rule.effective_date is None else words.day(rule.since) for rule in shown],
                "what": [rule_words(rule) for rule in shown],
                "state": [_state(rule, now, held) for rule in shown],
                "who": [words.listed(list(rule.agreed_by)) if rule.agreed_by else words.NOTHING for rule in shown],
                "note": [rule.note or words.NOTHING for rule in shown],
            }
        ),
        reasons=_reasons(session),
        standard_day=as_of,
        earliest=earliest,
        has_agreed=bool(rules),
        may_decide=who.may_decide,
    )


def _reasons(session: Session) -> tuple[str, ...]:
    sql = load_sql("kpi_engine.views", "exception_reasons").format(spoken=spoken("reason"))
    return tuple(reason for (reason,) in session.rows(sql))


def _to_come(rules: list[Rule], now: Rule, held: set[int]) -> Rule | None:
    """The next rule that begins after the one in force."""
    later = [rule for rule in rules if rule.version_id in held and rule.since > now.since]
    return min(later, key=lambda rule: rule.since, default=None)


def _sentence(rule: Rule, to_come: Rule | None, as_of: date | None) -> str:
    if rule.is_default and to_come is not None and as_of is not None:
        after = f"after the newest day in the data, {words.day(as_of)}"
        until = f"Until then this default holds. {rule_words(rule)}"
        return f"A rule is agreed from {words.day(to_come.since)} on, {after}. {until}"
    if rule.is_default:
        return f"Nobody has agreed on a rule yet; this default holds. {rule_words(rule)}"
    by = f" by {words.listed(list(rule.agreed_by))}" if rule.agreed_by else ""
    since = f"since {words.day(rule.since)}" if rule.effective_date else "always"
    return f"Agreed{by}, in force {since}. {rule_words(rule)}"


def _state(rule: Rule, now: Rule, held: set[int]) -> str:
    if rule.version_id == now.version_id:
        return "In force"
    if rule.version_id not in held:
        return "Replaced"
    return "To come" if rule.since > now.since else "Before"
