"""What a row says about how its deal stands: open, won or lost, in the words and flags of several CRMs."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.model.stage_words import ending

_WON = (
    "won|closed won|closedwon|closed - won|win|success|successful|sold|gewonnen|gagné|gagnée|gagne|ganado|ganada"
    "|cerrada ganada|ganho|ganha"
    "|vinto|vinta|gewonnen|wygrana|vunnen|vundet"
)
_LOST = (
    "lost|closed lost|closedlost|closed - lost|loss|deleted|abandoned|verloren|perdu|perdue|perdido|perdida"
    "|cerrada perdida|perso|persa|perdita"
    "|przegrana|förlorad|tabt"
)
_OPEN = (
    "open|in progress|active|ongoing|pending|working|offen|aktiv|in bearbeitung|ouvert|ouverte|en cours|abierto|abierta"
    "|en curso"
    "|aberto|aberta|aperto|aperta|in corso|otwarta|öppen|åben|openstaand|lopend"
)
_WORDS = {
    word: outcome for words, outcome in ((_WON, "won"), (_LOST, "lost"), (_OPEN, "open")) for word in words.split("|")
}
_WON_OR_LOST = re.compile(r"\b(won|lost)\b")
_ENDS = {"won": "won", "paid": "won", "invoiced": "won", "lost": "lost"}


def statuses(
    status: pa.Array | None, is_won: pa.Array | None, is_closed: pa.Array | None, n: int
) -> tuple[pa.Array, list[str]]:
    """open, won or lost per row, and the words that were not understood.

    The status word decides; where it is missing or not understood, the flags do. Null where nothing is said: the stage
    will decide then.
    """
    nothing = pa.nulls(n, pa.string())
    outcome, unknown = nothing, []
    if status is not None:
        encoded = status.dictionary_encode()
        words = encoded.dictionary.to_pylist()
        said = [_said(word) for word in words]
        outcome = pa.array(said, pa.string()).take(encoded.indices)
        unknown = sorted(word for word, meant in zip(words, said, strict=True) if meant is None)
    no_flag = pa.nulls(n, pa.bool_())
    won, closed = (no_flag if flag is None else flag for flag in (is_won, is_closed))
    won_, closed_, not_won = pc.fill_null(won, False), pc.fill_null(closed, False), pc.fill_null(pc.invert(won), False)
    said_open = pc.fill_null(pc.invert(closed), False)
    by_flags = pc.if_else(
        won_,
        "won",
        pc.if_else(pc.and_(closed_, not_won), "lost", pc.if_else(said_open, "open", pa.scalar(None, pa.string()))),
    )
    return pc.coalesce(outcome, by_flags), unknown


def _said(word: str) -> str | None:
    """What one status word says: by itself, or by 'won' or 'lost' beside others ('Won - upsell')."""
    text = word.casefold().replace("_", " ")
    if text in _WORDS:
        return _WORDS[text]
    ends = set(_WON_OR_LOST.findall(text))
    return ends.pop() if len(ends) == 1 else None


def endings(status: pa.Array, stage: pa.Array | None, is_closed: pa.Array | None) -> pa.Array:
    """'won' or 'lost' for deals that have ended, by status, else by the stage's words; 'closed' by the flag alone."""
    known = pc.if_else(pc.is_in(status, pa.array(["won", "lost"])), status, pa.scalar(None, pa.string()))
    if stage is not None:
        encoded = stage.dictionary_encode()
        by_name = [_ENDS.get(ending(name) or "") for name in encoded.dictionary.to_pylist()]
        by_stage = pa.array(by_name, pa.string()).take(encoded.indices)
        is_open = pc.fill_null(pc.equal(status, "open"), False)
        known = pc.coalesce(known, pc.if_else(is_open, pa.scalar(None, pa.string()), by_stage))
    if is_closed is not None:
        by_flag = pc.if_else(pc.fill_null(is_closed, False), "closed", pa.scalar(None, pa.string()))
        known = pc.coalesce(known, by_flag)
    return known
