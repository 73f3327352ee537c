"""What stands in a header beside its name: the object every column is of, and the unit of an amount."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OBJECT = re.compile(r"^([^\W\d][\w ]{0,30}?)\s*[.:]\s*(?=\S)")
_THOUSANDS = r"k|t|tsd\.?|teur|keur|thousands?|tausend|[$€£]?\s*['’]?000['’]?s?|milliers|miles|milhares"
_MILLIONS = r"mio\.?|mm|mn|m|meur|millions?|millionen|millones|milhões"
_CURRENCY = r"[$€£¥]|eur|usd|gbp|chf|euros?|dollars?"
_UNIT = re.compile(
    rf"\s*(?:[(\[]\s*(?:in\s+|en\s+)?|\b(?:in|en)\s+)(?:{_CURRENCY})?\s*(?:(?P<k>{_THOUSANDS})|(?P<m>{_MILLIONS}))"
    rf"\s*(?:(?:of\s+)?(?:{_CURRENCY}))?\s*[)\]]?\s*$",
    re.IGNORECASE,
)


def plain_headers(header: Sequence[str]) -> tuple[str, ...]:
    """The headers without the object they all are of, and without the unit of an amount.

    >>> plain_headers(("Deal.Name", "Deal.Stage", "Deal.Owner", "Deal.Amount (k€)"))
    ('Name', 'Stage', 'Owner', 'Amount')
    """
    named = [name for name in header if name]
    objects = {found.group(1).casefold() if (found := _OBJECT.match(name)) else None for name in named}
    common = len(named) > 3 and len(objects) == 1 and None not in objects
    return tuple(_UNIT.sub("", _OBJECT.sub("", name) if common else name) for name in header)


def unit_of(header: str) -> float:
    """What the numbers under a header are multiplied with to be whole amounts.

    >>> unit_of("Amount (in thousands)"), unit_of("Umsatz in Mio. EUR"), unit_of("Amount (USD)")
    (1000.0, 1000000.0, 1.0)
    """
    found = _UNIT.search(header)
    return 1.0 if found is None else 1000.0 if found["k"] else 1_000_000.0
