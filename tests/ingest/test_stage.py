"""Reading bytes: whatever the encoding and the mess around a table, the same cells come out, and no line is lost."""

import csv
import datetime as dt
import io
import random
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_engine.errors import UserFileError
from kpi_engine.ingest import sheet as sheets
from kpi_engine.ingest.child import stage_in_child
from kpi_engine.ingest.stage import stage
from tests.ingest.files import DEALS, HEADER, ROWS, cells, gzip_bomb, lines, staged, workbook, write, zipped

EXPECTED = [tuple(row.split(",")) for row in ROWS]
UMLAUTS = DEALS.replace("Harbour", "Häfen für").replace("Pier", "Café")


def effects(read):
    return [(issue.line, issue.effect) for issue in read.set_aside]


def test_a_plain_file_is_read_as_it_stands(tmp_path):
    read = staged(tmp_path, DEALS)
    assert read.header == tuple(HEADER.split(","))
    assert cells(read) == EXPECTED
    assert lines(read) == [2, 3, 4]
    assert (read.read, read.set_aside, read.encoding, read.delimiter) == (3, (), "utf-8", ",")


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_every_encoding_gives_the_same_cells(tmp_path, encoding, named):
    read = staged(tmp_path, UMLAUTS.encode(encoding))
    assert cells(read) == cells(staged(tmp_path, UMLAUTS))
    assert read.encoding == named


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end_gives_the_same_cells(tmp_path, delimiter, end):
    read = staged(tmp_path, DEALS.replace(",", delimiter).replace("\n", end))
    assert cells(read) == EXPECTED
    assert lines(read) == [2, 3, 4]


def test_a_first_line_sep_names_the_delimiter(tmp_path):
    read = staged(tmp_path, "sep=;\r\n" + DEALS.replace(",", ";").replace("\n", "\r\n"))
    assert (read.delimiter, cells(read), lines(read)) == (";", EXPECTED, [3, 4, 5])


def test_decimal_commas_do_not_outvote_the_semicolon(tmp_path):
    text = "Deal ID;Amount;Weighted\n" + "".join(f"D{i};{i},50;{i},25\n" for i in range(30))
    assert cells(staged(tmp_path, text))[1] == ("D1", "1,50", "1,25")


def test_a_file_without_a_final_newline_loses_no_row(tmp_path):
    assert cells(staged(tmp_path, DEALS.rstrip("\n"))) == EXPECTED


def test_outer_spaces_are_kept_off_and_inner_ones_kept(tmp_path):
    text = HEADER + "\n  D1 , Harbour  tour ,\u00a0Ana,Proposal,1000,2025-01-06,2025-09-01\n"
    assert cells(staged(tmp_path, text))[0][:3] == ("D1", "Harbour  tour", "Ana")


def test_quoted_newlines_and_doubled_quotes_keep_the_physical_line(tmp_path):
    text = HEADER + '\nD1,"Harbour\ntour ""gold"", big",Ana,Proposal,1,2025-01-06,\nD2,b,Ben,Won,2,2025-01-07,\n'
    read = staged(tmp_path, text)
    assert cells(read)[0][1] == 'Harbour\ntour "gold", big'
    assert lines(read) == [2, 4]


def test_titles_above_the_header_are_skipped_and_said(tmp_path):
    read = staged(tmp_path, "Opportunity report\n\n" + DEALS)
    assert read.header == tuple(HEADER.split(","))
    assert effects(read) == [(1, "skipped"), (2, "blank")]
    assert (read.read, lines(read)) == (5, [4, 5, 6])


def test_titles_padded_with_delimiters_are_skipped(tmp_path):
    read = staged(tmp_path, "Report,,,,,,\nAs of 1 May,,,,,,\n" + DEALS)
    assert read.header == tuple(HEADER.split(","))
    assert effects(read) == [(1, "skipped"), (2, "skipped")]


