"""Date orders, decimal marks, keys and repeats: decided from whole columns, and asked where both readings fit."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.formats import parse_minutes, parse_number, parse_timestamp
from kpi_engine.ingest.keys import key_answer
from kpi_engine.ingest.shapes import Answers, Detection
from tests.ingest.recognising import staged, staged_text

DEALS = ("Deal ID", "Owner", "Stage", "Created", "Expected close", "Amount")


def _dates(*pairs: tuple[str, str], answers: Answers | None = None) -> Detection:
    return detect(staged(DEALS, [(str(n), "Kim", "Lead", a, b, "1") for n, (a, b) in enumerate(pairs)]), answers)


def _amounts(*cells: str, delimiter: str | None = ",", answers: Answers | None = None) -> Detection:
    rows = [(str(n), "Kim", "Lead", "2025-01-01", "", cell) for n, cell in enumerate(cells)]
    return detect(staged(DEALS, rows, delimiter), answers)


# ---- date order


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("2025-01-31", "ymd"),
        ("2025-01-31T10:00:00Z", "ymd"),
        ("2025-01-31 10:00:00.123456+02:00", "ymd"),
        ("31 Jan, 2025 00:02:00", "ymd"),
        ("31-Jan-25", "ymd"),
        ("January 31, 2025", "ymd"),
        ("20250131", "ymd"),
        ("31/01/2025", "dmy"),
        ("31-01-25", "dmy"),
        ("31.1.2025", "dmy"),
        ("01.02.2025", "dmy"),
        ("1/31/2025 3:05 PM", "mdy"),
        ("45688", "serial"),
        ("45688.5", "serial"),
        ("1738281600000", "epoch_ms"),
        ("1738281600", "epoch_s"),
    ],
)
def test_the_order_is_read_from_the_cells(cell: str, order: str) -> None:
    seen = _dates((cell, ""))
    assert seen.date_orders[3] == order
    assert seen.questions == ()


def test_one_column_with_a_day_above_twelve_settles_all() -> None:
    seen = _dates(("03/04/2025", "25/04/2025"))
    assert seen.date_orders == {3: "dmy", 4: "dmy"}
    assert seen.questions == ()


def test_a_column_that_is_not_mapped_may_settle_the_order_too() -> None:
    header = ("Deal ID", "Owner", "Stage", "Created", "Some other day")
    seen = detect(staged(header, [("1", "Kim", "Lead", "03/04/2025", "04/25/2025")]))
    assert seen.date_orders == {3: "mdy"}


def test_when_every_date_fits_both_orders_it_is_asked_with_a_date_of_the_file() -> None:
    seen = _dates(("05/05/2025", ""), ("03/04/2025", ""))
    (question,) = seen.open_questions
    assert question.id == "date_order"
    assert {o.value: o.label for o in question.options} == {
        "dmy": "Day first: 03/04/2025 is 3 April 2025",
        "mdy": "Month first: 03/04/2025 is 4 March 2025",
    }
    answered = _dates(("03/04/2025", ""), answers=Answers(date_order="mdy"))
    assert (answered.date_orders[3], answered.questions) == ("mdy", ())


def test_a_twelfth_proves_nothing() -> None:
    assert [q.id for q in _dates(("12/04/2025", "11/12/2025")).open_questions] == ["date_order"]


def test_a_day_that_does_not_exist_proves_nothing() -> None:
    assert [q.id for q in _dates(("31/02/2025", ""), ("03/04/2025", "")).open_questions] == ["date_order"]
    seen = _dates(("31/02/2025", ""), ("04/25/2025", ""))
    assert (seen.date_orders[3], seen.questions) == ("mdy", ())


def test_a_date_that_is_the_same_in_both_orders_needs_no_question() -> None:
    assert _dates(("05/05/2025", "")).questions == ()


def test_a_file_that_proves_both_orders_says_so() -> None:
    seen = _dates(("13/02/2025", ""), ("14/02/2025", ""), ("02/15/2025", ""))
    (question,) = seen.open_questions
    assert question.id == "date_order"
    assert question.suggested == "dmy"
    assert "rejected" in question.text


@given(st.datetimes(datetime(1950, 1, 1), datetime(2068, 12, 31)).map(lambda d: d.replace(microsecond=0)))
def test_a_moment_reads_the_same_however_it_is_written(moment: datetime) -> None:
    clock = f"{moment:%H:%M:%S}"
    day, month, year = f"{moment:%d}", f"{moment:%m}", str(moment.year)
    name = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * moment.month - 3 : 3 * moment.month]
    american = f"{int(month)}/{int(day)}/{year}, {moment.hour % 12 or 12}:{moment:%M:%S}"
    written = {
        f"{year}-{month}-{day}T{clock}": "ymd",
        f"{year}/{month}/{day} {clock}": "dmy",
        f"{day}.{month}.{year} {clock}": "dmy",
        f"{american} {'PM' if moment.hour >= 12 else 'AM'}": "mdy",
        f"{day}-{month}-{year[2:]} {clock}": "dmy" if moment.year >= 1970 else "",
        f"{day} {name}, {year} {clock}": "mdy",
        f"{name} {int(day)}, {year} {clock}": "ymd",
    }
    for text, order in written.items():
        if order:
            assert parse_timestamp(text, order) == moment, text


def test_an_offset_is_kept() -> None:
    moment = parse_timestamp("2025-01-31T10:00:00+02:00")
    assert moment is not None
    assert moment.utcoffset() == timedelta(hours=2)
    assert parse_timestamp("2025-01-31T10:00:00Z") == datetime(2025, 1, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["31/02/2025", "2025-02-31", "32/01/2025", "#REF!", "soon", "", "13/13/2025", "2025-01-01 25:00", "0025-01-01"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert all(parse_timestamp(text, order) is None for order in ("ymd", "dmy", "mdy"))


@pytest.mark.parametrize(
    "text", ["15. März 2024", "15 mars 2024", "15 de marzo de 2024", "15 maart 2024", "15 de março de 2024"]
)
def test_month_names_of_other_languages_are_read(text: str) -> None:
    assert parse_timestamp(text) == datetime(2024, 3, 15)


# ---- decimal mark


@pytest.mark.parametrize(
    ("cells", "delimiter", "mark"),
    [
        (("1,234.56", "1,234"), ",", "."),
        (("1.234,56", "1.234"), ",", ","),
        (("1.234", "0.125"), ",", "."),
        (("1.234.567", "1.234"), ",", ","),
        (("1,234",), ",", "."),
        (("1.234",), ";", ","),
        (("€ 2.900", "€ 1.234"), ",", ","),
        (("$2,900", "$1,234"), ";", "."),
        (("100", "200"), ";", "."),
    ],
)
def test_the_decimal_mark_is_decided_by_the_file(cells: tuple[str, ...], delimiter: str, mark: str) -> None:
    seen = _amounts(*cells, delimiter=delimiter)
    assert seen.decimal_marks[5] == mark
    assert seen.questions == ()


@pytest.mark.parametrize(("cell", "delimiter"), [("1.234", ","), ("1,234", ";"), ("1.234", "\t")])
def test_a_mark_that_may_group_or_divide_is_asked_about(cell: str, delimiter: str) -> None:
    (question,) = _amounts(cell, delimiter=delimiter).open_questions
    assert question.id == "decimal_mark"
    assert {cell in option.label for option in question.options} == {True}
    assert _amounts(cell, delimiter=delimiter, answers=Answers(decimal_mark=",")).decimal_marks[5] == ","


def test_both_marks_in_one_column_are_asked_about() -> None:
    (question,) = _amounts("1,234.56", "1.234,56").open_questions
    assert question.id == "decimal_mark"


def test_a_single_slip_among_many_does_not_stop_a_file() -> None:
    seen = _amounts(*(f"{n}.50" for n in range(50)), "1.234,56")
    assert (seen.decimal_marks[5], seen.questions) == (".", ())


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1,234.56", ".", "1234.56"),
        ("1.234,56", ",", "1234.56"),
        ("1 234,56", ",", "1234.56"),
        ("1\u202f234,56 €", ",", "1234.56"),
        ("CHF 1'234.50", ".", "1234.50"),
        ("(70,000)", ".", "-70000"),
        ("$(70,000)", ".", "-70000"),
        ("70,000-", ".", "-70000"),
        ("-€5.00", ".", "-5"),
        ("€ 2.900,00", ",", "2900"),
        ("12 %", ".", "12"),
        ("$342.09K", ".", "342090"),
        ("1.5M", ".", "1500000"),
        ("1e6", ".", "1000000"),
        ("1,00,000", ".", "100000"),
        ("CA$1,234.50", ".", "1234.50"),
        ("MX$5", ".", "5"),
        ("1.234,50 kr.", ",", "1234.50"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, mark: str, value: str) -> None:
    assert parse_number(text, mark) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "-", "#REF!", "abc", "5 units", "12,34", "1.2.3", "12 34", "2 of 3", "NaN", "5:30"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text, ".") is None


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_a_number_written_with_grouping_reads_back_in_both_styles(value: Decimal) -> None:
    american = f"{value:,.2f}"
    german = american.translate(str.maketrans(",.", ".,"))
    assert parse_number(american, ".") == parse_number(german, ",") == value


@pytest.mark.parametrize(
    ("text", "minutes"), [("45", 45), ("00:30", 30), ("1:30:00", 90), ("1h 30m", 90), ("90 min", 90), ("x", None)]
)
def test_durations_are_read_in_minutes(text: str, minutes: float | None) -> None:
    assert parse_minutes(text) == minutes


# ---- key


def test_deals_without_an_id_are_named_by_what_stays_the_same() -> None:
    file = staged_text(
        "Deal name,Owner,Stage,Amount,Created\nA,Kim,Lead,1,2025-01-01\nA,Kim,Lead,1,2025-01-02\nB,Lee,Won,2,2025-01-01"
    )
    seen = detect(file)
    assert seen.key == (0, 4)
    assert seen.open_questions == ()


def test_rows_no_steady_column_tells_apart_are_asked_about() -> None:
    file = staged_text("Deal name,Owner,Stage,Amount\nA,Kim,Lead,1\nA,Kim,Lead,2\nB,Lee,Won,2")
    (question,) = detect(file).open_questions
    assert question.id == "key"
    assert question.options[-1].value == "row"
    rows = detect(file, Answers(key=("row",)))
    assert (rows.key, rows.questions) == (None, ())
    chosen = detect(file, Answers(key=key_answer(question.options[0].value)))
    assert (chosen.key, chosen.questions) == ((0, 1), ())


def test_rows_that_are_the_same_throughout_do_not_stop_a_key() -> None:
    file = staged_text(
        "Deal name,Owner,Stage,Created\nA,Kim,Lead,2025-01-01\nA,Kim,Lead,2025-01-01\nB,Lee,Won,2025-01-02"
    )
    assert detect(file).key == (0, 3)


# ---- repeats


def test_exact_repeats_of_an_id_raise_no_question() -> None:
    file = staged_text("Deal ID,Owner,Stage,Amount\n1,Kim,Lead,5\n1,Kim,Lead,5")
    assert detect(file).questions == ()


def test_repeats_with_other_stages_look_like_versions() -> None:
    file = staged_text(
        "Deal ID,Owner,Stage,Amount,Modified\n1,Kim,Lead,5,2025-01-01\n1,Kim,Won,6,2025-02-01\n2,Kim,Won,6,2025-02-01"
    )
    seen = detect(file)
    (question,) = seen.open_questions
    assert (question.id, seen.repeats) == ("repeats", "versions")
    assert detect(file, Answers(repeats="lines")).repeats == "lines"
    assert detect(file, Answers(repeats="lines")).questions == ()


def test_repeats_with_other_products_look_like_lines() -> None:
    file = staged_text("Deal ID,Owner,Stage,Product,Amount\n1,Kim,Lead,Boat,5\n1,Kim,Lead,Crew,6\n2,Kim,Won,Boat,6")
    assert detect(file).repeats == "lines"


def test_an_amount_that_stands_on_every_line_of_a_deal_is_not_added_up() -> None:
    file = staged_text("Deal ID,Owner,Stage,Product,Amount\n1,Kim,Lead,Boat,5\n1,Kim,Lead,Crew,5\n2,Kim,Won,Boat,6")
    seen = detect(file)
    assert (seen.repeats, [q.id for q in seen.open_questions]) == ("versions", ["repeats"])


def test_lines_whose_prices_add_up_to_the_amount_on_each_of_them_raise_no_question() -> None:
    rows = "1,Kim,Lead,Boat,3,5\n1,Kim,Lead,Crew,2,5\n2,Kim,Won,Boat,6,6"
    seen = detect(staged_text(f"Deal ID,Owner,Stage,Product,Total price,Amount\n{rows}"))
    assert (seen.repeats, seen.open_questions) == ("versions", ())
    assert "'Total price'" in seen.questions[0].text
    wrong = detect(staged_text(f"Deal ID,Owner,Stage,Product,Total price,Amount\n{rows.replace('Crew,2', 'Crew,3')}"))
    assert [q.id for q in wrong.open_questions] == ["repeats"]


def test_both_spellings_of_a_salesforce_id_are_one_deal() -> None:
    file = staged_text("Deal ID,Owner,Stage,Amount\n0064600000J5S5T,Kim,Lead,5\n0064600000J5S5TAAV,Kim,Won,6")
    assert [q.id for q in detect(file).open_questions] == ["repeats"]


def test_a_header_that_stands_twice_over_different_values_is_asked_about():
    text = "Deal ID,Owner,Stage,Amount,Amount (2),Created Date\n1,Ann,Lead,5,6,2025-01-02\n2,Ann,Lead,7,8,2025-01-02\n"
    read = staged_text(text)
    [question] = detect(read).open_questions
    assert (question.id, [o.value for o in question.options]) == ("mapping:amount", ["Amount", "Amount (2)", ""])
    settled = detect(read, Answers(mapping={"amount": "Amount (2)"}))
    assert (settled.mapping["amount"], settled.open_questions) == (4, ())


def test_a_crms_header_that_stands_twice_is_asked_about_too():
    header = "Opportunity Owner,Opportunity Name,Stage,Amount,Amount (2),Close Date,Created Date,Account Name\n"
    read = staged_text(header + "Ann,Quay,Proposal,50,60,2025-09-02,2025-01-06,Quay Ltd\n")
    assert [q.id for q in detect(read).open_questions if q.id.startswith("mapping")] == ["mapping:amount"]


@pytest.mark.parametrize("second", ["5", ""])
def test_a_header_that_stands_twice_over_the_same_or_nothing_is_not(second):
    text = f"Deal ID,Owner,Stage,Amount,Amount (2),Created Date\n1,Ann,Lead,5,{second},2025-01-02\n"
    found = detect(staged_text(text))
    assert (found.mapping["amount"], found.open_questions) == (3, ())


@pytest.mark.parametrize(
    "text", ["4 December 2025", "4. Dezember 2025", "4 december 2025", "4 de diciembre de 2025", "4 of December 2025"]
)
def test_a_month_that_begins_with_de_is_read_whole(text: str) -> None:
    assert parse_timestamp(text) == datetime(2025, 12, 4)
