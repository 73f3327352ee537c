"""The day of an export, asked for and answered."""

import datetime as dt

from kpi_engine.ingest.shapes import Answers
from kpi_engine.views.answering import answered


def test_the_day_of_an_export_is_an_answer_like_the_others():
    assert answered(Answers(), "as_of", "2025-01-13") == Answers(as_of=dt.date(2025, 1, 13))
