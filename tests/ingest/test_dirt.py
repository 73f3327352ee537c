"""What spreadsheets do to a file on its way: amounts in whole francs, ids as formulas, months without a day."""

import datetime as dt
import io
from decimal import Decimal

import pytest
import xlsxwriter

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.formats import parse_number
from kpi_engine.ingest.shapes import Answers
from kpi_engine.ingest.stage import stage
from kpi_engine.ingest.validate import validate
from tests.ingest.files import write

HEADER = ["Deal ID", "Deal name", "Owner", "Stage", "Amount", "Created", "Expected close"]
ROW = ["007", "Pier", "Ann", "Lead", "1000", "2026-01-15", "2026-05-31"]


def _file(rows, delimiter=",", header=HEADER):
    return "\n".join(delimiter.join(row) for row in [header, *rows]) + "\n"


def _deals(tmp_path, content):
    staged = stage(write(tmp_path, content, "deals.csv"), "deals.csv")
    detection = detect(staged)
    assert detection.open_questions == ()
    validated = validate(staged, detection, Answers())
    assert (validated.rejected, validated.read) == (0, validated.accepted + validated.skipped)
    return validated.tables["raw_deals"].to_pylist()


def _with(**cells):
    return [cells.get(name.replace(" ", "_"), cell) for name, cell in zip(HEADER, ROW, strict=True)]


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("CHF 2'000.-", ".", "2000"),
        ("2'000.–", ".", "2000"),
        ("€ 2.000,-", ",", "2000"),
        ("2.000,-- €", ",", "2000"),
        ("-500.-", ".", "-500"),
        ("2000-", ".", "-2000"),
        ("1,234.50-", ".", "-1234.50"),
    ],
)
def test_a_dash_for_no_cents_is_no_minus(text, mark, value):
    assert parse_number(text, mark) == Decimal(value)


def test_amounts_in_whole_francs_add_up(tmp_path):
    deals = _deals(tmp_path, _file([_with(Amount="CHF 1'234.50"), _with(Deal_ID="008", Amount="CHF 2'000.-")], ";"))
    assert [deal["amount"] for deal in deals] == [Decimal("1234.50"), Decimal("2000.00")]


@pytest.mark.parametrize("cell", ['="{}"', '"=""{}"""'])
def test_text_written_as_a_formula_is_the_text(tmp_path, cell):
    deals = _deals(tmp_path, _file([_with(Deal_ID=cell.format("007"), Amount=cell.format("1000"))]))
    assert (deals[0]["deal_id"], deals[0]["amount"]) == ("007", 1000)


def test_a_file_whose_lines_stand_in_quotes_is_read(tmp_path):
    lines = _file([_with(Deal_name='"Pier, north"')]).splitlines()
    deals = _deals(tmp_path, "\n".join('"' + line.replace('"', '""') + '"' for line in lines) + "\n")
    assert (deals[0]["deal_name"], deals[0]["amount"]) == ("Pier, north", 1000)


def test_names_of_groups_above_the_header_are_a_title(tmp_path):
    deals = _deals(tmp_path, "Deal,Deal,Deal,Deal,Money,Dates,Dates\n" + _file([ROW]))
    assert (deals[0]["deal_id"], deals[0]["amount"]) == ("007", 1000)


@pytest.mark.parametrize(
    ("created", "expected"), [("Jan-26", "May-26"), ("Jan 2026", "May 2026"), ("2026-01", "2026-05")]
)
def test_a_month_is_its_first_day_and_expected_by_its_last(tmp_path, created, expected):
    deals = _deals(tmp_path, _file([_with(Created=created, Expected_close=expected)]))
    assert deals[0]["created_at"] == dt.datetime(2026, 1, 1)
    assert deals[0]["expected_close_date"] == dt.date(2026, 5, 31)


def test_a_week_is_its_monday(tmp_path):
    assert _deals(tmp_path, _file([_with(Created="2026-W03")]))[0]["created_at"] == dt.datetime(2026, 1, 12)


def test_months_with_days_and_no_year_are_no_months_with_years(tmp_path):
    content = _file([_with(Deal_ID=str(n), Created=f"Jan-{n:02d}") for n in (1, 12, 28)])
    staged = stage(write(tmp_path, content, "deals.csv"), "deals.csv")
    assert "mapping:created_at" in {question.id for question in detect(staged).open_questions}


def test_two_digits_of_a_year_that_come_first_are_no_days(tmp_path):
    rows = [_with(Deal_ID=str(n), Created=f"26-01-{n:02d}") for n in (1, 7, 12, 19, 28)]
    assert [deal["created_at"].date() for deal in _deals(tmp_path, _file(rows))] == [
        dt.date(2026, 1, n) for n in (1, 7, 12, 19, 28)
    ]


def _book(fill):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Q1 & Q2")
    for row, cells in enumerate([HEADER, ROW, _with(Deal_ID="008", Amount="")]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    fill(sheet)
    book.close()
    return out.getvalue()


def _imported(tmp_path, content):
    staged = stage(write(tmp_path, content, "deals.xlsx"), "deals.xlsx")
    return validate(staged, detect(staged), Answers())


def test_an_error_of_a_formula_is_no_empty_amount(tmp_path):
    validated = _imported(tmp_path, _book(lambda sheet: sheet.write_formula(2, 4, "=1/0", None, "#DIV/0!")))
    assert (validated.accepted, validated.rejected) == (1, 1)
    [issue] = [issue for issue in validated.issues if issue.effect == "rejected"]
    assert (issue.line, issue.column, issue.value) == (3, "Amount", "#DIV/0!")


def test_an_id_that_a_spreadsheet_has_rounded_is_rejected(tmp_path):
    validated = _imported(tmp_path, _book(lambda sheet: sheet.write_number(2, 0, 123456789012345678)))
    assert (validated.accepted, validated.rejected) == (1, 1)
    assert "rounded this id" in "".join(issue.why for issue in validated.issues)


def test_deals_without_an_id_are_the_same_when_next_weeks_export_writes_its_dates_otherwise(tmp_path):
    header = HEADER[1:]
    files = [
        _file([["Pier", "Ann", "Lead", "1", created, expected]], header=header)
        for created, expected in (
            ("2026-01-15", "2026-05-31"),
            ("1/15/2026", "5/31/2026"),
            ("15.01.2026", "31.05.2026"),
            ("15 Jan 2026", "31 May 2026"),
        )
    ]
    assert len({_deals(tmp_path, file)[0]["deal_id"] for file in files}) == 1
