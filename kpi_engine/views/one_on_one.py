"""What should we talk about? One rep's work for one conversation: what changed since the last one, leading figures
first, results last, and what the two agreed.

Everything is held against this person's own past. Nobody else is on the page, and there is no rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from kpi_engine.agreements.meetings import ActionVersion, MeetingVersion, actions_with, meetings_with
from kpi_engine.forecasting.feasibility import has_chance
from kpi_engine.metrics.kinds import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.shared import A_COLLEAGUE
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.balance import HOW_SURE, balance_lines
from kpi_engine.views.coaching import COUNTS, SHARES, Question, coaching
from kpi_engine.views.one_on_one_facts import (
    IN_SEASON,
    INDICATORS,
    Deal,
    Indicator,
    Lagging,
    Quality,
    changed,
    deals,
    indicators,
    lagging,
    quality,
)
from kpi_engine.views.options import options_view
from kpi_engine.views.person_weeks import BEFORE, NOW, Weeks, weeks_of
from kpi_engine.views.targets import Line, targets_view

FIRST_LOOK = timedelta(weeks=4)
"""How far back one looks where the two have not met yet."""

_TALKED_DAYS = 14
"""So many days after the data end, a meeting still counts as being about them."""


@dataclass(frozen=True)
class Action:
    """An agreed action. ``due``: when, in words, and that it is overdue; ``seen``: the version that is shown;
    ``is_masked``: somebody's name was taken out of it for a shared screen, so that its words are not to be saved."""

    action_id: str
    seen: int
    what: str
    who: str
    due_date: date
    due: str
    state: Literal["open", "overdue", "done"]
    done: str = ""
    is_masked: bool = False


@dataclass(frozen=True)
class Meeting:
    """A past one-on-one: its notes (empty on a shared screen), and what was agreed in it."""

    meeting_id: str
    seen: int
    held_on: date
    title: str
    notes: str
    agreed: tuple[Action, ...]


