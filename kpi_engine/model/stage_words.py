"""What the names of stages say in the languages CRMs are used in: how a deal ended, or how far it has come."""

from __future__ import annotations

import re
from typing import Literal

Milestone = Literal["prospect", "lead", "qualified", "proposal", "negotiation", "won", "paid", "lost"]

_PAID = (
    r"deposit (paid|received|in)|^deposit$|\bpaid\b|payment received|cash (in|received)|invoice paid|collected|"
    r"bezahlt|pagad[oa]|pay[ée]e?$|betaald"
)
_INVOICED = r"\binvoiced\b|invoice sent|facturad[oa]|facturé|fakturiert|in rechnung|gefactureerd"
_LOST = (
    r"\blost\b|closed[ -]?lost|\bdead\b|disqualif|unqualified|\bdropped\b|\babandon|cancell?ed|no sale|rejected|"
    r"declined|no decision|verloren|verlorene?|perdid[oa]|perdu|perso\b|perdida|descartad|annul|abgesagt|"
    r"bounced|never came|churned|\bpers[aei]\b|przegran|förlora|\btabt\b|\btapt\b|hävit|失注|输单|丢单"
)
_WON = (
    r"\bwon\b|closed[ -]?won|gewonnen|\bganad[oa]\b|gagné|\bvint[oaei]\b|\bganh[oa]\b|vendid[oa]|\bsigned\b|\bsold\b|"
    r"wygran|\bvunn[ae]|\bvundet\b|voitettu|受注|成約|赢单|成交"
)

# From the far end of a sale back to its start: the first that fits tells how far a deal has come, and its milestone.
_LADDER: tuple[tuple[str, float, Milestone], ...] = (
    (r"verbal|\bcommit|awaiting signature|out for signature|procurement|legal", 8.0, "negotiation"),
    (r"\bclosing\b|contract|vertrag|contrato|contrat", 7.0, "negotiation"),
    (r"negotiat|verhandl|negocia|négocia|trattativa|review|bargain", 6.5, "negotiation"),
    (
        r"proposal|quote|quotation|\boffer|angebot|propuesta|presupuesto|proposition|devis|offerte|offerta|pricing|price",
        5.5,
        "proposal",
    ),
    (r"decision makers|evaluat|trial|pilot|proof of concept|\bpoc\b", 5.0, "qualified"),
    (r"\bdemo|presentation|präsentation|presentación|bought[ -]?in", 4.5, "qualified"),
    (r"meeting|appointment|visit|termin|reunión|rendez", 4.0, "qualified"),
    (r"needs|analysis|bedarf|discovery|necesidad|perception|besoin|assess|defined", 3.5, "qualified"),
    (r"qualif|\bsql\b|cualific|calific", 3.0, "qualified"),
    (r"engag|interest|contact|kontakt|connect|\bmql\b|working|nurtur", 2.0, "lead"),
    (
        r"prospect|enquiry|inquiry|suspect|target|incoming|generation|\bnew\b|\bneu\b|nuev[oa]|nouveau|\bcold\b|anfrage",
        1.0,
        "prospect",
    ),
    (r"\bleads?\b", 1.5, "lead"),
)

_KINDS = {
    "open": "open", "offen": "open", "active": "open", "abierto": "open", "ouvert": "open", "in progress": "open",
    "won": "won", "closed won": "won", "gewonnen": "won", "ganado": "won", "gagné": "won", "win": "won", "true": "won",
    "paid": "paid", "deposit": "paid", "bezahlt": "paid", "pagado": "paid", "payé": "paid", "cash": "paid",
    "lost": "lost", "closed lost": "lost", "verloren": "lost", "perdido": "lost", "perdu": "lost",
}  # fmt: skip


def kind_said(text: str | None) -> str | None:
    """The kind a stages file gives in its own column; None where it says nothing that is understood.

    >>> kind_said(" Closed Won ")
    'won'
    """
    return _KINDS.get(" ".join((text or "").lower().replace("_", " ").replace("-", " ").split()))


def ending(name: str) -> str | None:
    """How deals in a stage of this name have ended: won, invoiced, paid, lost; None where the name does not say.

    >>> [ending(n) for n in ("Closed Won", "Closed-Lost to Competition", "closed_lost", "Deposit paid", "Proposal")]
    ['won', 'lost', 'lost', 'paid', None]
    """
    text = name.lower().replace("_", " ")
    for pattern, kind in ((_LOST, "lost"), (_PAID, "paid"), (_INVOICED, "invoiced"), (_WON, "won")):
        if re.search(pattern, text):
            return kind
    return None


def is_deposit(name: str) -> bool:
    """Whether a stage of this name is about the first part of the money.

    >>> is_deposit("Deposit Paid"), is_deposit("Paid in full")
    (True, False)
    """
    return re.search(r"\bdeposit\b|anzahlung|acompte|anticipo", name.lower()) is not None


def rung(name: str) -> tuple[float, Milestone] | None:
    """How far along a sale a stage of this name usually is (0 to 10), and its milestone; None where it does not say.

    >>> rung("Proposal/Quote Preparation")
    (5.5, 'proposal')
    """
    text = name.lower().replace("_", " ")
    for pattern, height, milestone in _LADDER:
        if re.search(pattern, text):
            return height, milestone
    return None
