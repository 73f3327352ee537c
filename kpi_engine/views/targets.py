"""Are our targets real? What was agreed per person, how far it is, how likely it is, and which reviews are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from kpi_engine.agreements.targets import InForce, Subject, TargetVersion, in_force
from kpi_engine.forecasting.feasibility import Outlook, outlooks
from kpi_engine.metrics.kinds import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.stats.feasibility import ALREADY_THERE, OUT_OF_REACH
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.target_words import GOOD, State, next_step, progress, realism, review_words, said, state_of

SHOWN = ("Running", "Coming", "Past")
"""Which targets a page shows."""

_PAST_DAYS = 200


@dataclass(frozen=True)
class Line:
    """One target as it stands on the page. ``done`` and ``pace`` are shares of the target; pace is None where there is
    none. ``number``: the version it comes from, 0 for one that was only imported."""

    owner: str
    kpi: str
    label: str
    period: str
    target: float
    target_text: str
    state: State
    progress: str
    realism: str
    band: str
    next_step: str
    agreed: str
    review: str
    is_due: bool
    number: int
    done: float | None
    pace: float | None

    @property
    def is_agreed(self) -> bool:
        """Whether two people agreed on it."""
        return self.number > 0


@dataclass(frozen=True)
class Person:
    """A rep's targets; ``table``: the numbers behind the picture (see ui.columns.targets)."""

    owner: str
    lines: tuple[Line, ...]
    table: pd.DataFrame


@dataclass(frozen=True)
class Targets:
    """``people`` by name: this is no race. ``due``: every review that is due, whichever period is shown."""

    is_empty: bool
    sentence: str
    people: tuple[Person, ...]
    due: tuple[Line, ...]
    shown: str
    notes: tuple[str, ...]
    reps: tuple[str, ...]


def targets_view(session: Session, ask: Ask, who: Who) -> Targets:
    """The targets of the people in sight. ``ask.choice``: one of :data:`SHOWN`."""
    shown = ask.choice if ask.choice in SHOWN else SHOWN[0]
    mine = ask.seen_by(who)
    reps = people_in(session, mine)
    everything = [one for one in in_force(session, day=ask.as_of) if one.owner in reps and one.kpi in METRICS]
    chosen = [one for one in everything if _when(one, ask.as_of) == shown]
    due = [one for one in everything if _is_due(one.version, ask.as_of)]
    wanted = list(dict.fromkeys([*chosen, *due]))
    found = outlooks(session, [Subject(one.owner, one.kpi, one.period) for one in wanted], ask.as_of)
    lines = {id(one): _line(one, outlook, ask) for one, outlook in zip(wanted, found, strict=True)}
    of_people = [lines[id(one)] for one in chosen]
    due_lines = tuple(lines[id(one)] for one in due)
    ahead = sum(_when(one, ask.as_of) == "Coming" for one in everything)
    return Targets(
        is_empty=not reps,
        sentence=_sentence(of_people, len(due_lines), shown, bool(everything), ahead),
        people=tuple(_person(owner, of_people) for owner in sorted({one.owner for one in of_people})),
        due=due_lines,
        shown=shown,
        notes=_notes(of_people, ask),
        reps=reps,
    )


def people_in(session: Session, mine: Slice) -> tuple[str, ...]:
    """The reps of a slice, by name; targets are agreed with people, so only reps and teams cut them."""
    if mine.is_nothing:
        return ()
    rows = session.rows(load_sql("kpi_engine.forecasting", "owner_teams"))
    return tuple(
        sorted(
            owner
            for owner, team in rows
            if (not mine.owners or owner in mine.owners) and (not mine.teams or (team or "") in mine.teams)
        )
    )


def _when(one: InForce, as_of: date) -> str:
    if one.period.start > as_of:
        return "Coming"
    if one.period.end >= as_of:
        return "Running"
    return "Past" if one.period.end >= as_of - timedelta(days=_PAST_DAYS) else ""


def _is_due(version: TargetVersion | None, as_of: date) -> bool:
    return version is not None and version.review_date is not None and version.review_date <= as_of


def _line(one: InForce, found: Outlook, ask: Ask) -> Line:
    target, version = one.target, one.version
    chance = found.of(target)
    is_due = _is_due(version, ask.as_of)
    pace = found.expected_by_now(target)
    has_begun = one.period.start <= ask.as_of
    return Line(
        owner=one.owner,
        kpi=one.kpi,
        label=METRICS[one.kpi].label,
        period=one.period.label,
        target=target,
        target_text=said(one.kpi, target, ask.currency),
        state=state_of(found, target),
        progress=progress(found, target, ask.currency),
        realism=realism(found, chance),
        band=chance.band or "",
        next_step=next_step(found, target, chance, ask.currency, is_due),
        agreed=_agreed(one, ask),
        review=review_words(version.review_date, ask.as_of) if version else "",
        is_due=is_due,
        number=version.version_id if version else 0,
        done=_share(found.so_far, target) if has_begun else None,
        pace=_share(pace, target) if has_begun and not found.is_over else None,
    )