@dataclass(frozen=True)
class OneOnOne:
    """All the page and the sheet show. ``owner`` is empty where nobody is chosen: then ``reps`` are the ones to choose
    from, and nothing else is told. ``moved``: why EV moved; ``counted``: deals begun and ended since."""

    owner: str
    reps: tuple[str, ...]
    as_of: date
    is_shared: bool
    is_empty: bool = False
    since: str = ""
    moved: str = ""
    counted: str = ""
    done: tuple[Action, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    weeks_note: str = ""
    quality: Quality | None = None
    deals: tuple[Deal, ...] = ()
    more_deals: int = 0
    lagging: tuple[Lagging, ...] = ()
    questions: tuple[Question, ...] = ()
    actions: tuple[Action, ...] = ()
    meetings: tuple[Meeting, ...] = ()

    @property
    def sentence(self) -> str:
        """What the page opens with."""
        return self.moved or self.counted

    @property
    def running(self) -> Meeting | None:
        """The meeting of the day one looks from, or later: the notes that are being written."""
        return next((one for one in self.meetings if one.held_on >= self.as_of), None)


def one_on_one_view(session: Session, ask: Ask, who: Who) -> OneOnOne:
    """One rep's one-on-one on the as-of day; where no single rep is asked for, who there is to choose from."""
    owner, reps = _whose(session, ask, who)
    if not owner:
        return OneOnOne("", reps, ask.as_of, who.is_sharing)
    notes, agreed = meetings_with(session, owner), actions_with(session, owner)
    last = next((one.held_on for one in notes if one.held_on < ask.as_of), None)
    later = next((one.held_on for one in notes if one.held_on > ask.as_of), None)
    ask = replace(
        ask,
        slice=replace(ask.slice, owners=(owner,)),
        compare_to=last or ask.as_of - FIRST_LOOK,
    )
    targets = _targets(session, ask, who)
    weeks = weeks_of(session, ask.seen_by(who), _watched(targets), ask.as_of)
    happened = changed(session, ask, who)
    found, more = deals(session, ask, who)
    actions = tuple(_action(one, ask.as_of, who.is_sharing) for one in agreed)
    open_ones = tuple(one for one in actions if one.state != "done")
    alarm = balance_lines(session, ask, who)
    others = (*_about_targets(targets), *_about_actions(open_ones), *_about_deals(found))
    asked = coaching(weeks, others, _about_balance(alarm))
    shown = tuple(indicators(weeks, targets, asked.looked, ask.currency))
    return OneOnOne(
        owner=owner,
        reps=reps,
        as_of=ask.as_of,
        is_shared=who.is_sharing,
        is_empty=weeks.is_empty and not found and happened.n == 0,
        since=_since(last, ask.compare_to, later),
        moved=happened.moved,
        counted=happened.counted,
        done=tuple(one for one, told in zip(actions, agreed, strict=True) if _is_done_since(told, ask.compare_to)),
        indicators=shown,
        weeks_note="" if weeks.is_empty else _weeks_note(weeks, shown),
        quality=quality(weeks, " ".join(alarm)),
        deals=found,
        more_deals=more,
        lagging=lagging(session, ask, who),
        questions=asked.questions,
        actions=open_ones,
        meetings=tuple(_meeting(one, actions, agreed) for one in notes),
    )


def meeting_day(as_of: date, today: date) -> date:
    """The day a new meeting is proposed for: today where the data are fresh enough to be talked about, else their own.

    >>> meeting_day(date(2026, 8, 31), date(2026, 9, 2)), meeting_day(date(2026, 8, 31), date(2027, 1, 1))
    (datetime.date(2026, 9, 2), datetime.date(2026, 8, 31))
    """
    return today if timedelta(0) <= today - as_of <= timedelta(days=_TALKED_DAYS) else as_of


def _whose(session: Session, ask: Ask, who: Who) -> tuple[str, tuple[str, ...]]:
    """The one rep who is asked for, or the only one there is; and everybody who can be chosen."""
    reps = tuple(name for name in options_view(session, who).values["owner"] if name)
    mine = ask.seen_by(who)
    named = tuple(name for name in mine.owners if name)
    if mine.is_nothing:
        return "", reps
    if len(named) == 1:
        return named[0], reps
    return (reps[0] if len(reps) == 1 else ""), reps


def _targets(session: Session, ask: Ask, who: Who) -> tuple[Line, ...]:
    """The person's running targets: agreed ones first, leading ones before results."""
    alone = replace(ask, slice=Slice(owners=ask.slice.owners), choice="")
    found = targets_view(session, alone, who).people
    return tuple(sorted(found[0].lines, key=lambda line: not line.is_agreed)) if found else ()


def _watched(targets: Sequence[Line]) -> list[str]:
    """The KPIs whose weeks are read: whatever is shown, asked about or agreed."""
    agreed = [line.kpi for line in targets if has_chance(METRICS[line.kpi])]
    return list(dict.fromkeys([*agreed, *SHARES, *COUNTS, *INDICATORS]))


def _since(last: date | None, day: date, later: date | None) -> str:
    """From which meeting on one looks. ``later``: one after the data end, as today's often is, or after an undo."""
    after = f" The one on {words.day(later)} lies after the day one looks from." if later else ""
    if last is None:
        none = "No earlier meeting is written down" if later else "No meeting is written down yet"
        return f"{none}, so the last four weeks are looked at, from {words.day(day)}.{after}"
    return f"Since the meeting on {words.day(last)}.{after}"


def _weeks_note(weeks: Weeks, shown: Sequence[Indicator]) -> str:
    until, before = words.near_day(weeks.until()), words.near_day(weeks.until(NOW))
    season = any(one.usual.endswith(IN_SEASON) for one in shown)
    meant = f" “{IN_SEASON.capitalize()}” is what those let expect at this time of the year." if season else ""
    return (
        f"A week is the mean of the {NOW} whole weeks to {until}, held against this person's own {BEFORE} weeks to "
        f"{before}.{meant} A change that is more than chance says so; any other may be chance."
    )


# --- what to ask about beside changes ------------------------------------------------------------------------------


def _about_balance(alarm: Sequence[str]) -> list[Question]:
    """That much and good move against each other: seen together by a watch of its own, surer than either alone."""
    return [
        Question("quality_and_quantity", f"{line} How do you see that, and what is behind it?", HOW_SURE)
        for line in alarm[:1]
    ]


def _about_targets(targets: Sequence[Line]) -> list[Question]:
    """The first target that is out of reach, or reached: both are worth another look."""
    for line in targets:
        what = f"{line.target_text} for {words.low(line.label)} in {line.period}"
        if line.state in ("reached", "missed", "not begun"):
            continue
        if line.band == "out of reach":
            text = f"{what} looks far from here: what would have to be different, or is it time for another one?"
            return [Question("target", text, f"{line.progress}. {line.realism}")]
        if line.band == "already there":
            text = f"{what} is all but there: what would be worth going for next?"
            return [Question("target", text, f"{line.progress}. {line.realism}")]
    return []


def _about_actions(actions: Sequence[Action]) -> list[Question]:
    """What was to be done by now and is open."""
    late = [one for one in actions if one.state == "overdue"]
    if not late:
        return []
    more = f" ({words.many(len(late) - 1, 'other is', 'others are')} past their day too)" if len(late) > 1 else ""
    text = f"“{late[0].what}” is still open: is it the right next step, and what would help?"
    return [Question("action", text, f"Agreed for {words.day(late[0].due_date)}, {late[0].who}{more}.")]


def _about_deals(found: Sequence[Deal]) -> list[Question]:
    """The deal with the most at stake that needs somebody."""
    if not found:
        return []
    text = f"What would bring “{found[0].name}” on, and who could help?"
    return [Question("deal", text, f"{found[0].at_stake} of expected value. {found[0].because}")]


# --- notes and actions ---------------------------------------------------------------------------------------------


def _action(one: ActionVersion, as_of: date, is_shared: bool) -> Action:
    state: Literal["open", "overdue", "done"] = (
        "done" if not one.is_open else "overdue" if one.due_date < as_of else "open"
    )
    due = words.day(one.due_date)
    done = f"done on {words.day(one.done_date)}" if one.done_date else ""
    told = f"overdue since {due}" if state == "overdue" else f"due {due}"
    is_masked = is_shared and A_COLLEAGUE in f"{one.what} {one.who}"
    return Action(one.action_id, one.version_id, one.what, one.who, one.due_date, done or told, state, done, is_masked)


def _is_done_since(one: ActionVersion, since: date) -> bool:
    return one.done_date is not None and one.done_date > since


def _meeting(one: MeetingVersion, actions: Sequence[Action], told: Sequence[ActionVersion]) -> Meeting:
    agreed = tuple(
        action for action, version in zip(actions, told, strict=True) if version.meeting_id == one.meeting_id
    )
    title = f"{words.day(one.held_on)}" + (f", written by {one.recorded_by}" if one.recorded_by else "")
    return Meeting(one.meeting_id, one.version_id, one.held_on, title, one.notes or "", agreed)
