"""Typing whole columns: what is right is taken exactly, what is wrong is said with line, value, why and what to do."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_engine.ingest.deals import last_closing
from kpi_engine.ingest.repeats import first_identical, row_hashes
from kpi_engine.ingest.salesforce_ids import long_salesforce_ids, salesforce_suffix
from kpi_engine.ingest.shapes import Answers
from kpi_engine.ingest.values import Reading, convert
from kpi_engine.names import Type
from tests.ingest.files import DEALS, HEADER, adds_up, deals, validated


def typed(cells, column_type, **reading):
    return convert(pa.chunked_array([pa.array(cells, pa.string())]), column_type, Reading(**reading))


def values(cells, column_type, **reading):
    return typed(cells, column_type, **reading).values.to_pylist()


def rejected(result):
    return [(i.line, i.column, i.value) for i in result.issues if i.effect == "rejected"]


def notes(result):
    return [i.why for i in result.issues if i.effect == "note"]


# --- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "mark", "amount"),
    [
        ("1.234,56", ",", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("(70,000)", ".", "-70000"),
        ("€ 2.900,00", ",", "2900"),
        ("$22,700.00", ".", "22700"),
        ("-15", ".", "-15"),
        ("0.005", ".", "0.00"),
        ("0.015", ".", "0.02"),
        ("2900 €", ",", "2900"),
    ],
)
def test_money_as_it_is_written_somewhere(cell, mark, amount):
    assert values([cell, "12"], Type.MONEY, decimal_mark=mark) == [Decimal(amount), Decimal(12)]


@given(st.lists(st.decimals(-(10**12), 10**12, places=2), min_size=1, max_size=40))
def test_money_is_exact_whichever_way_it_is_cast(amounts):
    plain = [f"{a:f}" for a in amounts]
    odd = [f"{a:,f}" for a in amounts]
    assert values(plain, Type.MONEY) == values([*odd], Type.MONEY) == amounts


def test_more_than_two_decimals_are_rounded_and_noted():
    found = typed(["1", "2.345", "2.355", "64.90000000000001"], Type.MONEY)
    assert found.values.to_pylist() == [Decimal(1), Decimal("2.34"), Decimal("2.36"), Decimal("64.90")]
    assert [rows for why, rows in found.notes.items() if "rounded" in why] == [[1, 2, 3]]


def test_an_amount_too_large_to_keep_is_bad():
    assert list(typed(["1", "99999999999999999"], Type.MONEY).bad) == [1]


@pytest.mark.parametrize("cell", ["31/02/2025", "29.2.2025", "31/04/25", "00/01/2025", "2025-02-30"])
def test_a_day_that_does_not_exist_is_bad(cell):
    found = typed(["01/03/2025", cell], Type.DATE, date_order="dmy")
    assert (found.values.to_pylist(), list(found.bad)) == ([dt.date(2025, 3, 1), None], [1])


def test_the_sentence_names_the_day_that_does_not_exist():
    assert typed(["31/02/2025"], Type.DATE, date_order="dmy").bad[0].why == "There is no 31 February."


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("2025-04-03", "ymd"),
        ("03/04/2025", "dmy"),
        ("4/3/2025", "mdy"),
        ("03.04.25", "dmy"),
        ("3 Apr, 2025", "dmy"),
        ("2025年4月3日", "ymd"),
        ("Thu Apr 03 2025 00:00:00 GMT+0000 (Coordinated Universal Time)", "mdy"),
        ("45750", "serial"),
        ("1743638400000", "epoch_ms"),
    ],
)
def test_every_way_to_write_a_day_gives_that_day(cell, order):
    assert values([cell, ""], Type.DATE, date_order=order) == [dt.date(2025, 4, 3), None]


def test_a_moment_with_an_offset_comes_to_the_clock_of_the_store():
    cells = ["2025-07-01T22:30:00Z", "2025-07-01T22:30:00+02:00"]
    assert values(cells, Type.TIMESTAMP) == [dt.datetime(2025, 7, 1, 22, 30), dt.datetime(2025, 7, 1, 20, 30)]
    assert values(cells, Type.TIMESTAMP, timezone="Europe/Madrid")[0] == dt.datetime(2025, 7, 2, 0, 30)
    mixed = [*cells, "2025-07-01 08:00"]
    assert values(mixed, Type.TIMESTAMP, timezone="Europe/Madrid")[::2] == [
        dt.datetime(2025, 7, 2, 0, 30),
        dt.datetime(2025, 7, 1, 8, 0),
    ]


@given(
    st.lists(
        st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2150, 1, 1)).map(lambda d: d.replace(microsecond=0)),
        min_size=1,
    )
)
def test_iso_moments_are_the_same_by_cast_and_one_by_one(moments):
    iso = [m.isoformat(sep=" ") for m in moments]
    assert values(iso, Type.TIMESTAMP) == moments
    assert values([*iso, "1 Jan 2020"], Type.TIMESTAMP)[:-1] == moments


@pytest.mark.parametrize(
    ("cell", "percent", "value"), [("45", True, 0.45), ("0.45", False, 0.45), ("45 %", False, 0.45)]
)
def test_a_probability_lies_between_zero_and_one(cell, percent, value):
    assert values([cell], Type.SHARE, percent=percent) == [pytest.approx(value)]
    assert list(typed(["145"], Type.SHARE, percent=percent).bad) == [0]


def test_words_for_nothing_are_blank_in_typed_columns_and_said():
    found = typed(["NULL", "n/a", "5"], Type.MONEY)
    assert found.values.to_pylist() == [None, None, Decimal(5)]
    assert len(found.notes) == 2
    assert values(["NULL", "n/a"], Type.TEXT) == ["NULL", "n/a"]


def test_a_currency_sign_without_a_number_is_blank_as_accountants_write_it():
    assert values(["$ -", "€", "$ 5"], Type.MONEY) == [None, None, Decimal(5)]


def test_errors_of_a_spreadsheet_are_bad_where_typed_and_blank_in_text():
    assert list(typed(["#REF!", "5"], Type.MONEY).bad) == [0]
    found = typed(["#REF!", "#1 priority"], Type.TEXT)
    assert (found.values.to_pylist(), list(found.notes.values())) == ([None, "#1 priority"], [[0]])


@pytest.mark.parametrize(
    ("mark", "cells", "bad"),
    [
        (",", ["1.234,56", "€ 2.900,00", "(70,000)"], [2]),
        (",", ["1.234,56", "12,5", "70.000", "0,125"], []),
        (",", ["70,000", "12,125"], []),
        (",", ["70,000", "12,5", "1.250,125"], []),
        (".", ["1,234.50", "1.234", "99"], [1]),
        (".", ["1234.5", "1.234K", "70,000"], []),
        (".", ["1234.5678", "1.234", "2.5"], []),
    ],
)
def test_three_decimals_among_cents_are_not_guessed(mark, cells, bad):
    converted = typed(cells, Type.MONEY, decimal_mark=mark)
    assert sorted(converted.bad) == bad
    if bad:
        assert "or -70000:" in converted.bad[bad[0]].why or "or 1234:" in converted.bad[bad[0]].why


def test_a_cell_that_is_read_as_two_columns_is_spoken_of_once(tmp_path):
    bad = "D9,Quay,Ana,Closed Won,5,2025-01-08,2025-02-30"
    result = validated(tmp_path, DEALS + bad)
    assert [(i.line, i.column, i.effect) for i in result.issues] == [(5, "Close Date", "rejected")]


def test_text_guarded_against_formulas_loses_its_guard():
    assert values(["'=SUM(A1)", "'-tag", "'tis"], Type.TEXT) == ["=SUM(A1)", "-tag", "'tis"]


def test_both_lengths_of_a_salesforce_id_are_one():
    long, short = "0064600000J5S5TAAV", "0064600000J5S5T"
    assert salesforce_suffix(short) == "AAV"
    assert values([long, short, ""], Type.ID) == [long, long, None]
    assert values(["000000000000000AAA", long], Type.ID) == [None, long]


def test_ids_that_only_look_like_salesforces_are_left_alone():
    other = ["006QBMAE38SRYO4RCB", "006U1RSUJT9T11PHP0"]
    assert values(other, Type.ID) == other
    mixed = pa.chunked_array([["006QBMAE38SRYO4RCB", "006QBMAE38SRYO4"]])
    assert long_salesforce_ids(mixed).to_pylist() == mixed.to_pylist()
    assert values(["ABCDEFGHIJKLMNO"], Type.ID) == ["ABCDEFGHIJKLMNO"]


def test_a_name_of_fifteen_bytes_and_fewer_letters_is_no_salesforce_id():
    name = "Jürgen Müßig"
    assert (len(name), len(name.encode())) == (12, 15)
    assert long_salesforce_ids(pa.chunked_array([[name, "", None]])).to_pylist() == [name, "", None]


def test_long_and_zero_led_ids_stay_text_and_rounded_ones_are_bad():
    assert values(["1234567890123456789", "007"], Type.ID) == ["1234567890123456789", "007"]
    assert values(["12.0", "13.0"], Type.ID) == ["12", "13"]
    assert values(["12.0", "A-1"], Type.ID) == ["12.0", "A-1"]
    assert list(typed(["1.23457E+18", "1"], Type.ID).bad) == [0]


@settings(max_examples=200)
@given(st.lists(st.tuples(st.text(max_size=20), st.sampled_from(["", "a", "b"])), max_size=30))
def test_identical_rows_are_found_exactly(rows):
    import numpy as np

    columns = [pa.chunked_array([pa.array([r[i] for r in rows], pa.string())]) for i in (0, 1)]
    later = first_identical(columns, np.arange(len(rows)))
    assert later == {i: rows.index(r) for i, r in enumerate(rows) if rows.index(r) < i}
    assert len(set(row_hashes(columns).tolist())) == len(set(rows))


# --- rows ----------------------------------------------------------------------------------------------------------


def test_a_bad_cell_rejects_its_row_and_says_where_and_why(tmp_path):
    result = validated(tmp_path, DEALS + "D4,x,Ana,Proposal,abc,2025-01-31,\nD5,y,Ana,Proposal,#REF!,2025-02-30,\n")
    assert rejected(result) == [(5, "Amount", "abc"), (6, "Amount", "#REF!"), (6, "Created Date", "2025-02-30")]
    assert all(i.why and i.what_to_do for i in result.issues)
    assert (result.accepted, result.rejected, adds_up(result)) == (3, 2, True)


def test_blanks_reject_nothing_but_a_missing_deal_id_does(tmp_path):
    result = validated(tmp_path, DEALS + "D4,,,,,,\n,x,Ana,Proposal,1,2025-01-01,\n")
    assert rejected(result) == [(6, "Deal ID", "")]
    assert deals(result)[-1]["owner"] is None


def test_negative_amounts_are_accepted(tmp_path):
    assert deals(validated(tmp_path, DEALS + 'D4,x,Ana,Proposal,"(70,000)",,\n'))[-1]["amount"] == Decimal(-70000)


def test_a_lone_close_date_is_expected_while_open_and_closed_afterwards(tmp_path):
    rows = deals(validated(tmp_path, DEALS))
    assert [r["expected_close_date"] for r in rows] == [dt.date(2025, 9, 1), None, None]
    assert [r["closed_at"] and r["closed_at"].date() for r in rows] == [None, dt.date(2025, 3, 2), dt.date(2025, 2, 1)]


def test_the_as_of_date_is_the_latest_thing_that_happened(tmp_path):
    assert validated(tmp_path, DEALS).as_of == dt.date(2025, 3, 2)
    assert validated(tmp_path, DEALS, Answers(as_of=dt.date(2026, 1, 1))).as_of == dt.date(2026, 1, 1)


def test_deals_without_any_day_are_taken_and_the_day_is_asked_for_in_words(tmp_path):
    text = "Deal ID,Owner,Stage,Amount\n1,Ana,Lead,5\n"
    result = validated(tmp_path, text)
    assert (result.as_of, result.accepted) == (None, 1)
    assert any("says up to which day it speaks" in why for why in notes(result))
    assert not any("which day" in why for why in notes(validated(tmp_path, text, Answers(as_of=dt.date(2025, 1, 1)))))


def test_what_is_still_to_be_decided_is_blank_and_keeps_its_deal(tmp_path):
    result = validated(tmp_path, DEALS + "D4,x,Ana,Lead,TBD,2025-01-06,\n")
    assert (result.rejected, deals(result)[-1]["amount"]) == (0, None)


def test_an_open_deals_expected_date_never_is_the_as_of_date(tmp_path):
    result = validated(tmp_path, DEALS + "D4,x,Ana,Proposal,1,2025-01-09,2031-01-01\n")
    assert result.as_of == dt.date(2025, 3, 2)
    assert last_closing(result.tables["raw_deals"]) == dt.datetime(2025, 3, 2)


def test_identical_rows_with_an_id_are_duplicates(tmp_path):
    result = validated(tmp_path, DEALS + DEALS.splitlines()[1] + "\n")
    assert (result.accepted, result.duplicate, adds_up(result)) == (3, 1, True)
    assert next(i for i in result.issues if i.effect == "duplicate").line == 5


REPEATS = (
    HEADER
    + "\nD1,Harbour,Ana,Lead,100,2025-01-06,\nD2,Pier,Ben,Won,5,2025-01-06,\nD1,Harbour,Ana,Proposal,150,2025-01-06,\n"
)


def test_other_values_under_one_id_raise_a_question(tmp_path):
    from kpi_engine.ingest.detect import detect
    from tests.ingest.files import staged

    found = detect(staged(tmp_path, REPEATS), Answers())
    asked = [*found.open_questions, *validated(tmp_path, REPEATS).questions]
    assert "repeats" in {q.id for q in asked}


def test_versions_keep_the_newest_row(tmp_path):
    result = validated(tmp_path, REPEATS, Answers(repeats="versions"))
    assert {r["deal_id"]: r["amount"] for r in deals(result)} == {"D1": Decimal(150), "D2": Decimal(5)}
    assert (result.accepted, result.duplicate, adds_up(result)) == (2, 1, True)


def test_the_newest_version_is_told_by_its_modification(tmp_path):
    text = REPEATS.replace("Close Date", "Last Modified Date").replace("100,2025-01-06,", "100,2025-01-06,2025-05-01")
    text = text.replace("150,2025-01-06,", "150,2025-01-06,2025-04-01")
    assert deals(validated(tmp_path, text, Answers(repeats="versions")))[0]["amount"] == Decimal(100)


def test_lines_add_their_amounts(tmp_path):
    result = validated(tmp_path, REPEATS, Answers(repeats="lines"))
    assert {r["deal_id"]: r["amount"] for r in deals(result)} == {"D1": Decimal(250), "D2": Decimal(5)}
    assert (result.accepted, result.duplicate, adds_up(result)) == (3, 0, True)
    assert any("added" in why for why in notes(result))


NO_ID = "Account,Owner,Stage,Amount\nAcme,Ana,Lead,1\nBorea,Ben,Lead,2\nAcme,Ana,Lead,1\n"


def test_identical_rows_without_an_id_are_kept_and_said(tmp_path):
    result = validated(tmp_path, NO_ID, Answers(key=("row",)))
    ids = [r["deal_id"] for r in deals(result)]
    assert (len(set(ids)), result.accepted, adds_up(result)) == (3, 3, True)
    assert any(why.startswith("1 row repeats another row in every cell") for why in notes(result))
    assert [(question.id, question.suggested, question.must) for question in result.choices] == [
        ("identical", "keep", False)
    ]


def test_identical_rows_without_an_id_are_dropped_when_the_user_says_so(tmp_path):
    result = validated(tmp_path, NO_ID, Answers(key=("row",), identical="drop"))
    assert (result.accepted, result.duplicate, adds_up(result)) == (2, 1, True)


def test_a_key_of_columns_gives_the_same_id_in_every_export(tmp_path):
    first = validated(tmp_path, NO_ID, Answers(key=("Account",), identical="drop"))
    second = validated(tmp_path, NO_ID.replace("Lead,2", "Won,9"), Answers(key=("Account",), identical="drop"))
    assert [r["deal_id"] for r in deals(first)] == [r["deal_id"] for r in deals(second)]
    assert deals(first)[0]["deal_id"].startswith("acme-")


def test_a_short_line_is_noted_or_rejected_by_what_it_lacks(tmp_path):
    result = validated(tmp_path, HEADER + "\nD1,a,Ana,Lead,5\nD2,b\nD3,c,Ben,Lead,1,2025-01-01,\n")
    assert [r["deal_id"] for r in deals(result)] == ["D1", "D3"]
    assert ("ends after 2 of 7" in next(i.why for i in result.issues if i.effect == "rejected"), adds_up(result)) == (
        True,
        True,
    )
    assert any("end early" in why for why in notes(result))


@pytest.mark.parametrize(
    ("yes", "no"), [("Verdadero", "Falso"), ("VERDADEIRO", "FALSO"), ("Vero", "Falso"), ("WAAR", "ONWAAR"), ("✓", "✗")]
)
def test_yes_and_no_are_understood_in_several_languages(yes, no):
    assert values([yes, no, ""], Type.FLAG) == [True, False, None]


def test_a_column_that_says_yes_or_nothing_means_no_by_nothing_and_says_so():
    found = typed(["x", "", "x"], Type.FLAG)
    assert (found.values.to_pylist(), list(found.notes.values())) == ([True, False, True], [[1]])
    assert values(["x", "", "no"], Type.FLAG) == [True, None, False]
    assert values(["maybe", "", "x"], Type.FLAG) == [None, None, True]


def test_a_deal_put_away_or_with_a_reason_is_lost_in_odoo_unless_it_was_won(tmp_path):
    rows = (
        "1,a,Ana,New,10,True,",
        "2,b,Ana,New,20,False,",
        "3,c,Ana,New,30,True,Too dear",
        "4,d,Ana,Won,40,False,",
    )
    text = "ID,Opportunity,Salesperson,Stage,Expected Revenue,Active,Lost Reason\n" + "\n".join(rows) + "\n"
    assert [r["status"] for r in deals(validated(tmp_path, text))] == [None, "lost", "lost", None]


def test_a_reason_says_nothing_of_how_a_deal_stands_where_no_crm_means_it_so(tmp_path):
    text = "Deal ID,Owner,Stage,Amount,Lost Reason\n1,Ana,Lead,10,Too dear\n"
    assert [r["status"] for r in deals(validated(tmp_path, text))] == [None]


def test_a_status_with_won_or_lost_among_its_words_says_so_and_others_do_not(tmp_path):
    words = ("Won - upsell", "closed_lost", "Lost to nobody, won later", "Churned Customer", "Deal lost: price")
    rows = "".join(f'{n},Ana,S,1,"{word}"\n' for n, word in enumerate(words))
    result = deals(validated(tmp_path, f"Deal ID,Owner,Stage,Amount,Status\n{rows}"))
    assert [r["status"] for r in result] == ["won", "lost", None, None, "lost"]


def test_first_and_last_name_are_one_name(tmp_path):
    people = validated(tmp_path, "First Name,Last Name,Email,Team\nAna,Silva,ana@x.com,North\n,Ode,ode@x.com,South\n")
    assert people.tables["raw_people"]["owner"].to_pylist() == ["Ana Silva", "Ode"]


def test_a_day_and_its_time_in_two_columns_are_one_moment(tmp_path):
    header = "Activity - Subject,Activity - Type,Activity - Assigned to user,Activity - Due date,Activity - Due time\n"
    text = header + "a,Call,Ana,2025-01-06,09:30\nb,Call,Ana,2025-01-07,\nc,Call,Ana,,10:00\n"
    moments = validated(tmp_path, text).tables["raw_activities"]["occurred_at"].to_pylist()
    assert moments == [dt.datetime(2025, 1, 6, 9, 30), dt.datetime(2025, 1, 7), None]


def test_blanks_within_a_name_are_one(tmp_path):
    text = "Deal ID,Owner,Stage,Amount\n1,Ana  Silva,Lead,1\n2,Ana\u00a0Silva,Lead,2\n3,Ana Silva,Lead,3\n"
    assert {r["owner"] for r in deals(validated(tmp_path, text))} == {"Ana Silva"}


def test_flags_tell_how_a_deal_stands(tmp_path):
    text = "Id,Name,OwnerId,StageName,CloseDate,IsClosed,IsWon\n1,a,x,S,,0,0\n2,b,x,S,,1,1\n3,c,x,S,,1,0\n"
    assert [r["status"] for r in deals(validated(tmp_path, text))] == ["open", "won", "lost"]


def test_date_entered_columns_become_stage_changes(tmp_path):
    text = (
        "Record ID,Deal Name,Deal owner,Deal Stage,Pipeline,"
        "\"Date entered 'Lead (Sales)'\",\"Date entered 'Won (Sales)'\"\n"
        "1,a,Ana,Won,Sales,2025-01-01 10:00,2025-02-01 11:00\n2,b,Ben,Lead,Sales,2025-01-05 09:00,\n"
    )
    result = validated(tmp_path, text)
    changes = result.tables["raw_stage_changes"].to_pylist()
    assert [(c["deal_id"], c["stage"], c["pipeline"]) for c in changes] == [
        ("1", "Lead", "Sales"),
        ("2", "Lead", "Sales"),
        ("1", "Won", "Sales"),
    ]
    assert (result.accepted, adds_up(result)) == (2, True)


def test_a_change_log_becomes_one_column_per_field(tmp_path):
    text = (
        "deal_id,change_time,changed_field_key,new_value\n7,2025-01-01 10:00:00,add_time,2025-01-01T10:00:00\n"
        "7,2025-01-01 10:00:00,user_id,12\n7,2025-01-02 10:00:00,stage_id,2\n7,2025-01-03 10:00:00,label,hot\n"
    )
    result = validated(tmp_path, text)
    rows = result.tables["raw_stage_changes"].to_pylist()
    assert rows[0]["created_at"] == dt.datetime(2025, 1, 1, 10)
    assert (rows[1]["owner"], rows[2]["stage"]) == ("12", "2")
    assert (result.accepted, adds_up(result)) == (4, True)
    assert any("'label'" in why or "label" in why for why in notes(result))


def test_a_stage_change_without_its_moment_is_rejected(tmp_path):
    text = "Deal ID,Changed At,Stage\n1,2025-01-01,Lead\n1,,Won\n,2025-01-01,Won\n"
    result = validated(tmp_path, text)
    assert [(line, column) for line, column, _ in rejected(result)] == [(3, "Changed At"), (4, "Deal ID")]


def test_text_that_looks_like_nothing_or_several_is_kept_as_an_owner_or_account(tmp_path):
    row = "D4,x,NULL,Proposal,1,2025-01-09,\nD5,x,Ana; Ben,Proposal,1,2025-01-09,\nD6,x,#REF!,Proposal,1,2025-01-09,\n"
    result = validated(tmp_path, DEALS + row)
    assert [r["owner"] for r in deals(result)][3:] == ["NULL", "Ana; Ben", None]
    assert result.rejected == 0


FIELD_HISTORY = "OpportunityId,Field,OldValue,NewValue,CreatedDate\n"


def test_a_field_history_keeps_what_stood_there_before(tmp_path):
    text = FIELD_HISTORY + (
        "1,Amount,100,150.50,2025-01-02T10:00:00\n1,Owner,Ana,Ben,2025-01-03T10:00:00\n"
        "1,CloseDate,2025-03-01,2025-04-01,2025-01-04T10:00:00\n1,StageName,Lead,Won,2025-01-05T10:00:00\n"
        "1,Amount,,170,2025-01-06T10:00:00\n"
    )
    rows = validated(tmp_path, text).tables["raw_stage_changes"].to_pylist()
    assert [(r["old_amount"], r["amount"]) for r in rows if r["amount"]] == [
        (Decimal(100), Decimal("150.50")),
        (None, Decimal(170)),
    ]
    assert (rows[1]["old_owner"], rows[1]["owner"]) == ("Ana", "Ben")
    assert rows[2]["old_expected_close_date"] == dt.date(2025, 3, 1)
    assert (rows[3]["old_stage"], rows[3]["old_amount"], rows[3]["old_owner"]) == ("Lead", None, None)


KIM, LEE = "005460000015BzqAAE", "005460000015BzrAAE"


def test_an_owner_change_told_in_names_and_in_ids_counts_once(tmp_path):
    text = FIELD_HISTORY + (
        f"1,Owner,Kim Tran,Lee Park,2025-01-02T10:00:00\n1,Owner,{KIM},{LEE},2025-01-02T10:00:00\n"
        f"2,Owner,{KIM},{LEE},2025-01-02T10:00:00\n1,Owner,{LEE},{KIM},2025-01-03T10:00:00\n"
    )
    result = validated(tmp_path, text)
    assert [r["owner"] for r in result.tables["raw_stage_changes"].to_pylist()] == ["Lee Park", LEE, KIM]
    assert [(i.line, i.effect) for i in result.issues] == [(3, "duplicate")]
    assert (result.duplicate, adds_up(result)) == (1, True)


@pytest.mark.parametrize(
    ("stamps", "newest_first"),
    [
        (("2025-01-02", "2025-01-02", "2025-01-01"), True),
        (("2025-01-01", "2025-01-02", "2025-01-02"), False),
        (("2025-01-02", "2025-01-02", "2025-01-02"), False),
    ],
)
def test_a_history_written_newest_first_counts_its_lines_backwards(tmp_path, stamps, newest_first):
    stages = ("Won", "Proposal", "Lead")
    lines = [f"1,{stamp},{stage}" for stamp, stage in zip(stamps, stages, strict=True)]
    result = validated(tmp_path, "Deal ID,Changed At,Stage\n" + "\n".join(lines) + "\n2,2025-01-09,Lead\n")
    changes = result.tables["raw_stage_changes"].to_pylist()
    assert [c["line"] for c in changes] == ([-2, -3, -4, -5] if newest_first else [2, 3, 4, 5])
    in_order = [c["stage"] for c in sorted(changes, key=lambda c: (c["changed_at"], c["line"])) if c["deal_id"] == "1"]
    assert in_order == (["Lead", "Proposal", "Won"] if newest_first else list(stages))


def test_one_deal_whose_times_rise_keeps_the_order_of_the_file(tmp_path):
    text = "Deal ID,Changed At,Stage\n1,2025-01-02,Won\n1,2025-01-01,Lead\n2,2025-01-01,Lead\n2,2025-01-02,Won\n"
    assert validated(tmp_path, text).tables["raw_stage_changes"]["line"].to_pylist() == [2, 3, 4, 5]
