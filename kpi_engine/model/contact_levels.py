"""What the level of a contact says: the words CRMs and people use for somebody who can decide."""

from __future__ import annotations

import re

_DECIDES = re.compile(
    r"\bexec|\bc[- ]?(level|suite)\b|\bchief\b|\bc[efimoprst]o\b|\bowner\b|founder|president|\b[es]?vp\b|\bvice\b|"
    r"director|decision|decid|entscheid|geschäftsführ|inhaber|vorstand|\bhead of\b|\bpartner\b|\bboard\b|senior leader|"
    r"managing|\bmd\b|general manager|gerente general|directeur|directora?\b|propriet"
)
_DOES_NOT = re.compile(
    r"\bnon[- ]?(exec|decision)|not (a |an )?(exec|decision)|\bassistant\b|assistenz|secretary|\bno\b|"
    r"(account|sales) executive|executive officer's"
)


def is_decider(level: str | None) -> bool:
    """Whether a level is that of somebody who can decide.

    >>> [is_decider(t) for t in ("Executive", "C-Level", "VP Sales", "Decision maker", "Manager", "Non-executive")]
    [True, True, True, True, False, False]
    >>> [is_decider(t) for t in ("Head of Sales", "Director", "Account executive", "Executive assistant", None)]
    [True, True, False, False, False]
    """
    text = " ".join((level or "").lower().replace("_", " ").split())
    return bool(_DECIDES.search(text)) and not _DOES_NOT.search(text)
