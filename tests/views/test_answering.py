"""What the mapping screen asks for, and what it makes of an answer."""

import datetime as dt

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Answers
from kpi_engine.views.answering import answered, columns_of
from tests.ingest.recognising import staged_text


def test_the_day_of_an_export_is_an_answer_like_the_others():
    assert answered(Answers(), "as_of", "2025-01-13") == Answers(as_of=dt.date(2025, 1, 13))


def _not_found(header: str, row: str) -> dict[str, bool]:
    """The columns that are not in a file, and whether each is called needed."""
    detection = detect(staged_text(f"{header}\n{row}"))
    return {name: is_needed for name, _, position, is_needed in columns_of(detection) if position is None}


def test_no_column_is_called_needed_that_a_usable_file_does_without():
    calls = _not_found("Call Owner,Call Start Time,Call Duration (in seconds)", "Kim,2025-01-01 10:00,90")
    assert calls["activity_type"] is False
    assert not any(calls.values())
    assert _not_found("Deal name,Owner,Stage,Created", "A,Kim,Lead,2025-01-06")["deal_id"] is False


def test_what_a_file_cannot_be_used_without_is_called_needed():
    assert [name for name, is_needed in _not_found("Deal ID,Stage,Amount", "1,Lead,10").items() if is_needed] == [
        "owner"
    ]
