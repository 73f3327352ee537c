"""A small store with one rep whose weeks can be counted by hand, and a colleague."""

from __future__ import annotations

from datetime import date, timedelta

from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.one_on_one import OneOnOne, one_on_one_view
from kpi_engine.views.shared import session_for
from tests.model.raw import File, deals, history, store_with

ANN, BO = "Ann Lee", "Bo Berg"
AS_OF = date(2025, 8, 31)
"""A Sunday: the last week is whole."""
LAST_MONDAY = date(2025, 8, 25)
GOOD = {"budget": "Yes", "authority": "Yes", "need": "Yes", "timing": "Yes"}
POOR = {"budget": "No", "authority": "No", "need": "No", "timing": "No"}


def deal(deal_id: str, owner: str = ANN, status: str = "open", amount: int = 1000, **more: object) -> dict[str, object]:
    stage = {"open": "Proposal", "won": "Won", "lost": "Lost"}[status]
    row = {"deal_id": deal_id, "owner": owner, "stage": stage, "status": status, "amount": amount}
    return row | {"created_at": "2025-01-01"} | more


def meetings(owner: str, weeks_ago: range, a_week: int, good: int) -> list[dict[str, object]]:
    """So many meetings in each of these weeks, so many of them qualified."""
    return [
        {"owner": owner, "activity_type": "Meeting", "done": True, **(GOOD if i < good else POOR),
         "occurred_at": f"{LAST_MONDAY - timedelta(weeks=week) + timedelta(days=i % 5)} 10:00:00"}
        for week in weeks_ago
        for i in range(a_week)
    ]  # fmt: skip


def small_store(*more: File, extra: tuple[dict[str, object], ...] = ()) -> Store:
    """Ann: 4 meetings a week over 26 weeks, 1 of them good, then 2 a week over 4, 1 of them good. Bo: many more."""
    return store_with(
        deals(
            str(AS_OF),
            deal("A-1", amount=4000, next_step="Call", next_step_date="2025-08-20", deal_name="Harbour"),
            deal("A-2", amount=2000, created_at="2025-08-18", next_step_date="2025-09-20", deal_name="Pier"),
            deal("A-3", status="won", amount=3000, closed_at="2025-08-12"),
            deal("A-4", status="won", amount=500, closed_at="2024-08-12", created_at="2024-06-01"),
            deal("A-5", status="won", amount=700, closed_at="2024-12-12", created_at="2024-06-01"),
            deal("A-6", status="lost", amount=900, closed_at="2025-08-14"),
            deal("A-7", status="lost", amount=900, closed_at="2025-05-14", created_at="2023-12-01"),
            deal("B-1", BO, amount=99000, next_step_date="2025-08-01", deal_name="Bo's own"),
            *extra,
        ),
        history(("A-1", "2025-01-01", "Lead"), ("A-1", "2025-08-13", "Proposal")),
        File(
            "activities",
            [
                *meetings(ANN, range(4), 2, 1),
                *meetings(ANN, range(4, 30), 4, 1),
                *meetings(BO, range(30), 9, 9),
            ],
        ),
        *more,
    )


def ask(owner: str | None = ANN, as_of: date = AS_OF) -> Ask:
    return Ask(
        as_of=as_of,
        date_from=as_of - timedelta(weeks=52),
        date_to=as_of,
        compare_to=as_of - timedelta(weeks=4),
        slice=Slice(owners=(owner,) if owner is not None else ()),
        currency="EUR",
    )


def seen(store: Store, owner: str | None = ANN, as_of: date = AS_OF, who: Who = Who()) -> OneOnOne:  # noqa: B008
    """The one-on-one with somebody."""
    return one_on_one_view(session_for(store, who), ask(owner, as_of), who)
