"""One target before it is agreed: how likely it is as it moves, what would be fair, what was before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from kpi_engine.agreements.targets import (
    Subject,
    TargetVersion,
    in_force,
    last_word,
    personal_kpis,
    read_targets,
    subject,
)
from kpi_engine.forecasting.feasibility import Outlook, has_chance, outlook_of
from kpi_engine.metrics.kinds import METRICS, Direction, Metric, Role, Unit
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.settings import read_settings
from kpi_engine.names import Status
from kpi_engine.periods import Period, earlier, fiscal_quarter, fiscal_year, month
from kpi_engine.stats.feasibility import band_of
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.shared import MONEY_UNITS
from kpi_engine.views.target_words import likely, progress, realism, said
from kpi_engine.views.targets import people_in

_BEFORE = 5
_FIRST_LOOK = timedelta(weeks=4)


@dataclass(frozen=True)
class Kpi:
    """A KPI one can choose for a person; ``usual``: what it comes to for them, in words."""

    name: str
    label: str
    usual: str
    is_leading: bool
    meaning: str


@dataclass(frozen=True)
class Choices:
    """What can be agreed on with a person: the KPIs they have data of their own for, leading ones first."""

    kpis: tuple[Kpi, ...]
    periods: tuple[str, ...]
    period: str


@dataclass(frozen=True)
class Held:
    """What counts now, and where it comes from."""

    target: float
    text: str
    is_agreed: bool


@dataclass(frozen=True)
class Goal:
    """One person's KPI and period with a target on trial.

    ``curve``: target, probability, lower, upper, band, label, chance (words); empty where there is no chance.
    ``tried``: the target on trial as it is kept (shares 0..1). ``steps``: the targets the slider may take, as kept.
    ``seen``: the number of the last decision, for who saves. ``before``: period, came_to, target. ``history``: every
    decision, the newest first. ``review``: a day that is proposed for the first review. ``may_agree``: whether what is
    typed is the target itself, and no index of it.
    """

    owner: str
    kpi: str
    label: str
    period: str
    unit: Unit
    sentence: str
    on_trial: str
    told_so_far: str
    suggestion: str
    suggested: float | None
    team: str
    curve: pd.DataFrame
    steps: tuple[float, ...]
    tried: float
    held: Held | None
    seen: int
    can_review: bool
    before: pd.DataFrame
    history: pd.DataFrame
    agreed_date: date
    review: date
    may_agree: bool

    @property
    def ends(self) -> tuple[float, float, float]:
        """The lowest and the highest target of the slider, and its step: what counts now is always among them."""
        return min(self.steps[0], self.tried), max(self.steps[-1], self.tried), self.steps[0]


def shown_target(goal: Goal, value: float) -> float:
    """A target as it is typed: shares in per cent."""
    return round(value * 100, 6) if goal.unit is Unit.SHARE else value


def taken_target(goal: Goal, typed: float) -> float:
    """A target as it is kept, from what was typed."""
    return round(typed / 100, 6) if goal.unit is Unit.SHARE else typed


def next_review(as_of: date) -> date:
    """The day that is proposed for the review after this one."""
    return as_of + _FIRST_LOOK


def asking(owner: str, kpi: str, period: str, target: float | None = None) -> str:
    """A choice for :func:`goal_view`, as one text."""
    return json.dumps([owner, kpi, period, target])


def choices_view(session: Session, ask: Ask, who: Who) -> Choices:
    """What can be chosen for the person of ``ask.choice``."""
    settings = read_settings(session)
    first = settings.fiscal_year_start_month
    running = fiscal_quarter(ask.as_of, first)
    coming = fiscal_quarter(running.end + timedelta(days=1), first)
    this, then = month(ask.as_of), month(month(ask.as_of).end + timedelta(days=1))
    # A quarter with a few days left is none to agree on: the next one is proposed.
    proposed = coming if (running.end - ask.as_of).days < 14 else running
    offered = (running, coming, this, then, fiscal_year(ask.as_of, first))
    if ask.choice not in people_in(session, ask.seen_by(who)):
        return Choices((), tuple(one.label for one in offered), proposed.label)
    fit = sorted(
        (m for m in personal_kpis() if has_chance(m) and m.direction is not Direction.NEITHER), key=_first_kpis
    )
    frame = measure(
        session, [m.name for m in fit], Slice(owners=(ask.choice,)), (), ask.as_of - timedelta(weeks=52), ask.as_of,
        ask.as_of,
    )  # fmt: skip
    known = {row.kpi: row for row in frame.itertuples() if row.n > 0 and not pd.isna(row.value) and row.value > 0}
    kpis = tuple(_kpi(m, known[m.name].value, known[m.name].n, ask) for m in fit if m.name in known)
    return Choices(kpis, tuple(one.label for one in offered), proposed.label)


def _first_kpis(one: Metric) -> tuple[bool, int]:
    """Leading before lagging; quality before quantity."""
    topics = ("quality", "work", "pipeline", "results")
    return one.role is not Role.LEADING, topics.index(one.topic)


def _kpi(one: Metric, value: float, n: int, ask: Ask) -> Kpi:
    whole = f"{said(one.name, value, ask.currency)} in 52 weeks"
    usual = f"{said(one.name, value)} of {n:,} in 52 weeks" if one.unit is Unit.SHARE else whole
    return Kpi(one.name, one.label, usual, one.role is Role.LEADING, one.indicates)


def goal_view(session: Session, ask: Ask, who: Who) -> Goal | None:
    """The target of ``ask.choice`` (:func:`asking`) on trial; None where it is about somebody the viewer may not see.

    Raises
    ------
    UnknownName, UnknownPeriod
        There is no such KPI or period.
    """
    owner, kpi, period, tried = json.loads(ask.choice)
    if owner not in people_in(session, ask.seen_by(who)):
        return None
    about = subject(session, owner, kpi, period)
    found = outlook_of(session, about, ask.as_of)
    last = last_word(read_targets(session), about)
    held = _held(session, about, ask)
    steps = found.choices()
    suggested = found.suggested()
    target = float(tried if tried is not None else _first(held, suggested, found))
    return Goal(
        owner=owner,
        kpi=kpi,
        label=METRICS[kpi].label,
        period=about.period.label,
        unit=METRICS[kpi].unit,
        sentence=_sentence(found, target, ask),
        on_trial=_on_trial(found, target, ask),
        told_so_far="" if found.about.period.start > ask.as_of else f"So far: {progress(found, target, ask.currency)}.",
        suggestion=_suggestion(found, suggested, ask),
        suggested=suggested,
        team=_team(session, about, ask, who),
        curve=_curve(found, steps, ask),
        steps=tuple(float(step) for step in steps),
        tried=target,
        held=held,
        seen=last.version_id if last else 0,
        can_review=last is not None and last.how != "withdrawn",
        before=_before(session, about, ask),
        history=_history(session, about, ask),
        agreed_date=ask.as_of,
        review=min(ask.as_of + _FIRST_LOOK, max(about.period.end, ask.as_of + timedelta(days=7))),
        may_agree=who.amounts == "shown" or METRICS[kpi].unit not in MONEY_UNITS,
    )


def _held(session: Session, about: Subject, ask: Ask) -> Held | None:
    mine = [
        one
        for one in in_force(session, about.kpi, ask.as_of)
        if (one.owner, one.period.start, one.period.end) == (about.owner, about.period.start, about.period.end)
    ]
    if not mine:
        return None
    one = mine[0]
    text = said(about.kpi, one.target, ask.currency)
    return Held(one.target, f"{text} was agreed" if one.version else f"{text} comes from a file", bool(one.version))


def _first(held: Held | None, suggested: float | None, found: Outlook) -> float:
    """The target to begin with: what counts now, else the suggestion, else what there is."""
    if held is not None:
        return held.target
    if suggested is not None:
        return suggested
    return max(found.so_far or 0.0, 0.5 if found.metric.unit is Unit.SHARE else 1.0)


def _sentence(found: Outlook, target: float, ask: Ask) -> str:
    what = f"{said(found.about.kpi, target, ask.currency)} for {found.about.owner} in {found.about.period.label}"
    told = realism(found, found.of(target))
    return f"{what} is over." if found.is_over else f"{what}: {told[:1].lower()}{told[1:]}"


def _on_trial(found: Outlook, target: float, ask: Ask) -> str:
    """The target on trial and its chance, as it stands in the picture."""
    chance = found.of(target).probability
    return said(found.about.kpi, target, ask.currency) + ("" if chance is None else f": {likely(chance)}")


def _suggestion(found: Outlook, suggested: float | None, ask: Ask) -> str:
    """A target that would be fair, and why."""
    kpi = found.about.kpi
    if found.is_over or found.status != Status.OK:
        return ""
    if suggested is None:
        return "No amount is sooner reached than not: a leading KPI, which can be steered, makes the better target."
    chance = likely(found.of(suggested).probability or 0.0)
    because = f"{said(kpi, found.usual, ask.currency)} is usual for them"
    if found.metric.unit is not Unit.SHARE:
        because += " in a week of an average month" if found.is_seasonal else " in a week"
        because += f", {found.left:.1f} such weeks are left"
        if found.so_far:
            because += f" and {said(kpi, found.so_far, ask.currency)} is there"
    return (
        f"Suggested: {said(kpi, suggested, ask.currency)}. It has a chance of {chance}, sooner reached than not and "
        f"still to be worked for: {because}."
    )


def _curve(found: Outlook, steps: np.ndarray, ask: Ask) -> pd.DataFrame:
    names = ["target", "probability", "lower", "upper", "band", "label", "chance"]
    chance = found.chance(steps) if len(steps) else None
    if chance is None or found.is_over:
        return pd.DataFrame(columns=names)
    bands = [band_of(float(p)) for p in chance.probability]
    labels = [said(found.about.kpi, float(step), ask.currency) for step in steps]
    told = [f"{likely(float(p))} ({words.share_span(a, b)})" for p, a, b in zip(
        chance.probability, chance.lower, chance.upper, strict=True)]  # fmt: skip
    columns = (steps, chance.probability, chance.lower, chance.upper, bands, labels, told)
    return pd.DataFrame(dict(zip(names, columns, strict=True)))


def _before(session: Session, about: Subject, ask: Ask) -> pd.DataFrame:
    """The same person's periods before: what they came to and what was agreed. Their own past, nobody else's."""
    first = read_settings(session).fiscal_year_start_month
    spans = [earlier(about.period, i, first) for i in range(_BEFORE, 0, -1)]
    agreed = {(one.period.start, one.period.end): one.target for one in in_force(session, about.kpi, ask.as_of)
              if one.owner == about.owner}  # fmt: skip
    rows = []
    for span in spans:
        if span.end > ask.as_of:
            continue
        value = _came_to(session, about.kpi, (about.owner,), span, ask).get(about.owner)
        target = agreed.get((span.start, span.end))
        rows.append(
            {
                "period": span.label,
                "came_to": said(about.kpi, value, ask.currency),
                "target": said(about.kpi, target, ask.currency),
            }
        )
    return pd.DataFrame(rows, columns=["period", "came_to", "target"])


def _came_to(session: Session, kpi: str, owners: tuple[str, ...], span: Period, ask: Ask) -> dict[str, float]:
    frame = measure(session, [kpi], Slice(owners=owners), ["owner"], span.start, span.end, ask.as_of)
    kept = frame[(frame["n"] > 0) & frame["value"].notna()]
    return {str(owner): float(value) for owner, value in zip(kept["owner"], kept["value"], strict=True)}


def _team(session: Session, about: Subject, ask: Ask, who: Who) -> str:
    """The team as a band without names, where there are enough people to hide in; nothing to whoever may see only
    some."""
    if who.owners is not None:
        return ""
    first = read_settings(session).fiscal_year_start_month
    last = earlier(about.period, 1, first)
    while last.start > ask.as_of or last.end > ask.as_of:
        last = earlier(last, 1, first)
    everybody = tuple(one for one in people_in(session, Slice()) if one)
    values = sorted(_came_to(session, about.kpi, everybody, last, ask).values())
    if len(values) < words.MIN_TEAM:
        return ""
    low, high = np.quantile(values, [0.25, 0.75])
    is_count = METRICS[about.kpi].unit is Unit.COUNT
    rounded = [float(round(end)) if is_count else float(f"{end:.2g}") for end in (low, high)]
    ends = [said(about.kpi, end, ask.currency) for end in rounded]
    return f"The middle half of {len(values)} people came to between {ends[0]} and {ends[1]} in {last.label}."


def _history(session: Session, about: Subject, ask: Ask) -> pd.DataFrame:
    names = ["day", "what", "target", "between", "why", "review", "typed"]
    key = (about.owner, about.kpi, about.period.start, about.period.end)
    rows = [_told(v, ask) for v in reversed(read_targets(session)) if v.key == key]
    return pd.DataFrame(rows, columns=names)


def _told(v: TargetVersion, ask: Ask) -> dict[str, object]:
    at = f"{words.day(v.recorded_at.date())}, {v.recorded_at:%H:%M} UTC" if v.recorded_at else ""
    return {
        "day": v.agreed_date,
        "what": v.how.capitalize() if v.how != "withdrawn" else "Taken back",
        "target": said(v.kpi, float(v.target), ask.currency),
        "between": f"{v.agreed_by} and {v.agreed_with}",
        "why": v.reason or "",
        "review": v.review_date,
        "typed": ", ".join(part for part in (v.recorded_by or "", at) if part),
    }
