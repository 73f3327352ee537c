"""What the words mean that people note as the outcome of an activity, and as the level of a person."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 60
"""An outcome longer than this is a note somebody wrote, and no word for how it went."""

_NOT_REACHED = re.compile(
    r"\bno (answer|reply|response|contact)|not reached|unanswered|voice ?mail|left (a )?(message|vm)|\bbusy\b|"
    r"wrong number|bad number|number not|unreachable|not available|missed|nicht erreicht|besetzt|mailbox|"
    r"pas de réponse|"
    r"sin respuesta|not connected|no connect"
)
_REACHED = re.compile(
    r"connect|reached|spoke|spoken|talked|answered|conversation|live contact|erreicht|gesprochen|interested|call ?back|"
    r"meeting (booked|set|scheduled)|decision maker"
)
_NOT_QUALIFIED = re.compile(r"\b(not|un|dis|never)[- ]?qualif|nicht qualifiziert|\bno fit\b|bad fit")
_QUALIFIED = re.compile(r"qualif|\bsql\b")
_NO = frozenset({
    "no", "n", "false", "0", "failure", "failed", "unsuccessful", "declined", "rejected", "refused", "nein", "non",
    "lost",
})  # fmt: skip
_YES = frozenset({
    "yes", "y", "true", "1", "success", "successful", "accepted", "converted", "sold", "won", "ja", "oui", "si", "sí",
})  # fmt: skip

_NO_EXECUTIVE = re.compile(r"assistant|assistenz|secretary|account executive|sales executive|executive officer's")
_EXECUTIVE = re.compile(
    r"\bexec|c[- ]?(level|suite)|\bc[efimorst]o\b|\bchief\b|president|\bvp\b|\bsvp\b|\bevp\b|founder|\bowner\b|"
    r"managing director|general manager|geschäftsführ|vorstand|\bboard\b|directeur général|director general|inhaber"
)


@dataclass(frozen=True)
class Outcome:
    """What an outcome says: whether a call reached somebody, whether it went well, whether a meeting was qualified.
    None: it says nothing of it."""

    is_reached: bool | None
    is_success: bool | None
    is_qualified: bool | None


def outcome_of(label: str | None) -> Outcome:
    """What an outcome says.

    >>> outcome_of("No answer"), outcome_of("yes").is_success, outcome_of("Held").is_qualified
    (Outcome(is_reached=False, is_success=None, is_qualified=None), True, None)
    """
    text = " ".join((label or "").lower().replace("_", " ").split())
    if not text or len(text) > LONGEST:
        return Outcome(None, None, None)
    plain = text.strip(".!? ")
    yes_or_no = True if plain in _YES else False if plain in _NO else None
    told = False if _NOT_QUALIFIED.search(text) else True if _QUALIFIED.search(text) else None
    reached = False if _NOT_REACHED.search(text) else True if _REACHED.search(text) else None
    says = told if told is not None else yes_or_no
    return Outcome(reached, says, says)


def is_executive(level: str | None) -> bool | None:
    """Whether somebody of this level decides for a company; None where no level is told.

    >>> [is_executive(level) for level in ("Executive", "CFO", "Executive assistant", "Staff", "")]
    [True, True, False, False, None]
    """
    text = " ".join((level or "").lower().split())
    if not text:
        return None
    return bool(_EXECUTIVE.search(text)) and not _NO_EXECUTIVE.search(text)
