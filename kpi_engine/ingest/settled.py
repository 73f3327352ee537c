"""Questions a file would raise if nothing had been answered: what was answered stays in sight, and can be changed."""

from __future__ import annotations

from dataclasses import replace

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Answers, Question, Staged

_FIELDS = ("date_order", "decimal_mark", "key", "repeats")
"""Answers about how a file is read, which may come from the last file like it."""


def settled(staged: Staged, answers: Answers) -> tuple[Question, ...]:
    """The questions about how a file is read that these answers settle, as they would be asked without them."""
    said = {name for name in _FIELDS if getattr(answers, name) is not None}
    if not said:
        return ()
    unsaid = replace(answers, date_order=None, decimal_mark=None, key=None, repeats=None)
    return tuple(question for question in detect(staged, unsaid).questions if question.id in said)
