"""What inside and field sales agree on as a qualified meeting: which of budget, authority, need and timing, for which
meetings, with which exceptions.

Everything here adds a rule and never changes one; meetings are judged anew at once, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from kpi_engine.errors import TidelineError, UnknownName
from kpi_engine.ingest.history import store_as_of
from kpi_engine.model.build import judge_again
from kpi_engine.model.qualification import (
    DEFAULT,
    ENDINGS,
    GOOD,
    KINDS,
    NEEDS,
    Rule,
    in_force_over_time,
    read_rules,
    record_rule,
    rule_on,
    same_reason,
)
from kpi_engine.storage.store import Session

__all__ = [
    "DEFAULT",
    "ENDINGS",
    "GOOD",
    "KINDS",
    "NEEDS",
    "Rule",
    "RuleRefused",
    "agree",
    "agreed_between",
    "earliest_day",
    "in_force",
    "in_force_over_time",
    "read_rules",
    "same_reason",
]


class RuleRefused(TidelineError):
    """A rule that cannot be agreed on; the sentence says why. Nothing was written."""


def agreed_between(rule: Rule, inside: str, field: str) -> Rule:
    """A rule with who agreed on it, one name of each side.

    Raises
    ------
    RuleRefused
        One of them is blank, or both; with whatever else the rule lacks.

    >>> agreed_between(DEFAULT, " Inge", "Fred").agreed_by
    ('Inge', 'Fred')
    """
    named = {"inside": inside.strip(), "field": field.strip()}
    nobody = [side for side, name in named.items() if not name]
    if nobody:
        who = f"Who agreed for {' and '.join(nobody)} sales? A rule is an agreement of both sides."
        raise RuleRefused(" ".join([*_lacks(rule), who]))
    return replace(rule, agreed_by=(named["inside"], named["field"]))


def in_force(session: Session, day: date | None = None) -> Rule:
    """The rule in force on a day (None: the day the data reach to)."""
    return rule_on(read_rules(session), day or store_as_of(session))


def earliest_day(session: Session) -> date | None:
    """The first day on which another rule may begin: that of the one that was in force before today; None: any day.

    One that begins today has judged nothing of the past yet, so a day that was written wrongly can still be mended.
    """
    today = store_as_of(session)
    return None if today is None else in_force(session, today - timedelta(days=1)).effective_date


def agree(session: Session, rule: Rule) -> Rule:
    """Put a rule in force and judge every meeting by it from its first day on. Returns it with its number.

    ``rule.effective_date`` None: the day the data reach to; where there are none yet, it holds from the beginning.

    Raises
    ------
    UnknownName
        It asks for something, or is about a kind of meeting, that does not exist.
    RuleRefused
        It asks for nothing, is about no kind of meeting, or begins before :func:`earliest_day`. One that begins today
        or later stands in nobody's way: it is replaced by what begins on its first day or before.
    """
    for names, known, what in ((rule.needs, NEEDS, "need"), (rule.kinds, KINDS, "kind of meeting")):
        for name in names:
            if name not in known:
                raise UnknownName.of(what, name, known)
    lacking = _lacks(rule)
    if lacking:
        raise RuleRefused(" ".join(lacking))
    whole = replace(
        rule,
        needs=_in_order(rule.needs, NEEDS),
        kinds=_in_order(rule.kinds, KINDS),
        exceptions=_each_once(rule.exceptions),
        agreed_by=_each_once(rule.agreed_by),
        note=" ".join((rule.note or "").split()) or None,
        effective_date=rule.effective_date or store_as_of(session),
    )
    begun = earliest_day(session)
    if begun is not None and whole.since < begun:
        raise RuleRefused(
            f"The rule in force before today holds from {begun}. Another cannot begin before it, on {whole.since}: "
            f"choose {begun} or a later day."
        )
    recorded = record_rule(session, whole)
    judge_again(session)
    return recorded


def _lacks(rule: Rule) -> list[str]:
    """What is missing for a rule to be one, a sentence each."""
    lacking = []
    if not rule.needs:
        lacking.append("A rule has to ask for something: choose at least one of budget, authority, need and timing.")
    if not rule.kinds:
        lacking.append("A rule has to be about something: choose meetings, visits, or both.")
    return lacking


def _in_order(names: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in known if name in names)


def _each_once(texts: Sequence[str]) -> tuple[str, ...]:
    """What was written, without what is blank or the same again."""
    kept = {same_reason(text): " ".join(text.split()) for text in reversed(texts) if text.strip()}
    return tuple(reversed(kept.values()))
