"""Open questions for a conversation, built from what one person's own weeks show. They ask and never judge, and nobody
is held against anybody else.

A question about a change is asked only where the change is more than chance: every change that is looked at is one
test, and all of them together find something in stable work in one conversation of twenty at most (Holm).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kpi_engine.metrics.kinds import METRICS, Ratio
from kpi_engine.stats.changes import LEVEL, Change, beyond_chance
from kpi_engine.views import words
from kpi_engine.views.person_weeks import BEFORE, LONGER, NOW, Weeks, parts

Kind = Literal["quality_and_quantity", "quality", "quantity", "target", "action", "deal", "open"]

SHARES = ("qualified_rate", "connect_rate", "held_rate", "win_rate")
COUNTS = ("meetings_held", "dials", "new_deals", "proposals", "hosted_visits_held")
"""What is looked at: shares that say how good the work is, counts that say how much of it there is."""

_OF: dict[str, str] = {"qualified_rate": "meetings_held", "connect_rate": "dials"}
"""The count a share is the quality of."""

MOST, MOST_CHANGES = 5, 3
"""The most questions, and the most of them about changes: a conversation has room for few."""

_WORTH_SAYING = 0.1
"""A change that accompanies another is told from this size on."""

_TENTHS = ((0.1, "a tenth"), (0.2, "a fifth"), (0.25, "a quarter"), (1 / 3, "a third"), (0.5, "half"))
_NEAR_TENTH = 0.025


@dataclass(frozen=True)
class Question:
    """``text`` is what is asked, ``why`` the figures and the test it rests on."""

    kind: Kind
    text: str
    why: str


@dataclass(frozen=True)
class Looked:
    """One change that was looked at: over the last ``span`` weeks."""

    kpi: str
    span: int
    change: Change
    is_seasonal: bool
    is_found: bool = False

    @property
    def size(self) -> float:
        """By what share of what it was a count moved, or by how much a share did."""
        if isinstance(METRICS[self.kpi], Ratio):
            return self.change.after - self.change.before
        return (self.change.factor or 0.0) - 1.0


@dataclass(frozen=True)
class Coaching:
    """``questions``: at least one. ``looked``: everything that was looked at; ``n_looks``: what could be judged."""

    questions: tuple[Question, ...]
    looked: tuple[Looked, ...]

    @property
    def n_looks(self) -> int:
        """How many changes could be judged."""
        return sum(one.change.p_value is not None for one in self.looked)


def coaching(weeks: Weeks, others: Sequence[Question] = (), watched: Sequence[Question] = ()) -> Coaching:
    """What to ask one person: about changes first, then ``others`` (about targets, actions and deals); where nothing
    has changed, an open question that says so. ``watched``: about changes that another watch has found."""
    looked = looks(weeks)
    changed = [*watched, *_about_changes([one for one in looked if one.is_found], looked)][:MOST_CHANGES]
    first = changed or [_open(looked)]
    return Coaching((*first, *others)[:MOST], looked)


def looks(weeks: Weeks) -> tuple[Looked, ...]:
    """Every change of every KPI that is watched: counts over the last weeks and over the last quarter of a year, shares
    over the quarter, for in four weeks there are too few cases."""
    asked = [(kpi, LONGER) for kpi in SHARES] + [(kpi, span) for kpi in COUNTS for span in (NOW, LONGER)]
    found = [
        Looked(kpi, span, weeks.change(kpi, span), kpi not in SHARES and weeks.is_seasonal(kpi))
        for kpi, span in asked
        if weeks.has(kpi)
    ]
    p_values = np.array([np.nan if one.change.p_value is None else one.change.p_value for one in found])
    kept = beyond_chance(p_values)
    return tuple(
        Looked(one.kpi, one.span, one.change, one.is_seasonal, bool(is_found))
        for one, is_found in zip(found, kept, strict=True)
    )


def _about_changes(found: Sequence[Looked], looked: Sequence[Looked]) -> list[Question]:
    """One question per KPI, the surest first; a share and the count it is the quality of are one question."""
    surest: dict[str, Looked] = {}
    for one in sorted(found, key=lambda one: one.change.p_value or 0.0):
        surest.setdefault(one.kpi, one)
    questions: list[Question] = []
    told: set[str | None] = set()
    for kpi, one in surest.items():
        if kpi in told:
            continue
        pair = _OF.get(kpi) or next((share for share, count in _OF.items() if count == kpi), None)
        # Beside it, over the same weeks, or nothing that is said of both is true.
        beside = next(
            (x for x in looked if x.kpi == pair and x.span == one.span and x.change.p_value is not None), None
        )
        told |= {kpi, pair} if beside is not None and _is_told(beside) else {kpi}
        questions.append(_question(one, beside, looked))
    return questions


def _is_told(beside: Looked) -> bool:
    """Whether the other of a pair has moved enough to be spoken of."""
    return beside.is_found or abs(beside.size) >= _WORTH_SAYING


def _question(one: Looked, beside: Looked | None, looked: Sequence[Looked]) -> Question:
    if beside is not None and _is_told(beside):
        share, count = (one, beside) if one.kpi in SHARES else (beside, one)
        text = f"{_moved_share(share)} while {_moved_count(count)}: {_ask_both(share.size > 0, count.size > 0)}"
        return Question("quality_and_quantity", text, f"{_figures(share)} {_figures(count)} {_test(one, looked)}")
    if one.kpi in SHARES:
        ask = "what has worked?" if one.size > 0 else "what has been different?"
        return Question("quality", f"{_moved_share(one)}: {ask}", f"{_figures(one)} {_test(one, looked)}")
    ask = "what made room for them?" if one.size > 0 else "what has taken their place?"
    moved = _moved_count(one)
    text = f"{moved[:1].upper()}{moved[1:]} over the last {one.span} weeks: {ask}"
    return Question("quantity", text, f"{_figures(one)} {_test(one, looked)}")


def _ask_both(is_better: bool, is_more: bool) -> str:
    if is_better:
        return "what made both possible?" if is_more else "what did you do differently?"
    return "what would help the extra ones count?" if is_more else "what has been in the way?"


def _moved_share(one: Looked) -> str:
    way = "rose" if one.size > 0 else "fell"
    label = words.low(METRICS[one.kpi].label)
    return f"Your {label} {way} from {words.share(one.change.before)} to {words.share(one.change.after)}"


def _moved_count(one: Looked) -> str:
    """A count that moved, in words.

    >>> from kpi_engine.names import Status
    >>> _moved_count(Looked("meetings_held", 13, Change(Status.OK, 5.0, 4.0, 130, 52, 0.01), False))
    'your meetings held fell by a fifth'
    """
    season = ", seen for the time of the year," if one.is_seasonal else ""
    return f"your {words.low(METRICS[one.kpi].label)}{season} {_by(one.size)}"


def _by(size: float) -> str:
    if size >= 0.95:
        return "doubled" if size < 1.25 else f"rose to {size + 1:.1f} times what they were"
    near = [name for share, name in _TENTHS if abs(abs(size) - share) <= _NEAR_TENTH]
    return f"{'rose' if size > 0 else 'fell'} by {near[0] if near else words.share(abs(size))}"


def _figures(one: Looked) -> str:
    """What a change was counted on."""
    when = f"the last {one.span} weeks against the {BEFORE} before"
    if one.kpi in SHARES:
        of = words.low(METRICS[parts(one.kpi)[1]].label) if not METRICS[parts(one.kpi)[1]].is_part else "cases"
        return (
            f"{METRICS[one.kpi].label}, {when}: {words.share(one.change.after)} of {one.change.n_after:,} {of}, "
            f"{words.share(one.change.before)} of {one.change.n_before:,}."
        )
    season = "; the season is taken out of the comparison" if one.is_seasonal else ""
    return (
        f"{METRICS[one.kpi].label}, {when}: {one.change.n_after:,} in {one.span} weeks, {one.change.n_before:,} in "
        f"{BEFORE}{season}."
    )


def _test(one: Looked, looked: Sequence[Looked]) -> str:
    name = "test of two shares" if one.kpi in SHARES else "test of two over-dispersed counts"
    n = sum(x.change.p_value is not None for x in looked)
    return f"Chance alone does this {_chance(one.change.p_value or 0.0)} ({name}; {n} changes were looked at together)."


def _chance(p_value: float) -> str:
    if p_value < 0.001:
        return "in fewer than 1 of 1,000 cases"
    return f"in {max(round(p_value * 1000), 1)} of 1,000 cases"


def _open(looked: Sequence[Looked]) -> Question:
    """Where nothing stands out, that is what is said, and the question is open."""
    n = sum(one.change.p_value is not None for one in looked)
    text = "What are you most pleased with since we last spoke, and what would you like to try next?"
    if n == 0:
        return Question("open", text, "There are too few weeks yet to tell a change from chance.")
    why = (
        f"Nothing in your own weeks has moved by more than chance does: {words.many(n, 'change')} looked at, over the "
        f"last {NOW} and {LONGER} weeks. Stable work is told of a change in {words.share(LEVEL)} of the cases at most."
    )
    return Question("open", text, why)