def test_repeated_headers_are_skipped(tmp_path):
    text = "\n".join((HEADER, ROWS[0], HEADER, ROWS[1])) + "\n"
    read = staged(tmp_path, text)
    assert (cells(read), effects(read)) == (EXPECTED[:2], [(3, "skipped")])


def test_blank_lines_are_blank_and_the_final_newline_is_no_row(tmp_path):
    read = staged(tmp_path, DEALS + "\n,,,,,,\n")
    assert (len(cells(read)), effects(read), read.read) == (3, [(5, "blank"), (6, "blank")], 5)


@pytest.mark.parametrize(
    "total",
    [
        "Total,,,,3800.50,,",
        "Grand Total (3 records),,,,3800.50,,",
        ",,Subtotal:,,3800.50,,",
        "Summe,,,,3.800,,",
        ",,,,3800.50,,",
        "Total,,,,USD 3 800.50,,",
        "Total,,,USD,3800.50,,",
        "Total: 3 deals,,,,3800.50,,",
        "Total amount,,,,3800.50,,",
        "Total geral,,,,3800.50,,",
        ",,Ana Total,,1300.00,,",
        ",,,,Total,3800.50,",
    ],
)
def test_totals_are_skipped(tmp_path, total):
    read = staged(tmp_path, DEALS + total + "\n")
    assert (cells(read), effects(read)) == (EXPECTED, [(5, "skipped")])


def test_subtotals_and_sums_without_a_name_are_skipped_wherever_they_stand(tmp_path):
    text = "\n".join((HEADER, ROWS[0], ",,,,1000,,", ROWS[1], ",,Ben Total,,2500.50,,", ROWS[2])) + "\n"
    read = staged(tmp_path, text)
    assert (cells(read), effects(read)) == (EXPECTED, [(3, "skipped"), (5, "skipped")])


def test_a_row_with_an_id_and_an_amount_alone_is_no_sum(tmp_path):
    assert cells(staged(tmp_path, DEALS + "1004,,,,500,,\n"))[-1] == ("1004", "", "", "", "500", "", "")


def test_further_values_on_a_line_of_their_own_are_no_deals(tmp_path):
    text = f"{HEADER},Tags\n{ROWS[0]},Boats\n,,,,,,,Piers\n,,,,,,,Summer\n{ROWS[1]},\n{ROWS[2]},Boats\n"
    read = staged(tmp_path, text)
    assert (len(cells(read)), effects(read)) == (3, [(3, "skipped"), (4, "skipped")])
    assert "row above" in read.set_aside[0].why


@pytest.mark.parametrize("line", [",,,,40,,,Piers", ",,,,,2025-01-09,,Piers"])
def test_a_further_line_with_a_number_or_a_day_is_left_to_be_judged(tmp_path, line):
    read = staged(tmp_path, f"{HEADER},Product\n{ROWS[0]},Boats\n{line}\n{ROWS[1]},\n{ROWS[2]},Boats\n")
    assert (len(cells(read)), effects(read)) == (4, [])


def test_the_groups_of_a_board_are_headings_and_its_sums_no_deals(tmp_path):
    group = ("Done,,,,,,", HEADER, ROWS[1], ROWS[2], ",,,,2800.50,,")
    text = "\n".join(("Deals,,,,,,", "Open,,,,,,", HEADER, ROWS[0], ",,,,1000,,", ",,,,,,", *group)) + "\n"
    read = staged(tmp_path, text)
    assert cells(read) == EXPECTED
    assert [line for line, effect in effects(read) if effect == "skipped"] == [1, 2, 5, 7, 8, 11]


def test_a_deal_of_a_company_called_total_is_no_total(tmp_path):
    row = "Total,Total,Ana,Proposal,10,2025-01-06,"
    assert cells(staged(tmp_path, DEALS + row + "\n"))[-1][0] == "Total"
    assert len(cells(staged(tmp_path, DEALS + "D9,Total,Ana,Proposal,10,,\n"))) == 4


