"""Calls, emails, meetings and the rest.

Meetings and proposals come from the life of the deals. Calls, emails and the small work have weeks of their own: how
many a rep makes in a week does not depend on the campaigns that fill the weeks of qualified meetings, so they do not
lead the orders.
"""
import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sample import world as w
from sample.deals import Deal
from sample.people import POOR_REP, REPS, Contact, Rep

FLAGS = ("budget", "authority", "need", "timing")
LAST_TOUCH_OF_OVERDUE = date(2026, 7, 15)
NOT_HELD_SHARE = 0.16
_TALK = ("Connected", "No answer", "Left voicemail", "Wrong number")


@dataclass(frozen=True)
class Activity:
    """One row of the activities export; ``flags`` are budget, authority, need, timing."""

    at: datetime
    type: str
    owner: str
    account: str
    contact: str
    level: str
    deal_id: str = ""
    outcome: str = ""
    minutes: int | None = None
    direction: str = ""
    done: str = "Yes"
    flags: tuple[str, str, str, str] = ("", "", "", "")
    exception_reason: str = ""


def activities(deals: list[Deal], contacts: list[Contact]) -> list[Activity]:
    """Everything from go-live to the day of the export, and what is planned after it, oldest first."""
    found: list[Activity] = []
    for deal in deals:
        found += _of_deal(deal)
    for rep in REPS:
        found += _routine(rep, deals, contacts)
    return sorted(found, key=lambda a: (a.at, a.owner, a.type, a.deal_id, a.contact))


def flags_of(deal: Deal) -> tuple[str, str, str, str]:
    """What the first meeting found out. Only who meets the rule has all four; an unqualified deal has at most one."""
    rng = random.Random(f"tideline sample: flags {deal.deal_id}")
    no = ["No" if rng.random() < 0.7 else "" for _ in FLAGS]
    if deal.kind == w.BANT:
        return ("Yes", "Yes", "Yes", "Yes")
    if deal.kind == w.HOSTED:
        return ("No", rng.choice(("Yes", "Yes", "No")), "Yes", rng.choice(("Yes", "No", "")))
    if deal.kind == w.STRATEGIC:
        return (no[0], "Yes", no[2], no[3])
    if deal.kind == w.EARLY:
        return (no[0], no[1], "Yes", no[3])
    if deal.kind == w.UNQUALIFIED and rng.random() < 0.5:
        no[rng.randrange(4)] = "Yes"
    return (no[0], no[1], no[2], no[3])


def _of_deal(deal: Deal) -> list[Activity]:
    """Meetings booked and held, proposals sent, and the next contact in the diary."""
    if not deal.owner:
        return []
    rng = random.Random(f"tideline sample: meetings {deal.deal_id}")
    person = deal.contact
    level = "Executive" if deal.kind == w.STRATEGIC else person.level

    def made(day: date, kind: str, **more: object) -> Activity:
        base = Activity(_hour(rng, day), kind, deal.owner, person.account, person.name, level, deal.deal_id)
        return replace(base, **more)  # type: ignore[arg-type]

    found = []
    if deal.meeting:
        kind = "Hosted Visit" if deal.kind == w.HOSTED else "Meeting"
        facts = {"outcome": "Held", "flags": flags_of(deal), "exception_reason": w.EXCEPTION_REASON.get(deal.kind, "")}
        found.append(made(deal.meeting, kind, minutes=rng.choice((30, 45, 60, 60, 90)), **facts))
        missed = w.workday(deal.meeting - timedelta(days=rng.randint(3, 10)))
        if rng.random() < NOT_HELD_SHARE and missed > deal.created:
            found.append(made(missed, kind, outcome=rng.choice(("No show", "Cancelled")), done="No"))
        again = w.workday(deal.meeting + timedelta(days=rng.randint(7, 18)))
        if rng.random() < 0.08 and deal.kind in (w.BANT, w.UNQUALIFIED) and again < deal.closes:
            found.append(made(again, kind, minutes=45, **facts))
    for day in dict.fromkeys(day for day, stage in deal.path if stage == w.PROPOSAL):
        found.append(made(day, "Proposal", outcome="Sent", direction="Outbound"))
    found = [a for a in found if w.GO_LIVE < a.at.date() <= w.AS_OF]
    if deal.is_open_on(w.AS_OF) and not deal.is_overdue and rng.random() < 0.18:
        day = w.workday(w.AS_OF + timedelta(days=rng.randint(4, 70)))
        kind = "Call" if deal.stage_on(w.AS_OF) == w.ENQUIRY else "Meeting"
        found.append(made(day, kind, done="No", direction="Outbound" if kind == "Call" else ""))
    return found


