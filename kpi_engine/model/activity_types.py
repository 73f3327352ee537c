"""What the labels of activities mean: the words CRMs and people use, and the ten types the product knows."""

from __future__ import annotations

import re

# Read downwards: the first that fits counts, so a visit to us is looked for before a visit.
_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "hosted_visit",
        r"hosted|on[ -]?site tour|(visit|tour) (at|to|of) (us|our|hq|headquarters|plant|factory|showroom)|site tour|"
        r"customer came|came to us|(showroom|plant|factory|headquarters|hq|fam|ship|boat) (visit|tour)|besuch bei uns",
    ),
    (
        "call",
        r"\bcalls?\b|phone|cellular|dial|"
        r"telefon|anruf|llamada|appel|chamada|\bsc[ _]?\d\b|follow[ _-]?up|voicemail|ligação|chiamata|"
        r"\bbellen",
    ),
    ("email", r"e-?mail|\bmail\b|correo|courriel|newsletter|\binmail\b"),
    (
        "social",
        r"linked ?in|social|\bx dm\b|twitter|whatsapp|facebook|instagram|\bsms\b|\btext\b|\bchat\b|xing|message",
    ),
    ("proposal", r"proposal|\bquote|quotation|\boffer|angebot|propuesta|presupuesto|devis|offerte"),
    (
        "meeting",
        r"meet|demo|\bevent\b|presentation|appointment|lunch|dinner|coffee|webinar|zoom|\bteams\b|termin|besprechung|"
        r"r[eé]uni|riunione|rendez|conference|discovery|workshop|treffen",
    ),
    ("visit", r"visit|\btour\b|besuch|visita|visite|field|on[ -]?site"),
    ("note", r"\bnotes?\b|notiz|nota\b|comment|logged"),
    ("task", r"task|to-?do|reminder|deadline|aufgabe|tarea|tarefa|tâche|prep"),
)

NEGATIVE_WORDS = (
    "no", "n", "false", "0", "none", "nein", "non", "nee", "não", "unknown", "unbekannt", "not known", "not yet", "n/a",
    "na", "-", "--", "?", "tbd", "tbc", "not confirmed", "unconfirmed", "missing", "desconocido", "inconnu", "unclear",
    "null", "✗",
)  # fmt: skip
"""In a qualification field (budget, authority, need, timing) these mean 'no' or 'not known'; other text is a yes."""


def activity_type(label: str | None) -> str:
    """The canonical type of an activity's label; 'other' for a label that says none.

    >>> [activity_type(t) for t in ("Sales Call 1", "follow_up", "sc_2", "Hosted visit", "Besuch", "E-Mail", None)]
    ['call', 'call', 'call', 'hosted_visit', 'visit', 'email', 'other']
    """
    text = " ".join((label or "").lower().replace("_", " ").split())
    for name, pattern in _PATTERNS:
        if re.search(pattern, text):
            return name
    return "other"