def test_the_footer_of_a_salesforce_report_is_skipped(tmp_path):
    footer = (
        "\n\nGrand Totals (3 records),,,,3800.50,,\n\nOpen pipeline of the team\n"
        "Copyright © 2000-2025 salesforce.com, inc. All rights reserved.\n"
        "Confidential Information - Do Not Distribute\nGenerated By:  Ana Silva  1/5/2025 10:12\n"
    )
    read = staged(tmp_path, DEALS + footer)
    assert cells(read) == EXPECTED
    assert {effect for _, effect in effects(read)} == {"blank", "skipped"}
    assert read.read == 3 + len(read.set_aside) == 11


def test_a_line_with_too_many_cells_is_rejected_and_never_shifted(tmp_path):
    read = staged(tmp_path, DEALS + "D4,Smith, John,Ana,Proposal,10,2025-01-06,\n")
    assert (cells(read), effects(read)) == (EXPECTED, [(5, "rejected")])
    assert "8 cells" in read.set_aside[0].why


@pytest.mark.parametrize("more", [2, 9, 40, 400])
@pytest.mark.parametrize("line", [2, 3, 40])
def test_one_row_far_too_wide_is_one_rejected_row_wherever_it_stands(tmp_path, line, more):
    rows = [f"D{i},Tour {i},Ana,Proposal,{i},2025-01-06," for i in range(60)]
    rows[line - 2] = "D,x,Ana,Proposal,10,2025-01-06," + ",word" * more
    read = staged(tmp_path, "\n".join([HEADER, *rows]) + "\n")
    assert (read.header, len(cells(read))) == (tuple(HEADER.split(",")), 59)
    assert effects(read) == [(line, "rejected")]


def test_rows_too_wide_do_not_hide_the_header_where_they_are_many_or_the_file_is_short(tmp_path):
    wide = "D,x,Ana,Proposal,10,2025-01-06," + ",word" * 30
    read = staged(tmp_path, "\n".join([HEADER, *[ROWS[0], ROWS[1], ROWS[2], ROWS[0], ROWS[1], wide] * 5]) + "\n")
    assert (read.header, len(read.set_aside)) == (tuple(HEADER.split(",")), 5)
    read = staged(tmp_path, "\n".join([HEADER, wide, *ROWS]) + "\n")
    assert (read.header, effects(read)) == (tuple(HEADER.split(",")), [(2, "rejected")])


def test_a_remark_far_to_the_side_of_a_sheet_does_not_hide_its_header(tmp_path):
    table = [HEADER.split(","), *[row.split(",") for row in ROWS] * 3]
    table[2] = [*table[2], *["remark"] * 20]
    read = staged(tmp_path, workbook(table), "deals.xlsx")
    assert (read.header, effects(read)) == (tuple(HEADER.split(",")), [(3, "rejected")])


def test_empty_cells_beyond_the_header_are_harmless_where_all_rows_have_them(tmp_path):
    assert cells(staged(tmp_path, HEADER + "\n" + "".join(f"{row},\n" for row in ROWS))) == EXPECTED
    assert effects(staged(tmp_path, DEALS + ROWS[0] + ",\n")) == [(5, "rejected")]


def test_a_short_line_is_padded_and_remembered(tmp_path):
    read = staged(tmp_path, HEADER + "\nD1,Harbour tour,Ana,Proposal,1000\n" + ROWS[1] + "\n")
    assert cells(read)[0] == ("D1", "Harbour tour", "Ana", "Proposal", "1000", "", "")
    assert read.short == {2: 5}


def test_a_row_broken_in_two_by_a_bare_line_break_is_rejected(tmp_path):
    read = staged(tmp_path, HEADER + "\nD1,Harbour\ntour,Ana,Proposal,1000,2025-01-06,2025-09-01\n" + ROWS[1] + "\n")
    assert (cells(read), effects(read)) == (EXPECTED[1:2], [(2, "rejected"), (3, "rejected")])


def test_a_file_cut_off_in_its_last_line_says_so(tmp_path):
    read = staged(tmp_path, DEALS + "D4,Harb")
    assert (cells(read), effects(read)) == (EXPECTED, [(5, "rejected")])
    assert "cut off" in read.set_aside[0].why


