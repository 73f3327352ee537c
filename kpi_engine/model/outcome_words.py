"""What the words mean that people note as the outcome of an activity."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 60
"""An outcome longer than this is a note somebody wrote, and no word for how it went."""

_NOT_REACHED = re.compile(
    r"\bno (answer|reply|response|contact)|not reached|unanswered|voice ?mail|left (a )?(message|vm)|\bbusy\b|"
    r"wrong number|bad number|number not|unreachable|not available|unavailable|missed|nicht erreicht|besetzt|mailbox|"
    r"pas de réponse|sin respuesta|not connected|no connect|disconnect|"
    r"(did|could|can?|was|were)(n.?t|not| not)( be)? (connect|reach)|(unable|failed) to (connect|reach)|"
    r"\bnot in( (the )?office| today)?$"
)
_REACHED = re.compile(
    r"\bconnect(ed)?\b|reached|spoke|spoken|talked|answered|conversation|live contact|erreicht|gesprochen|interested|"
    r"call ?back|meeting (booked|set|scheduled)|decision maker"
)
# "Qualified out" is how sellers say that they let one go.
_NOT_QUALIFIED = re.compile(
    r"\b(not|un|dis|never)[- ]?qualif|\b(not|never) (yet |been |yet been )qualif|nicht qualifiziert|\bno fit\b|bad fit|"
    r"qualified out"
)
# What is still to be qualified, or was a call to find out, says nothing of how it ended.
_QUALIFIED = re.compile(r"(?<!\bto be )\bqualifi(ed|ziert)\b|\bsql\b")
_NO = frozenset({
    "no", "n", "false", "0", "failure", "failed", "unsuccessful", "declined", "rejected", "refused", "nein", "non",
    "lost",
})  # fmt: skip
_YES = frozenset({
    "yes", "y", "true", "1", "success", "successful", "accepted", "converted", "sold", "won", "ja", "oui", "si", "sí",
})  # fmt: skip


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
    reached = False if _NOT_REACHED.search(plain) else True if _REACHED.search(text) else None
    says = told if told is not None else yes_or_no
    return Outcome(reached, says, says)
