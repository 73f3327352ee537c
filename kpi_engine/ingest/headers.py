"""What a header says, whatever its case, punctuation, language marks or currency suffix."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from kpi_engine.ingest.currencies import CODES

_CODES = "|".join(CODES)
_CURRENCY_SUFFIX = re.compile(
    rf"[\s,]*(?:[(\[]\s*(?:{_CODES}|[$€£¥₹%]{{1,2}})\s*[)\]]|,\s*(?:{_CODES})|\sin\s(?:{_CODES}))\s*$"
)
_CUSTOM_FIELD = re.compile(r"__c$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENTERED = re.compile(
    r"^(?:date entered|entered(?: on)?|eingetreten am|eintrittsdatum(?: in)?|date d[’']entrée(?: dans)?"
    r"|fecha de entrada(?: en)?"
    r"|data de entrada(?: em)?|datum van binnenkomst(?: in)?)\s*[\"'‘“„«]\s*(?P<what>.+?)\s*[\"'’”“»]\s*$",
    re.IGNORECASE,
)
_ENTERED_BARE = re.compile(r"^date entered\s+(?P<what>\S.*)$", re.IGNORECASE)
_HUBSPOT_ENTERED = re.compile(r"^hs_(?:v2_)?date_entered_(?P<what>\w+)$", re.IGNORECASE)
_ENTRY = r"(?:entered|entry|reached|start(?:ed)?|since|seit|erreicht|eintritt)"
_STAGE_ENTERED = (
    re.compile(rf"^(?:date )?{_ENTRY}(?: on| in| stage)?[\s:_-]+(?!(?:on|at|by|date|in)$)(?P<what>.+)$", re.IGNORECASE),
    re.compile(rf"^(?P<what>.+?)[\s:_-]+(?:stage[\s_]+)?{_ENTRY}(?:[\s_]+(?:date|at|on|am|le))?$", re.IGNORECASE),
    re.compile(
        r"^(?:stage|phase|étape|etapa|fase)[\s:_-]+(?P<what>.+?)[\s:_-]+(?:date|datum|at|on|am)$", re.IGNORECASE
    ),
)
_STAGE_DATE = (
    re.compile(r"^(?P<what>.+?)[\s:_-]+(?:date|datum|timestamp|at|on|am|le|fecha|data)$", re.IGNORECASE),
    re.compile(r"^(?:date|datum|fecha|data)(?: de| of)?[\s:_-]+(?P<what>.+)$", re.IGNORECASE),
)
_IN_PIPELINE = re.compile(r"^(?P<stage>.*\S)\s*\((?P<pipeline>[^()]+)\)$")


@lru_cache(maxsize=65536)
def normal(header: str) -> str:
    """The letters and digits of a header that carry its meaning.

    >>> normal("Close Date"), normal("close_date*"), normal("Amount (USD)"), normal("Deal Value, $")
    ('closedate', 'closedate', 'amount', 'dealvalue')
    >>> normal("Deal #")
    'dealnumber'
    """
    text = unicodedata.normalize("NFKC", header).strip().casefold().rstrip("* ")
    text = _CURRENCY_SUFFIX.sub("", _CUSTOM_FIELD.sub("", text))
    text = unicodedata.normalize("NFKD", text.replace("#", " number"))
    return "".join(letter for letter in text if letter.isalnum())


@lru_cache(maxsize=65536)
def words(header: str) -> str:
    """The header as lower-case words, for comparing what is only similar.

    >>> words("DealOwner_name*")
    'deal owner name'
    """
    spaced = _CAMEL.sub(" ", _CUSTOM_FIELD.sub("", header.strip()))
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", spaced).casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)).split())


def signature(header: Sequence[str]) -> str:
    """A stable name for "this export again": the same headers in the same order give the same signature."""
    return hashlib.sha256("\x1f".join(normal(h) for h in header).encode()).hexdigest()[:32]


def entered_stage(header: str) -> tuple[str, str | None] | None:
    """Stage and pipeline of a 'Date entered "Stage (Pipeline)"' column; None for any other header.

    >>> entered_stage('Date entered "Proposal (Sales Pipeline)"')
    ('Proposal', 'Sales Pipeline')
    """
    plain = header.strip()
    found = _ENTERED.match(plain) or _ENTERED_BARE.match(plain) or _HUBSPOT_ENTERED.match(plain)
    if found is None:
        return None
    what = found["what"]
    parts = _IN_PIPELINE.match(what)
    return (parts["stage"], parts["pipeline"].strip()) if parts else (what, None)


def stage_in(header: str) -> tuple[list[str], list[str]]:
    """What may be the stage in a header that says when one was entered, and in one that only says when. Whether it is
    one, the deals say.

    >>> stage_in("Entered Proposal"), stage_in("Proposal Date"), stage_in("Amount")
    ((['Proposal'], []), ([], ['Proposal']), ([], []))
    """
    plain = header.strip()
    entered, dated = (
        [found["what"] for pattern in patterns if (found := pattern.match(plain))]
        for patterns in (_STAGE_ENTERED, _STAGE_DATE)
    )
    return entered, dated