def test_an_open_quotation_mark_swallows_no_rows(tmp_path):
    text = "\n".join((HEADER, 'D0,"Open,Ana,Proposal,1,2025-01-06,', *ROWS)) + "\n"
    read = staged(tmp_path, text)
    assert (cells(read), effects(read)) == (EXPECTED, [(2, "rejected")])


def test_an_inch_mark_inside_a_cell_is_no_quotation(tmp_path):
    text = HEADER + '\nD1,5" pipe,Ana,Proposal,1,2025-01-06,\nD2,6" pipe,Ben,Won,2,2025-01-07,\n'
    assert [row[1] for row in cells(staged(tmp_path, text))] == ['5" pipe', '6" pipe']


def test_repeated_header_names_hide_no_column(tmp_path):
    read = staged(tmp_path, 'Deal ID,Amount,Amount,,"Value, $"\nD1,1,2,x,3\nD2,4,5,y,6\n')
    assert read.header == ("Deal ID", "Amount", "Amount (2)", "", "Value, $")
    assert cells(read)[0] == ("D1", "1", "2", "x", "3")


@pytest.mark.parametrize("fast", [True, False])
def test_long_digits_and_leading_zeros_stay_text(tmp_path, fast):
    text = "Deal ID,Owner,Stage\n1234567890123456789,007,1e5\n0001234567890123456,008,2e5\n"
    assert cells(staged(tmp_path, text, fast=fast))[0] == ("1234567890123456789", "007", "1e5")


# --- refusals ------------------------------------------------------------------------------------------------------

