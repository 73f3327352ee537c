"""A file to start from for each kind, for those who keep a spreadsheet."""

from __future__ import annotations

import csv
import io

from kpi_engine.names import COLUMNS, Kind

_EXAMPLES: dict[Kind, tuple[dict[str, str], dict[str, str]]] = {
    Kind.DEALS: (
        {
            "deal_id": "D-1001",
            "deal_name": "Summer charter",
            "account": "Harbour Hotel",
            "contact": "Ana Silva",
            "owner": "Kim Tran",
            "team": "Inside",
            "pipeline": "Charters",
            "stage": "Proposal",
            "status": "open",
            "amount": "12500.00",
            "currency": "EUR",
            "crm_probability": "40%",
            "source": "Referral",
            "product": "Charter",
            "segment": "Hotels",
            "created_at": "2025-01-14",
            "stage_changed_at": "2025-02-03",
            "expected_close_date": "2025-04-30",
            "delivery_date": "2025-12-20",
            "last_activity_at": "2025-02-10",
            "next_step": "Call about the menu",
            "next_step_date": "2025-02-24",
            "budget": "yes",
            "authority": "yes",
            "need": "yes",
            "timing": "no",
        },
        {
            "deal_id": "D-1002",
            "deal_name": "Day trips",
            "account": "Sunny Tours",
            "contact": "Ben Ode",
            "owner": "Lee Park",
            "team": "Field",
            "pipeline": "Ferries",
            "stage": "Won",
            "status": "won",
            "is_won": "yes",
            "is_closed": "yes",
            "amount": "4800.00",
            "currency": "EUR",
            "source": "Fair",
            "product": "Group tickets",
            "segment": "Agencies",
            "created_at": "2025-01-20",
            "stage_changed_at": "2025-02-15",
            "closed_at": "2025-02-15",
            "won_at": "2025-02-15",
            "last_activity_at": "2025-02-15",
        },
    ),
    Kind.STAGE_CHANGES: (
        {
            "deal_id": "D-1001",
            "changed_at": "2025-01-14",
            "stage": "Lead",
            "amount": "10000.00",
            "expected_close_date": "2025-04-30",
            "owner": "Kim Tran",
            "pipeline": "Charters",
        },
        {
            "deal_id": "D-1001",
            "changed_at": "2025-02-03",
            "stage": "Proposal",
            "old_stage": "Lead",
            "amount": "12500.00",
            "expected_close_date": "2025-04-30",
            "owner": "Kim Tran",
            "pipeline": "Charters",
            "old_amount": "10000.00",
            "old_owner": "Lee Park",
            "old_expected_close_date": "2025-03-31",
        },
    ),
    Kind.ACTIVITIES: (
        {
            "activity_id": "A-1",
            "deal_id": "D-1001",
            "account": "Harbour Hotel",
            "contact": "Ana Silva",
            "owner": "Kim Tran",
            "activity_type": "call",
            "subject": "First call",
            "occurred_at": "2025-01-13",
            "outcome": "connected",
            "minutes": "12",
            "direction": "outbound",
            "done": "yes",
            "contact_level": "executive",
        },
        {
            "activity_id": "A-2",
            "deal_id": "D-1001",
            "account": "Harbour Hotel",
            "contact": "Ana Silva",
            "owner": "Kim Tran",
            "activity_type": "meeting",
            "subject": "On board",
            "occurred_at": "2025-01-28",
            "outcome": "held",
            "minutes": "60",
            "done": "yes",
            "contact_level": "executive",
            "budget": "yes",
            "authority": "yes",
            "need": "yes",
            "timing": "no",
        },
    ),
    Kind.CONTACTS: (
        {
            "contact_id": "C-1",
            "name": "Ana Silva",
            "account": "Harbour Hotel",
            "owner": "Kim Tran",
            "status": "lead",
            "level": "executive",
            "source": "Referral",
            "created_at": "2025-01-10",
            "converted_at": "2025-01-14",
        },
        {
            "contact_id": "C-2",
            "name": "Ben Ode",
            "account": "Sunny Tours",
            "owner": "Lee Park",
            "status": "new",
            "source": "Fair",
            "created_at": "2025-01-18",
        },
    ),
    Kind.TARGETS: (
        {"owner": "Kim Tran", "kpi": "won_value", "period": "2025-Q1", "target": "60000.00"},
        {"owner": "Lee Park", "kpi": "won_value", "period": "2025-Q1", "target": "45000.00"},
    ),
    Kind.PEOPLE: (
        {
            "owner": "Kim Tran",
            "owner_id": "101",
            "team": "Inside",
            "role": "rep",
            "email": "kim@example.com",
            "active": "yes",
        },
        {
            "owner": "Lee Park",
            "owner_id": "102",
            "team": "Field",
            "role": "rep",
            "email": "lee@example.com",
            "active": "yes",
        },
    ),
    Kind.STAGES: (
        {
            "stage": "Lead",
            "stage_id": "1",
            "pipeline": "Charters",
            "stage_order": "1",
            "kind": "open",
            "probability": "10%",
        },
        {
            "stage": "Won",
            "stage_id": "2",
            "pipeline": "Charters",
            "stage_order": "2",
            "kind": "won",
            "probability": "100%",
        },
    ),
    Kind.RATES: (
        {"currency": "EUR", "date": "2025-01-01", "rate": "1.00"},
        {"currency": "USD", "date": "2025-01-01", "rate": "0.96"},
    ),
}


def template(kind: Kind) -> bytes:
    """A CSV (UTF-8 with BOM, for spreadsheets): every column of the kind, and two rows that import cleanly."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.label for column in COLUMNS[kind]])
    for example in _EXAMPLES[kind]:
        writer.writerow([example.get(column.name, "") for column in COLUMNS[kind]])
    return text.getvalue().encode("utf-8-sig")
