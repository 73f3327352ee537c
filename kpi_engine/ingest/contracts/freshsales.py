"""Freshsales (Freshworks CRM): the deals export."""

from kpi_engine.ingest.contracts.contract import Contract
from kpi_engine.names import Kind

CONTRACTS = (
    Contract(
        crm="freshsales",
        kind=Kind.DEALS,
        marks=("Deal stage", "Sales owner", ("Deal value", "Deal pipeline", "Expected deal value")),
        columns={
            "deal_id": ("Id", "Deal ID"),
            "deal_name": ("Name", "Deal name"),
            "account": ("Account name", "Account"),
            "contact": ("Related contacts", "Contacts"),
            "owner": "Sales owner",
            "team": "Territory",
            "pipeline": "Deal pipeline",
            "stage": "Deal stage",
            "amount": "Deal value",
            "currency": ("Currency", "Deal currency"),
            "crm_probability": ("Probability (%)", "Probability"),
            "source": "Source",
            "product": ("Product", "Products"),
            "segment": ("Deal type", "Type"),
            "created_at": "Created at",
            "stage_changed_at": ("Deal stage updated at", "Stage updated time"),
            "expected_close_date": ("Expected close date", "Expected close"),
            "closed_at": ("Closed date", "Closed at"),
            "last_activity_at": ("Last activity date", "Last contacted time"),
            "lost_reason": ("Lost reason", "Deal reason"),
        },
        # The value times the probability.
        never=("Expected deal value",),
        home_amount=("Deal value in Base Currency", "Base currency amount"),
    ),
    Contract(
        crm="freshsales",
        kind=Kind.STAGE_CHANGES,
        form="events",
        marks=(
            ("Deal id", "Deal name"),
            ("Previous stage", "Previous deal stage", "Old stage"),
            ("Deal stage", "New stage"),
            ("Stage updated at", "Deal stage updated at", "Stage updated time"),
        ),
        absent=("Deal value", "Created at"),
        columns={
            "deal_id": ("Deal id", "Deal name"),
            "changed_at": ("Stage updated at", "Deal stage updated at", "Stage updated time"),
            "stage": ("New stage", "Deal stage"),
            "old_stage": ("Previous stage", "Previous deal stage", "Old stage"),
            "owner": "Sales owner",
            "pipeline": "Deal pipeline",
        },
    ),
)
