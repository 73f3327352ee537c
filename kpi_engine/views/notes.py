"""What a number leaves out, said beside it."""

from __future__ import annotations

from kpi_engine.metrics.query import measure
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.chance_notes import chance_notes


def notes_of(session: Session, ask: Ask, who: Who, with_amounts: bool) -> tuple[str, ...]:
    """Sentences with counts: deals without an amount in this slice, and what the last build had to say of all deals,
    which is for those who see all of them.

    ``with_amounts``: False where the page says already that no deal carries one.
    """
    found = []
    frame = measure(session, ["deals_without_amount", "open_deals"], ask.seen_by(who), as_of=ask.as_of)
    counts = {kpi: int(value) for kpi, value in zip(frame["kpi"], frame["value"].fillna(0), strict=True)}
    if with_amounts and counts["deals_without_amount"]:
        found.append(
            f"{counts['deals_without_amount']:,} of {words.many(counts['open_deals'], 'open deal')} carry no amount: "
            "they are open, and add nothing to TV or EV."
        )
    if with_amounts:
        found += chance_notes(session, ask, who)
    if who.owners is None:
        found += [f"{text} ({n:,})" for text, n in session.rows("select text, n from model_notes order by code")]
    return tuple(found)
