"""The change log of a deal: every row holds the values after the change."""
import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sample import world as w
from sample.deals import FERRY, Deal

_HANDED_FROM, _HANDED_TO = "Maren Solvik", "Joss Merriweather"


@dataclass(frozen=True)
class Change:
    """One row of the stage history."""

    deal_id: str
    at: datetime
    stage: str
    amount: float | None
    expected_close: date
    owner: str


def history(deal: Deal) -> list[Change]:
    """All changes of a deal from go-live to the day of the export, in time order; never empty."""
    rng = random.Random(f"tideline sample: history {deal.deal_id}")
    start = max(deal.created, w.GO_LIVE)
    events = _events(rng, deal)
    first_owner, handed_on = _handed_over(rng, deal, start)
    if handed_on:
        events.append((handed_on, 1, "", None))
    events.sort(key=lambda event: (event[0], event[1]))
    blank_at_first = rng.random() < 0.12 and not deal.is_overdue
    amount = _first_amount(rng, deal)
    expected = max(deal.planned_close + timedelta(days=int(rng.gauss(-8, 22))), deal.created + timedelta(days=14))
    if expected < start:
        expected = start + timedelta(days=rng.randint(7, 40))
    stage, shown, clock = "", None if blank_at_first else amount, datetime.min
    rows: list[Change] = []
    for day, _, new_stage, pushed in events:
        if day > w.AS_OF:
            break
        stage = new_stage or stage
        if pushed:
            expected = pushed
        if stage not in (w.ENQUIRY, w.LOST):
            shown = amount
        if stage in (w.PROPOSAL, w.VERBAL, w.WON):
            shown = amount = deal.amount
        if new_stage in w.OPEN_STAGES and expected < day:
            expected = day + timedelta(days=rng.randint(10, 40))
        clock = max(_office_hour(rng, max(day, start)), clock + timedelta(minutes=rng.randint(2, 9)) if rows else clock)
        owner = first_owner if handed_on and day < handed_on else deal.owner
        row = Change(deal.deal_id, clock, stage, shown, expected, owner)
        if day <= start:
            rows = [row]
        else:
            rows.append(row)
    return rows


def _events(rng: random.Random, deal: Deal) -> list[tuple[date, int, str, date | None]]:
    """Stage entries, and between them the expected closing date pushed back when it has passed."""
    events: list[tuple[date, int, str, date | None]] = [(day, 0, stage, None) for day, stage in deal.path]
    closes = min(day for day, stage in deal.path if stage in (w.WON, w.LOST))
    day = deal.planned_close - timedelta(days=rng.randint(0, 60))
    while rng.random() < 0.55:
        day = w.workday(day + timedelta(days=rng.randint(1, 9)))
        if not deal.created + timedelta(days=7) < day < closes:
            break
        later = day + timedelta(days=rng.randint(14, 50))
        events.append((day, 2, "", later))
        day = later
    return events


def _handed_over(rng: random.Random, deal: Deal, start: date) -> tuple[str, date | None]:
    """Some of the field rep's deals were begun by an inside rep, before anything else happened to them."""
    if deal.owner != _HANDED_TO or rng.random() > 0.10:
        return deal.owner, None
    day = w.workday(start + timedelta(days=rng.randint(6, 20)))
    untouched = all(entered <= start or entered > day for entered, _ in deal.path)
    return (_HANDED_FROM, day) if untouched and day <= w.AS_OF else (deal.owner, None)


def _first_amount(rng: random.Random, deal: Deal) -> float:
    if deal.is_overdue or rng.random() > 0.35 or deal.furthest not in (w.PROPOSAL, w.VERBAL):
        return deal.amount
    step = 10 if deal.product == FERRY else 50
    return float(round(deal.amount * rng.uniform(0.75, 1.30) / step) * step)


def _office_hour(rng: random.Random, day: date) -> datetime:
    return datetime.combine(day, time(8, 30)) + timedelta(minutes=rng.randint(0, 540))