def _routine(rep: Rep, deals: list[Deal], contacts: list[Contact]) -> list[Activity]:
    """A rep's calls, emails, social touches, tasks and notes, week by week."""
    rng = random.Random(f"tideline sample: routine 1 {rep.name}")
    mine = _open_by_day([deal for deal in deals if deal.owner == rep.name])
    people = [contact for contact in contacts if contact.owner == rep.name]
    found = []
    for week in range(w.WEEKS):
        monday = w.FIRST_WEEK + timedelta(weeks=week)
        pace = w.shock(rng, 0.22) * (0.35 if monday.month == 12 and monday.day >= 21 else 1.0)
        years = week / 52 - 1.5
        drift = 1 + 0.18 * years if rep.name == POOR_REP else 1.0
        connect_rate = rep.connect_rate - (0.05 * years if rep.name == POOR_REP else 0.0)
        plan = {"Call": rep.calls * drift, "Email": rep.emails, "Social": rep.social, "Task": 1.2, "Note": 1.0}
        for kind, mean in plan.items():
            for _ in range(w.poisson(rng, mean * pace)):
                day = monday + timedelta(days=rng.choices(range(6), (20, 21, 21, 20, 15, 3))[0])
                found.append(_touch(rng, rep, kind, day, connect_rate, mine, people))
    return found


def _open_by_day(deals: list[Deal]) -> dict[date, list[Deal]]:
    """The deals a rep can work on, per day; the overdue ones are left alone for weeks."""
    found: dict[date, list[Deal]] = {}
    for deal in deals:
        day = max(deal.created, w.GO_LIVE) + timedelta(days=1)
        last = min(deal.closes - timedelta(days=1), LAST_TOUCH_OF_OVERDUE if deal.is_overdue else w.AS_OF)
        while day <= last:
            found.setdefault(day, []).append(deal)
            day += timedelta(days=1)
    return found


def _touch(
    rng: random.Random, rep: Rep, kind: str, day: date, connect_rate: float, mine: dict[date, list[Deal]],
    people: list[Contact],
) -> Activity:
    """One piece of routine work, on an open deal of the rep or, for calls and social above all, on a new contact."""
    on_deal = rng.random() < {"Call": 0.65, "Email": 0.75, "Social": 0.15}.get(kind, 0.95)
    open_now = mine.get(day) if on_deal else None
    deal = rng.choice(open_now) if open_now else None
    person = deal.contact if deal else rng.choice(people)
    outcome, minutes, direction = "", None, ""
    if kind == "Call":
        rest = (1 - connect_rate) / 10
        outcome = rng.choices(_TALK, (connect_rate, rest * 6, rest * 3.5, rest * 0.5))[0]
        minutes = rng.randint(2, 24) if outcome == "Connected" else rng.randint(0, 1)
        direction = "Inbound" if outcome == "Connected" and rng.random() < 0.15 else "Outbound"
    elif kind in ("Email", "Social"):
        outcome = "Replied" if rng.random() < 0.22 else "Sent"
        direction = "Inbound" if rng.random() < 0.12 else "Outbound"
    return Activity(_hour(rng, day), kind, rep.name, person.account, person.name, person.level,
                    deal.deal_id if deal else "", outcome, minutes, direction)


def _hour(rng: random.Random, day: date) -> datetime:
    return datetime.combine(day, time(8, 0)) + timedelta(minutes=5 * rng.randint(0, 113))