REFUSED = {
    "empty": (b"", "is empty"),
    "blank lines": (b"\n\n \n", "nothing but blank lines"),
    "header only": (HEADER.encode() + b"\n", "has a header but no rows"),
    "binary": (random.Random(1).randbytes(5000), "not a text file"),
    "ZIP renamed": (zipped(DEALS.encode()), "ZIP archive"),
    "gzip": (gzip_bomb(4), "compressed file"),
    "NUL inside": (DEALS.encode().replace(b"Pier", b"Pi\0er"), "not a text file"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls"),
    "PDF": (b"%PDF-1.7\n" + b"x" * 100, "PDF"),
    "web page": (b"<html><table><tr><td>Deal</td></tr></table></html>", "web page"),
    "10,000 columns": (
        ",".join(f"c{i}" for i in range(10_000)).encode() + b"\n" + b"," * 9_999 + b"\n",
        "10,000 columns",
    ),
    "broken workbook": (workbook([["a", "b"], [1, 2]])[:-400], "ZIP archive"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_sentence(tmp_path, case):
    content, sentence = REFUSED[case]
    with pytest.raises(UserFileError, match=sentence) as refusal:
        staged(tmp_path, content, "export.csv")
    assert "export.csv" in str(refusal.value)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("quoted", [True, False])
def test_a_huge_cell_is_refused(tmp_path, quoted):
    cell = "x" * 50_000_000
    text = HEADER + "\nD1," + (f'"{cell}"' if quoted else cell) + ",Ana,Proposal,1,2025-01-06,\n" + ROWS[1] + "\n"
    with pytest.raises(UserFileError, match="more than 1,000,000 characters"):
        staged(tmp_path, text)


def test_a_gzip_of_a_gigabyte_is_refused_without_unpacking(tmp_path):
    with pytest.raises(UserFileError, match="Unpack it"):
        staged(tmp_path, gzip_bomb(1024), "deals.csv")


# --- spreadsheets --------------------------------------------------------------------------------------------------


def test_a_workbook_gives_the_same_cells_as_the_csv(tmp_path):
    rows = [HEADER.split(",")]
    for row in EXPECTED:
        made = [*row[:4], float(row[4]), *(dt.datetime.fromisoformat(c) for c in row[5:])]
        rows.append(made)
    read = staged(tmp_path, workbook(rows), "deals.xlsx")
    assert cells(read) == [tuple("2500.5" if c == "2500.50" else c for c in row) for row in EXPECTED]
    assert read.native == {"c5": "date", "c6": "date"}
    assert (lines(read), read.delimiter, read.sheet) == ([2, 3, 4], None, "Data")


def test_a_workbook_named_csv_is_read_all_the_same(tmp_path):
    assert cells(staged(tmp_path, workbook([["a", "b"], ["x", 1], ["y", 2]]), "deals.csv")) == [("x", "1"), ("y", "2")]


def test_ids_stored_as_text_or_whole_numbers_stay_exact(tmp_path):
    rows = [["Deal ID", "Ref"], ["1234567890123456789", 123456], ["0012", 7], ["0013", 0.1]]
    assert cells(staged(tmp_path, workbook(rows), "d.xlsx")) == [
        ("1234567890123456789", "123456"),
        ("0012", "7"),
        ("0013", "0.1"),
    ]


def test_group_headings_of_a_grouped_sheet_are_skipped(tmp_path):
    rows = [
        ["Opportunity", "Salesperson", "Stage", "Expected Revenue"],
        ["Qualified (2)", None, None, 300],
        ["Harbour tour", "Ana", "Qualified", 100],
        ["Pier (old)", "Ben", "Qualified", 200],
        ["Won (1)", None, None, 50],
        ["Cruise (2)", "Ana", "Won", 50],
    ]
    read = staged(tmp_path, workbook(rows), "odoo.xlsx")
    assert [row[0] for row in cells(read)] == ["Harbour tour", "Pier (old)", "Cruise (2)"]
    assert effects(read) == [(2, "skipped"), (5, "skipped")]


def test_the_first_sheet_with_a_table_is_read_and_the_others_are_named(tmp_path):
    read = staged(tmp_path, workbook([["Deals of May"]], Deals=[["a", "b"], ["x", 1]]), "d.xlsx")
    assert (read.sheet, cells(read)) == ("Deals", [("x", "1")])
    assert "'Data'" in read.notes[0].why


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 1000)
    with pytest.raises(UserFileError, match="unpacks to"):
        staged(tmp_path, workbook([["a", "b"], ["x", 1]]), "d.xlsx")


# --- the child process ---------------------------------------------------------------------------------------------


def test_the_child_process_reads_what_this_process_reads(tmp_path):
    path = write(tmp_path, "My report\n" + UMLAUTS + "\nD9,short\nTotal,,,,1,,\n", "umläut.csv")
    here, there = stage(path, path.name), stage_in_child(path, path.name)
    assert there.table.equals(here.table)
    assert (there.header, there.set_aside, there.short, there.read) == (
        here.header,
        here.set_aside,
        here.short,
        here.read,
    )


def test_a_refusal_travels_back_from_the_child(tmp_path):
    with pytest.raises(UserFileError, match=r"bad\.csv has a header but no rows"):
        stage_in_child(write(tmp_path, HEADER + "\n", "bad.csv"), "bad.csv")


# --- the two readers agree -----------------------------------------------------------------------------------------

_CELL = st.text(st.sampled_from('ab1 "\n\r,;|\té€=\u00a0'), max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(_CELL, min_size=3, max_size=3), min_size=1, max_size=12),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    damage=st.sampled_from(["", '"', "x,y\n", '5" x,1,2\n', '"a"b,1,2\n', '"a,1,2\n']),
)
def test_the_fast_reader_and_the_tolerant_one_agree(tmp_path, rows, quoting, end, damage):
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator=end)
    writer.writerow(["Deal ID", "Owner", "Stage"])
    writer.writerows(rows)
    path = write(tmp_path, out.getvalue() + damage)
    results = []
    for fast in (True, False):
        try:
            results.append(stage(path, path.name, fast=fast))
        except UserFileError as refusal:
            results.append(str(refusal))
    one, other = results
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
    else:
        assert one.table.to_pylist() == other.table.to_pylist()
        assert (one.header, one.set_aside, one.read, one.short) == (
            other.header,
            other.set_aside,
            other.read,
            other.short,
        )


