"""What a person chose on the mapping screen, put into the answers an import understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pandas as pd

from kpi_engine.errors import UnknownName
from kpi_engine.ingest.keys import key_answer
from kpi_engine.ingest.shapes import Answers, Detection, Question
from kpi_engine.names import COLUMNS, Kind
from kpi_engine.views.store import KIND_WORDS
from kpi_engine.workspace import Preview

_FIELDS = ("date_order", "decimal_mark", "repeats", "identical", "filtered")
_MAPPING = "mapping:"


def answered(answers: Answers, question_id: str, value: str) -> Answers:
    """The answers with one more question settled.

    Raises UnknownName for a question nobody asks.
    """
    if question_id == "kind":
        return Answers(kind=Kind(value))
    if question_id == "as_of":
        return dated(answers, date.fromisoformat(value))
    if question_id == "key":
        return replace(answers, key=key_answer(value))
    if question_id.startswith(_MAPPING):
        return replace(answers, mapping={**answers.mapping, question_id.removeprefix(_MAPPING): value})
    if question_id not in _FIELDS:
        raise UnknownName.of("question", question_id, ("kind", "key", "as_of", *_FIELDS))
    return replace(answers, **{question_id: value})  # type: ignore[arg-type]


def answer_to(question: Question, answers: Answers) -> str | None:
    """The value of the option these answers have chosen; None where the question is open."""
    if question.id.startswith(_MAPPING):
        return answers.mapping.get(question.id.removeprefix(_MAPPING))
    value = getattr(answers, question.id, None)
    if isinstance(value, date):
        return value.isoformat()
    return "\n".join(value) if isinstance(value, tuple) else value


def mapped(
    answers: Answers, detection: Detection, header: tuple[str, ...], chosen: Mapping[str, int | None]
) -> Answers:
    """The answers with the columns a person chose, where they differ from what was found. A position of None: not in
    this file."""
    differs = {
        canonical: "" if position is None else header[position]
        for canonical, position in chosen.items()
        if position != detection.mapping.get(canonical)
    }
    return replace(answers, mapping={**answers.mapping, **differs})


def dated(answers: Answers, as_of: date | None) -> Answers:
    """The answers with another as-of date; None: the file's own."""
    return replace(answers, as_of=as_of)


def understood(preview: Preview) -> dict[str, pd.DataFrame]:
    """The first rows as they will be understood, readable: columns nobody filled left out, whole days without a clock.

    Returns what the rows are (deals, stage history) → a frame under the columns' labels.
    """
    frames = {}
    for table, rows in preview.understood.items():
        kind = Kind(table.removeprefix("raw_"))
        frame = pd.DataFrame(rows).dropna(axis="columns", how="all")
        for name in frame.columns:
            if (
                pd.api.types.is_datetime64_any_dtype(frame[name])
                and (frame[name].dropna().dt.normalize() == frame[name].dropna()).all()
            ):
                frame[name] = frame[name].dt.date
            elif frame[name].map(lambda value: isinstance(value, Decimal)).any():
                frame[name] = frame[name].astype(float)
        frames[KIND_WORDS[kind]] = frame.rename(columns={c.name: c.label for c in COLUMNS[kind]} | {"line": "Line"})
    return frames


def columns_of(detection: Detection) -> list[tuple[str, str, int | None, bool]]:
    """The columns a file of this kind may have: name, label, where it was found, whether it is needed; found ones
    first. What is not in the file is needed only where the file cannot be used without it: a key may stand for an id,
    and a kind of export for the type of all its activities."""
    if detection.kind is None:
        return []
    lacks = detection.why_not is not None
    stands_in = {*detection.constants, *(("deal_id",) if detection.kind is Kind.DEALS else ())}
    found = [
        (c.name, c.label, at, c.needed and (at is not None or (lacks and c.name not in stands_in)))
        for c in COLUMNS[detection.kind]
        for at in (detection.mapping.get(c.name),)
    ]
    return sorted(found, key=lambda column: (not column[3], column[2] is None))