def _share(value: float | None, target: float) -> float | None:
    return None if value is None or target <= 0 else value / target


def _agreed(one: InForce, ask: Ask) -> str:
    """Whose target it is: agreed by whom, when and why; or out of a file."""
    version = one.version
    if version is None:
        return "Imported from a file: not agreed yet."
    how = "Reviewed" if version.how == "reviewed" else "Agreed"
    said_why = f": {version.reason}" if version.reason else ""
    after = ", after the data end" if version.agreed_date > ask.as_of else ""
    on = f"{words.day(version.agreed_date)}{after}"
    text = f"{how} by {version.agreed_by} and {version.agreed_with} on {on}{said_why}."
    if one.imported is not None:
        other = said(one.kpi, one.imported, ask.currency)
        text += f" A file says {other}; what was agreed counts."
    return text


def _person(owner: str, lines: Sequence[Line]) -> Person:
    mine = tuple(sorted((one for one in lines if one.owner == owner), key=_leading_first))
    return Person(owner, mine, table_of(mine))


def _leading_first(line: Line) -> tuple[bool, str, str]:
    return METRICS[line.kpi].role.value != "leading", line.label, line.period


def table_of(lines: Sequence[Line]) -> pd.DataFrame:
    """label, period, target_text, progress, state, realism, next_step, agreed, review, done, pace (shares)."""
    names = ["label", "period", "target_text", "progress", "state", "realism", "next_step", "agreed", "review"]
    rows = [{name: getattr(one, name) for name in (*names, "done", "pace")} for one in lines]
    return pd.DataFrame(rows, columns=[*names, "done", "pace"]).astype({"done": float, "pace": float})


def _sentence(lines: Sequence[Line], due: int, shown: str, has_any: bool, ahead: int) -> str:
    if not lines:
        none = {"Running": "No target is running", "Coming": "No target is agreed for a coming period",
                "Past": "No target ended in the last half year"}[shown]  # fmt: skip
        if shown == "Running" and ahead:
            none += f"; {ahead:,} {'lies' if ahead == 1 else 'lie'} ahead: see Coming"
        told = f"{none}." if has_any else "Nothing was agreed yet. Choose a person and a KPI below, and agree on one."
    else:
        told = f"{_count(lines, shown)}{_whose(lines)}"
    return told + (f" {words.many(due, 'review is', 'reviews are')} due." if due else "")


def _count(lines: Sequence[Line], shown: str) -> str:
    people = words.many(len({one.owner for one in lines}), "person", "people")
    many = words.many(len(lines), "target")
    if shown == "Coming":
        return f"{many} for {people} {'lies' if len(lines) == 1 else 'lie'} ahead."
    good = sum(one.state in GOOD for one in lines)
    if shown == "Past":
        return f"{good} of {many} that ended in the last half year were reached."
    behind = sum(one.state in ("behind", "missed") for one in lines)
    rest = len(lines) - good - behind
    parts = [f"{good} reached or on pace", f"{behind} behind"] + ([f"{rest} too early to say"] if rest else [])
    return f"{many} {'runs' if len(lines) == 1 else 'run'} for {people}: {words.listed(parts)}."


def _whose(lines: Sequence[Line]) -> str:
    agreed = sum(one.is_agreed for one in lines)
    if agreed == len(lines):
        return ""
    if agreed == 0:
        return " None of them was agreed yet: they come from a file."
    return f" {agreed:,} of them {'was' if agreed == 1 else 'were'} agreed, the others come from a file."


def _notes(lines: Sequence[Line], ask: Ask) -> tuple[str, ...]:
    notes = []
    if lines:
        notes.append(
            "Pace counts the working days so far (Monday to Friday), and the season where the years support one. The "
            f"chance comes from the person's own weeks: below {words.share(OUT_OF_REACH)} is out of reach, above "
            f"{words.share(ALREADY_THERE)} already there, between them a stretch."
        )
    if ask.slice.pipelines or ask.slice.segments or ask.slice.sources or ask.slice.products:
        notes.append("Targets are agreed with people: of the filters only team and rep are heeded here.")
    return tuple(notes)