@given(
    st.lists(
        st.lists(st.text(st.sampled_from('ab1 "\n,é'), max_size=6), min_size=3, max_size=3), min_size=1, max_size=12
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_csv_module_writes_comes_back_cell_by_cell(tmp_path, rows):
    rows = [[f"D{i}", *row[1:]] for i, row in enumerate(rows)]
    out = io.StringIO()
    csv.writer(out).writerows([["Deal ID", "Owner", "Stage"], *rows])
    read = staged(tmp_path, out.getvalue())
    assert cells(read) == [tuple(c.strip() for c in row) for row in rows]


def test_every_real_export_is_read_alike_by_both_readers(shared_data: Path):
    paths = sorted(shared_data.glob("*/*.csv"))
    assert len(paths) > 40
    for path in paths:
        if path.stat().st_size > 2_000_000 or path.name == "Event.csv":
            continue
        fast, tolerant = stage(path, path.name), stage(path, path.name, fast=False)
        if path.parent.name == "salesforce-dataexport" and path.name == "Opportunity.csv":
            assert fast.table.num_rows == 31
        assert fast.table.to_pylist() == tolerant.table.to_pylist(), path
        assert fast.read == fast.table.num_rows + len(fast.set_aside), path


def _many(n, damaged):
    rows = [f"{i},Müller {i},Ana,Lead,1,2025-01-01,".encode() for i in range(n)]
    for i in damaged:
        rows[i] = rows[i].replace("ü".encode(), b"\xfc")
    return HEADER.encode() + b"\n" + b"\n".join(rows) + b"\n"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_few_damaged_letters_do_not_spoil_the_others_and_are_told_by_line(tmp_path, mark):
    read = staged(tmp_path, mark + _many(1000, [7, 500]))
    names = [name for _, name, *_ in cells(read)]
    assert (names[6], names[7], names[500]) == ("Müller 6", "M\ufffdller 7", "M\ufffdller 500")
    assert [(n.line, n.effect) for n in read.notes] == [(9, "note"), (502, "note")]
    assert read.read == 1000
    assert read.encoding.startswith("utf-8")


@pytest.mark.parametrize(("n", "damaged"), [(1000, range(1000)), (1000, range(20)), (50, [3])])
def test_many_damaged_letters_mean_another_encoding(tmp_path, n, damaged):
    read = staged(tmp_path, _many(n, damaged))
    assert (read.encoding, read.notes) == ("cp1252", ())


def test_few_letters_beyond_ascii_in_windows_1252_are_read_as_that(tmp_path):
    read = staged(tmp_path, _many(1000, [7]).replace("ü".encode(), b"ue"))
    assert (read.encoding, cells(read)[7][1], read.notes) == ("cp1252", "Müller 7", ())


def test_a_cover_or_a_summary_gives_way_to_the_sheet_with_known_headers(tmp_path):
    cover, summary = [["Pipeline"], ["of", "May"]], [["Who", "How much"], ["Ana", 1300]]
    table = [HEADER.split(","), *(row.split(",") for row in ROWS)]
    read = staged(tmp_path, workbook(cover, Summary=summary, Deals=table, Lists=[["a", "b"], ["x", 1]]), "deals.xlsx")
    assert (read.sheet, len(cells(read))) == ("Deals", 3)
    assert "only 'Deals' was read" in read.notes[0].why


def test_a_cell_merged_over_several_rows_stands_in_each_of_them(tmp_path):
    path = tmp_path / "grouped.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Report")
    for i, row in enumerate([["Stage", "Owner", "Deal", "Amount"], *([None, "Ana", f"D{n}", n] for n in range(1, 4))]):
        sheet.write_row(i, 0, row)
    sheet.merge_range(1, 0, 2, 0, "Lead")
    sheet.write(3, 0, "Won")
    book.close()
    assert [row[0] for row in cells(stage(path, path.name))] == ["Lead", "Lead", "Won"]
