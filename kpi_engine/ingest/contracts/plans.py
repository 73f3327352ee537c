"""The words of plans: what the KPIs of targets are called, and what says that a table holds targets at all."""

from __future__ import annotations

import re

from kpi_engine.ingest.headers import normal

_KPI_WORDS = {
    "won_value": (
        "revenue|sales revenue|sales|sales amount|won amount|won revenue|won value|value won|bookings|amount|value"
        "|deals revenue|closed won amount|revenue won|umsatz|auftragseingang|chiffre d'affaires|ca|ventas|ingresos"
        "|fatturato|omzet|receita|opportunities|opportunity revenue"
    ),
    "won_deals": (
        "deals won|won deals|closed deals|deals closed|won opportunities|opportunities won|orders|closed won deals"
        "|abschlüsse|gewonnene deals|aufträge|affaires gagnées|negocios ganados"
    ),
    "new_deals": "deals created|created deals|new deals|new opportunities|deals added|neue deals",
    "calls": "calls|calls made|phone calls|anrufe|appels|llamadas",
    "emails": "emails|emails sent|e mails|mails",
    "meetings": "meetings|meetings logged|appointments|termine|rendez vous|reuniones",
    "meetings_booked": "meetings booked|booked meetings|meetings scheduled",
    "meetings_held": "meetings held|held meetings|meetings completed",
    "visits": "visits|besuche|visites|visitas",
    "proposals": "proposals|quotes|offers|angebote|proposals sent|quotes sent",
    "activities": "activities|activities completed|aktivitäten",
}
KPI_WORDS = {normal(word): kpi for kpi, words in _KPI_WORDS.items() for word in words.split("|")}
"""What plans call a KPI (normalised) → its name."""

TOTALS = frozenset(
    normal(word)
    for word in [
        "total",
        "sum",
        "gesamt",
        "summe",
        "insgesamt",
        "jahr gesamt",
        "year total",
        "totale",
        "totaal",
        "somme",
        "suma",
    ]
)
"""Columns of a plan that add up its others."""

YEARS = frozenset(
    normal(word)
    for word in ["year", "fiscal year", "fy", "jahr", "geschäftsjahr", "année", "año", "anno", "ano", "jaar"]
)
FISCAL = ("fiscal", "fy", "geschaftsjahr")
"""What a header that names years begins with where its years are fiscal ones."""

QUARTERS = frozenset(normal(word) for word in ["quarter", "quartal", "trimestre", "kwartaal", "fiscal quarter"])

SAYS_PLAN = re.compile(
    r"quota|target|goal|\bplan|budget|ziel|vorgabe|\bsoll|objecti[fv]|objetivo|obiettiv|doelstelling|\bmeta",
    re.IGNORECASE,
)
"""What a file, a title or a header is called where its numbers are targets and not results."""
