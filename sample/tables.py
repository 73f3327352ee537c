"""The rows of each file, as a CRM would export them: ISO dates, plain numbers, blanks where nobody typed."""
import random
from dataclasses import dataclass
from datetime import date, timedelta

from sample import world as w
from sample.activities import Activity, activities, flags_of
from sample.deals import Deal, all_deals
from sample.history import Change, history
from sample.people import MANAGER, REPS, Contact, contacts
from sample.targets import targets

Table = tuple[tuple[str, ...], list[tuple[object, ...]]]

_FLAG_HEADERS = ("Budget", "Authority", "Need", "Timing", "Exception Reason")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS = ("Call to confirm the date", "Send menu options", "Agree the passenger list", "Ask for the deposit",
          "Invite to the harbour", "Check the budget round")


@dataclass(frozen=True)
class Company:
    """The whole sample company, before it is written down."""

    contacts: list[Contact]
    deals: list[Deal]
    changes: dict[str, list[Change]]
    activities: list[Activity]
    targets: list[tuple[str, str, str, int]]


def company() -> Company:
    """Make everything, the same every time."""
    people = contacts()
    deals = all_deals(people)
    made = activities(deals, people)
    return Company(people, deals, {deal.deal_id: history(deal) for deal in deals}, made, targets(deals, made))


def tables(made: Company) -> dict[str, Table]:
    """File name to header and rows."""
    return {
        "deals.csv": _deals(made),
        "stage_history.csv": (
            ("Deal ID", "Changed At", "Stage", "Amount", "Expected Close Date", "Owner"),
            [(c.deal_id, c.at, c.stage, c.amount, c.expected_close, c.owner)
             for deal in made.deals for c in made.changes[deal.deal_id]]),
        "activities.csv": _activities(made.activities),
        "contacts.csv": (
            ("Contact ID", "Contact Name", "Account", "Contact Owner", "Contact Status", "Contact Level", "Lead Source",
             "Created Date", "Converted Date"),
            [(c.contact_id, c.name, c.account, c.owner, c.status, c.level, c.source, c.created, c.converted)
             for c in made.contacts]),
        "targets.csv": (("Owner", "KPI", "Period", "Target"), list(made.targets)),
        "people.csv": (
            ("Owner", "Team", "Role", "Email", "Active"),
            [(name, team, role, f"{name.lower().replace(' ', '.')}@harbourline.example", "Yes")
             for name, team, role in [(rep.name, rep.team, rep.role) for rep in REPS] + [MANAGER]]),
        "stages.csv": (
            ("Pipeline", "Stage", "Order", "Kind", "Probability (%)"),
            [(w.PIPELINE, name, number, kind, probability)
             for number, (name, kind, probability) in enumerate(w.STAGES, start=1)]),
    }


def next_step(deal: Deal) -> tuple[str, date | None]:
    """What was agreed with the customer of an open deal, and for when; often nothing."""
    if not deal.is_open_on(w.AS_OF) or not deal.owner:
        return "", None
    rng = random.Random(f"tideline sample: next step {deal.deal_id}")
    if deal.is_overdue:
        return "Call to settle the contract", w.workday(date(2026, 7, 20) + timedelta(days=rng.randint(0, 21)))
    chance = rng.random()
    if chance < 0.12:
        return "", None
    ahead = -rng.randint(1, 6) if chance < 0.17 else rng.randint(2, 75)
    return rng.choice(_STEPS), w.workday(w.AS_OF + timedelta(days=ahead))


def _name(deal: Deal) -> str:
    """Account, product and month of delivery; the month in English whatever the machine's language."""
    return f"{deal.contact.account} - {deal.product} {_MONTHS[deal.delivery.month - 1]} {deal.delivery.year}"


def _deals(made: Company) -> Table:
    header = (
        "Deal ID", "Deal Name", "Account", "Contact", "Deal Owner", "Team", "Pipeline", "Stage", "Status", "Amount",
        "Currency", "Probability (%)", "Lead Source", "Product", "Segment", "Created Date", "Expected Close Date",
        "Closed Date", "Delivery Date", "Last Activity Date", "Next Step", "Next Step Date", "Lost Reason",
        *_FLAG_HEADERS,
    )
    touched: dict[str, date] = {}
    for activity in made.activities:
        if activity.at.date() <= w.AS_OF:
            touched[activity.deal_id] = activity.at.date()
    team = {rep.name: rep.team for rep in REPS} | {"": ""}
    rows: list[tuple[object, ...]] = []
    for deal in made.deals:
        first, last = made.changes[deal.deal_id][0], made.changes[deal.deal_id][-1]
        status = {w.WON: "Won", w.PAID: "Won", w.LOST: "Lost"}.get(last.stage, "Open")
        has_met = deal.meeting is not None and deal.meeting <= w.AS_OF
        rows.append((
            deal.deal_id, _name(deal), deal.contact.account,
            deal.contact.name, deal.owner, team[deal.owner], w.PIPELINE, last.stage, status, last.amount, "AUD",
            w.CRM_PROBABILITY[last.stage], deal.source, deal.product, deal.contact.segment, first.at.date(),
            last.expected_close, deal.closes if status != "Open" else None, deal.delivery, touched.get(deal.deal_id),
            *next_step(deal), deal.lost_reason if status == "Lost" else "",
            *(flags_of(deal) if has_met else ("",) * 4),
            w.EXCEPTION_REASON.get(deal.kind, "") if has_met else "",
        ))
    return header, rows


def _activities(made: list[Activity]) -> Table:
    header = ("Activity ID", "Deal ID", "Account", "Contact", "Owner", "Activity Type", "Date", "Outcome", "Minutes",
              "Direction", "Done", "Contact Level", *_FLAG_HEADERS)
    return header, [
        (f"A-{100001 + number}", a.deal_id, a.account, a.contact, a.owner, a.type, a.at, a.outcome, a.minutes,
         a.direction, a.done, a.level, *a.flags, a.exception_reason)
        for number, a in enumerate(made)
    ]
