"""Files in, reports out: what a person is told, what is remembered, what is asked."""

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.storage.store import Store
from tests.ingest.files import DEALS, HEADER, ROWS, gzip_bomb, workbook, write, zipped
from tests.ingest.test_commit import HISTORY, contents, take_in, upload


@pytest.fixture
def store():
    with Store.in_memory() as opened:
        yield opened


def value(store, sql):
    return store.read().value(sql)


def test_importing_says_what_happened_and_builds_the_facts(store, tmp_path):
    [report] = take_in(store, upload(tmp_path, DEALS, "deals.csv"))
    assert (report.status, report.import_id, report.read, report.accepted) == ("committed", 1, 3, 3)
    assert report.as_of == dt.date(2025, 3, 2)
    assert report.message == "3 of 3 rows of deals imported."
    assert value(store, "select sum(amount) from fct_deals where status = 'won'") == Decimal("2500.50")
    assert value(store, "select count(*) from dim_stage_probability") > 0


def test_the_same_file_twice_changes_nothing_and_says_so(store, tmp_path):
    file = upload(tmp_path, DEALS, "deals.csv")
    take_in(store, file)
    before, version = contents(store), store.data_version
    [again] = take_in(store, Upload(write(tmp_path, DEALS, "other name.csv"), "other name.csv"))
    assert (again.status, again.import_id, again.accepted) == ("already_imported", 1, 3)
    assert "imported before" in again.message
    assert (contents(store), store.data_version) == (before, version)


def test_the_same_file_twice_in_one_go_is_imported_once(store, tmp_path):
    reports = take_in(store, upload(tmp_path, DEALS, "a.csv"), upload(tmp_path, DEALS, "b.csv"))
    assert [(r.status, r.import_id) for r in reports] == [("committed", 1), ("already_imported", 1)]


def test_other_answers_for_an_imported_file_point_to_the_undo(store, tmp_path):
    file = upload(tmp_path, DEALS, "deals.csv")
    take_in(store, file)
    [again] = take_in(store, file, date_order="dmy")
    assert "undo that import first" in again.message


BAD = {
    "empty": b"",
    "header only": HEADER.encode() + b"\n",
    "binary": bytes(range(256)) * 40,
    "zip": zipped(DEALS.encode()),
    "gzip": gzip_bomb(3),
    "wide": (",".join(f"c{i}" for i in range(10_000)) + "\n" + "1," * 9_999 + "1\n").encode(),
    "huge cell": (HEADER + "\nD1," + "x" * 2_000_000 + ",Ana,Lead,1,,\n").encode(),
    "no needed column": b"Deal ID,Owner,Amount,Close Date\n1,Ana,5,2025-01-01\n",
    "every row bad": (
        HEADER + "\nD1,a,Ana,Lead,abc,2025-01-31,\nD2,b,Ana,Lead,x,2025-01-31,\nD3,b,Ana,Lead,x,2025-01-31,\n"
    ).encode(),
    "no kind": b"Colour,Size\nred,5\nblue,6\n",
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_a_sentence_and_leaves_the_store_untouched(store, tmp_path, case):
    take_in(store, upload(tmp_path, DEALS, "good.csv"))
    before, version = contents(store), store.data_version
    path = write(tmp_path, BAD[case], "bad.csv")
    [report] = workspace.import_files(store, [Upload(path, "bad.csv")], reader=stage)
    assert report.status in ("rejected", "not_used", "needs_answer")
    assert report.status != "needs_answer" or case == "every row bad"
    assert report.read == report.accepted + report.rejected + report.duplicate + report.blank + report.skipped
    assert (report.import_id, len(report.message) > 20, report.message.strip()[-1] in ".?!") == (None, True, True)
    assert (contents(store), store.data_version) == (before, version)


def test_rows_of_a_file_that_is_not_judged_count_as_skipped(store, tmp_path):
    [unknown] = take_in(store, upload(tmp_path, BAD["no kind"].decode(), "colours.csv"))
    assert (unknown.status, unknown.read, unknown.skipped) == ("not_used", 2, 2)
    [lacking] = take_in(store, upload(tmp_path, BAD["no needed column"].decode(), "lacking.csv"))
    assert (lacking.status, lacking.read, lacking.skipped) == ("rejected", 1, 1)
    [bad] = take_in(store, upload(tmp_path, BAD["every row bad"].decode(), "bad.csv"), mapping={"amount": "Amount"})
    assert (bad.status, bad.read, bad.rejected, bad.skipped) == ("rejected", 3, 3, 0)


def test_a_bad_file_does_not_stop_the_others(store, tmp_path):
    reports = take_in(store, upload(tmp_path, "", "bad.csv"), upload(tmp_path, DEALS, "good.csv"))
    assert [r.status for r in reports] == ["rejected", "committed"]
    assert [r.file for r in reports] == ["bad.csv", "good.csv"]


def test_progress_grows_to_the_end(store, tmp_path):
    told = []
    files = [upload(tmp_path, DEALS, "a.csv"), upload(tmp_path, HISTORY, "b.csv")]
    workspace.import_files(store, files, progress=lambda share, words: told.append((share, words)), reader=stage)
    shares = [share for share, _ in told]
    assert (shares == sorted(shares), shares[-1], all(words for _, words in told)) == (True, 1.0, True)


AMBIGUOUS = HEADER + "\nD1,a,Ana,Lead,1,03/04/2025,\nD2,b,Ben,Lead,2,05/06/2025,\nD3,c,Ben,Lead,2,07/08/2025,\n"


def test_an_open_question_writes_nothing_until_it_is_answered(store, tmp_path):
    before = contents(store)
    file = upload(tmp_path, AMBIGUOUS, "deals.csv")
    [asked] = take_in(store, file)
    assert (asked.status, [q.id for q in asked.questions if q.must]) == ("needs_answer", ["date_order"])
    assert (asked.read, asked.accepted, asked.rejected) == (3, 3, 0)
    assert contents(store) == before
    [done] = take_in(store, file, date_order="dmy")
    assert done.status == "committed"
    assert value(store, "select min(created_at) from raw_deals") == dt.datetime(2025, 4, 3)


def test_an_answer_is_remembered_for_the_next_export_with_the_same_header(store, tmp_path):
    take_in(store, upload(tmp_path, AMBIGUOUS, "deals.csv"), date_order="mdy")
    [next_week] = take_in(store, upload(tmp_path, AMBIGUOUS + "D4,d,Ana,Lead,4,09/10/2025,\n", "next.csv"))
    assert next_week.status == "committed"
    assert value(store, "select max(created_at) from raw_deals") == dt.datetime(2025, 9, 10)


def test_a_preview_shows_rows_as_they_will_be_understood_and_writes_nothing(store, tmp_path):
    before = contents(store)
    file = upload(tmp_path, AMBIGUOUS, "deals.csv")
    shown = workspace.preview(store, file, Answers(date_order="dmy"), reader=stage)
    assert shown.head[0][:3] == ("D1", "a", "Ana")
    assert shown.understood["raw_deals"][0]["created_at"] == dt.datetime(2025, 4, 3)
    assert (shown.report.status, shown.report.import_id) == ("committed", None)
    assert workspace.preview(store, file, reader=stage).report.status == "needs_answer"
    assert workspace.preview(store, upload(tmp_path, "", "e.csv"), reader=stage).report.status == "rejected"
    assert contents(store) == before


OTHER = "Deal ID,Deal Name,Owner,Stage,Status,Amount,Created Date,Expected close date,Actual close date"


def test_a_deal_with_an_actual_close_date_and_no_stage_keeps_it_and_dates_its_export(store, tmp_path):
    rows = "D1,a,Ana,Lead,Open,5,2025-01-02,2025-12-31,\nD2,b,Ana,,Customer,6,2025-01-03,2025-12-31,2025-03-04\n"
    [report] = take_in(store, upload(tmp_path, f"{OTHER}\n{rows}", "deals.csv"))
    assert report.as_of == dt.date(2025, 3, 4)
    assert value(store, "select closed_at from raw_deals where deal_id = 'D2'") == dt.datetime(2025, 3, 4)


def test_a_closing_date_beside_an_open_stage_does_not_date_an_export(store, tmp_path):
    rows = "D1,a,Ana,Lead,,5,2025-01-02,2025-12-31,2025-03-04\nD2,b,Ana,,Open,6,2025-01-03,2025-12-31,2025-03-04\n"
    [report] = take_in(store, upload(tmp_path, f"{OTHER}\n{rows}", "deals.csv"))
    assert report.as_of == dt.date(2025, 1, 3)


def weekly(n_open, created="2025-01-06"):
    rows = [f"D{i},Deal {i},Ana,Proposal,100,{created},2025-12-01" for i in range(n_open)]
    return "\n".join((HEADER, *rows, f"W{created},won,Ben,Closed Won,1,2025-01-01,{created}")) + "\n"


def test_a_newer_export_that_lacks_many_open_deals_is_asked_about(store, tmp_path):
    take_in(store, upload(tmp_path, weekly(20), "week1.csv"))
    file = upload(tmp_path, weekly(10, "2025-01-13"), "week2.csv")
    before = contents(store)
    [asked] = take_in(store, file)
    assert (asked.status, asked.questions[0].id) == ("needs_answer", "filtered")
    assert "10 of the 20 deals" in asked.message
    assert contents(store) == before
    [done] = take_in(store, file, filtered="filtered")
    assert done.status == "committed"
    assert value(store, "select is_complete from imports where import_id = 2") is False
    assert value(store, "select count(*) from fct_deals where status = 'gone'") == 0


def test_deals_missing_from_a_complete_newer_export_are_gone(store, tmp_path):
    reports = take_in(
        store, upload(tmp_path, weekly(18, "2025-01-13"), "week2.csv"), upload(tmp_path, weekly(20), "week1.csv")
    )
    assert [r.import_id for r in reports] == [2, 1]
    assert value(store, "select count(*) from fct_deals where status = 'gone'") >= 2


def test_a_changed_export_with_the_newest_date_of_the_one_before_is_asked_when_it_was_made(store, tmp_path):
    take_in(store, upload(tmp_path, weekly(20), "week1.csv"))
    file = upload(tmp_path, weekly(20).replace("D3,Deal 3,Ana,Proposal", "D3,Deal 3,Ana,Closing"), "week2.csv")
    before = contents(store)
    [asked] = take_in(store, file)
    assert (asked.status, [q.id for q in asked.questions if q.must]) == ("needs_answer", ["as_of"])
    assert "6 January 2025" in asked.message
    assert asked.questions[0].options[0].value == "2025-01-06"
    assert [option.label.split(":")[0] for option in asked.questions[0].options] == [
        "On the same day, 6 January 2025",
        "A day later, 7 January 2025",
        "A week later, 13 January 2025",
    ]
    assert contents(store) == before
    assert workspace.preview(store, file, reader=stage).report.status == "needs_answer"
    [done] = take_in(store, file, as_of=dt.date(2025, 1, 13))
    assert (done.status, done.as_of) == ("committed", dt.date(2025, 1, 13))
    moved = "select count(*) from fct_transitions where deal_id = 'D3' and stage = 'Closing' and evidence = 'snapshot'"
    assert value(store, moved) == 1


def test_an_export_asked_for_its_day_can_be_of_the_same_day(store, tmp_path):
    take_in(store, upload(tmp_path, weekly(20), "week1.csv"))
    file = upload(tmp_path, weekly(20).replace("Deal 3,", "Deal three,"), "again.csv")
    [done] = take_in(store, file, as_of=dt.date(2025, 1, 6))
    assert (done.status, value(store, "select deal_name from fct_deals where deal_id = 'D3'")) == (
        "committed",
        "Deal three",
    )


def test_parts_of_one_export_are_taken_together_without_a_question(store, tmp_path):
    lines = weekly(20).splitlines()
    first, second = "\n".join([*lines[:11], lines[-1]]), "\n".join([lines[0], *lines[11:-1]])
    reports = take_in(store, upload(tmp_path, first, "a.csv"), upload(tmp_path, second, "b.csv"))
    assert [r.status for r in reports] == ["committed", "committed"]
    assert value(store, "select count(*) from fct_deals where status = 'open'") == 20


def test_the_list_of_lines_is_safe_to_open_in_a_spreadsheet(store, tmp_path):
    text = DEALS + '=1+1,x,Ana,Lead,=cmd|calc,2025-01-01,\n@evil,"a\nb",Ana,Lead,+1x,2025-01-01,\n'
    [report] = take_in(store, upload(tmp_path, text, "deals.csv"))
    for content in (workspace.rejects_csv(report), workspace.rejects_csv(report.import_id, store)):
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert list(rows[0]) == ["line", "column", "value", "effect", "why", "what_to_do"]
        assert [r["value"] for r in rows if r["effect"] == "rejected"] == ["'=cmd|calc", "'+1x"]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values())


@pytest.mark.parametrize("variant", ["iso", "mdy", "dmy2", "dots", "semicolon", "utf16", "xlsx"])
def test_the_same_deals_in_every_dress_give_the_same_totals(store, tmp_path, variant):
    made = [row.split(",") for row in (*ROWS, "D4,Late one,Ben,Proposal,12345.67,2025-01-28,2025-10-30")]
    [report] = workspace.import_files(store, [dressed(tmp_path, made, variant)], reader=stage)
    assert (report.status, report.accepted) == ("committed", 4)
    assert value(store, "select sum(amount) from fct_deals") == Decimal("16146.17")
    assert value(store, "select max(created_date) from fct_deals") == dt.date(2025, 1, 28)
    assert value(store, "select max(closed_date) from fct_deals") == dt.date(2025, 3, 2)


def dressed(folder: Path, rows: list[list[str]], variant: str) -> Upload:
    formats = {"mdy": "{d.month}/{d.day}/{d.year}", "dmy2": "{d:%d-%m-%y}", "dots": "{d:%d.%m.%Y}"}
    written = []
    for *texts, amount, created, closing in rows:
        days = [dt.date.fromisoformat(d) for d in (created, closing)]
        if variant == "semicolon":
            amount = f"{Decimal(amount):,.2f}".translate(str.maketrans(",.", ".,"))
        if variant == "xlsx":
            written.append([*texts, float(amount), *(dt.datetime(d.year, d.month, d.day) for d in days)])
            continue
        written.append([*texts, amount, *(formats.get(variant, "{d}").format(d=d) for d in days)])
    if variant == "xlsx":
        return Upload(write(folder, workbook([HEADER.split(","), *written]), "deals.xlsx"), "deals.xlsx")
    mark = ";" if variant == "semicolon" else ","
    text = "\n".join(mark.join(row) for row in [HEADER.split(","), *written]) + "\n"
    return Upload(
        write(folder, text.encode("utf-16" if variant == "utf16" else "utf-8"), f"{variant}.csv"), f"{variant}.csv"
    )


def test_a_store_whose_log_was_lost_is_filled_again_from_the_originals(tmp_path):
    path = tmp_path / "t.duckdb"
    with Store.open(path) as store:
        take_in(store, upload(tmp_path, AMBIGUOUS, "deals.csv"), date_order="dmy")
        take_in(store, upload(tmp_path, HISTORY, "history.csv"))
        before = contents(store)
    path.unlink()
    with Store.open(path) as store:
        reports = workspace.rebuild_from_originals(store, reader=stage)
        assert [r.status for r in reports] == ["committed", "committed"]
        assert contents(store) == before
        assert workspace.rebuild_from_originals(store, reader=stage) == []


def damaged_log(path: Path) -> None:
    """A write-ahead log as DuckDB writes it, with one byte of it turned."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("set checkpoint_threshold = '10GB'")
        connection.execute("create table scratch as select range as n from range(10000)")
    log = path.with_name(path.name + ".wal")
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 255
    log.write_bytes(content)


def test_a_damaged_log_is_set_aside_and_nothing_is_missing(tmp_path):
    path = tmp_path / "t.duckdb"
    with Store.open(path) as store:
        take_in(store, upload(tmp_path, DEALS, "deals.csv"))
        before = contents(store)
    damaged_log(path)
    with workspace.open_store(path) as store:
        assert contents(store) == before
        assert "set aside" in store.notices[0]
        assert (len(store.notices), len(list(tmp_path.glob("*.damaged-*")))) == (1, 1)


def test_what_only_a_damaged_log_held_is_read_again_from_the_originals(tmp_path):
    path = tmp_path / "t.duckdb"
    with Store.open(path) as store:
        take_in(store, upload(tmp_path, DEALS, "deals.csv"))
        before = contents(store)
        originals = {p.name: p.read_bytes() for p in store.originals.iterdir()}
        workspace.undo_import(store, 1)
    for name, content in originals.items():
        (path.with_suffix(".originals") / name).write_bytes(content)
    damaged_log(path)
    with workspace.open_store(path) as store:
        assert {k: v for k, v in contents(store).items() if k.startswith("fct")}.keys() <= before.keys()
        assert [row.file_name for row in workspace.imports(store)] == ["deals.csv"]
        assert "read again" in store.notices[1]


def test_a_salesforce_user_renamed_between_exports_is_one_rep_under_the_new_name(store, tmp_path):
    users = "Id,Name,Username,Email,IsActive,ProfileId\n0055g00000AbCdE{},{},a@x.org,a@x.org,1,00e5g000001XyZw\n"
    deals = "Id,Name,OwnerId,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon\n"
    deal = "0065g00000AbCd1AAA,Pier,0055g00000AbCdE{},Proposal,100,2025-09-01,2025-01-0{}T00:00:00Z,0,0\n"
    report = "Opportunity Owner,Opportunity Name,Stage,Amount,Close Date,Created Date,Account Name\n"
    old_name = 'Ann Lee,Quay,Proposal,"50",2025-09-02,2025-01-06,Quay Ltd\n'
    for name, text in (
        ("User.csv", users.format("AA3", "Ann Lee")),
        ("Opportunity.csv", deals + deal.format("AA3", 6)),
        ("User next week.csv", users.format("AA3", "Ann Meyer")),
        ("report.csv", report + old_name),
    ):
        [imported] = take_in(store, upload(tmp_path, text, name))
        assert imported.status == "committed", (name, imported.message)
    rows = store.read().rows("select deal_name, owner from fct_deals order by 1")
    assert rows == [("Pier", "Ann Meyer"), ("Quay", "Ann Meyer")]
    assert store.read().rows("select owner from dim_owners") == [("Ann Meyer",)]


# --- facts of the real exports -------------------------------------------------------------------------------------


def brought_in(store, folder: Path, *names: str):
    reports = workspace.import_files(store, [Upload(folder / n, n) for n in names], reader=stage)
    for r in reports:
        assert r.status == "committed", (r.file, r.message, [q.text for q in r.questions])
        assert r.read == r.accepted + r.rejected + r.duplicate + r.blank + r.skipped
    return reports


def test_maven_crm(store, shared_data):
    brought_in(store, shared_data / "maven-crm", "sales_pipeline.csv", "sales_teams.csv")
    counts = dict(store.read().rows("select stage, count(*) from raw_deals group by stage"))
    assert counts == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}
    assert value(store, "select sum(amount) from raw_deals where stage = 'Won'") == 10_005_534
    months = store.read().rows(
        "select count(*) from raw_deals where stage = 'Won' group by month(closed_at) order by month(closed_at)"
    )
    assert [n for (n,) in months] == [531, 285, 438, 531, 308, 446, 503, 279, 406, 511]


def test_zoho_demo(store, shared_data):
    reports = brought_in(store, shared_data / "zoho-demo", "Potentials.csv", "Calls.csv", "Events.csv", "Tasks.csv")
    assert [r.accepted for r in reports] == [3632, 4100, 2978, 2978]
    sums = dict(store.read().rows("select stage, sum(amount) from raw_deals group by stage"))
    assert (sums["Closed Won"], sums["Closed Lost"], sum(sums.values())) == (89_066_200, 32_059_400, 231_380_900)
    assert value(store, "select count(distinct deal_id) from raw_deals") == 3632
    assert "2,067 rows repeat" in next(i.why for i in reports[3].issues if i.effect == "note" and "repeat" in i.why)
    directions = dict(
        store.read().rows("select direction, count(*) from raw_activities where direction is not null group by all")
    )
    assert directions == {"Inbound": 3560, "Outbound": 540}
    assert value(store, "select count(*) from raw_activities where activity_type = 'call' and minutes = 0") == 760


def test_pipedrive_enpal(store, shared_data):
    reports = brought_in(
        store, shared_data / "pipedrive-enpal", "deal_changes.csv", "activity.csv", "stages.csv", "users.csv"
    )
    assert [r.accepted for r in reports[:2]] == [15_406, 4_579]
    assert value(store, "select count(distinct deal_id) from raw_stage_changes") == 1995
    reached = store.read().rows(
        "select count(distinct deal_id) from raw_stage_changes where stage > '' group by stage order by stage::int"
    )
    assert [n for (n,) in reached] == [1995, 1479, 1305, 1086, 894, 741, 588, 479, 324]
    assert value(store, "select count(distinct deal_id) from raw_stage_changes where lost_reason is not null") == 1995
    assert value(store, "select count(distinct activity_id) from raw_activities") == 4568


def test_revops_mattsun(store, shared_data):
    folder = shared_data / "revops-mattsun"
    brought_in(store, folder, "opportunities.csv", "opp_stage_history.csv", "activities.csv", "quota_targets.csv")
    sums = store.read().rows("select status, count(*), sum(amount) from raw_deals group by status order by status")
    assert sums == [
        ("lost", 22, Decimal("422864.47")),
        ("open", 434, Decimal("13978556.76")),
        ("won", 44, Decimal("849666.44")),
    ]
    assert value(store, "select count(*) from raw_stage_changes") == 1280
    assert value(store, "select sum(target) from raw_targets") == Decimal("40794877.68")
    kinds = dict(store.read().rows("select activity_type, count(*) from raw_activities group by all"))
    assert kinds == {"Call": 1622, "Email": 1614, "Meeting": 831}


def test_salesforce_dataexport(store, shared_data):
    brought_in(store, shared_data / "salesforce-dataexport", "Opportunity.csv", "OpportunityHistory.csv")
    assert store.read().rows("select count(*), sum(amount) from raw_deals") == [(31, 5_760_000)]
    assert store.read().rows("select count(*), sum(amount) from raw_deals where stage = 'Closed Won'") == [
        (18, 3_645_000)
    ]
    assert value(store, "select count(*) from raw_stage_changes") == 62
    assert (
        value(store, "select count(*) from raw_stage_changes where deal_id not in (select deal_id from raw_deals)") == 0
    )


def test_skygeni(store, shared_data):
    brought_in(store, shared_data / "skygeni-b2b", "skygeni_sales_data.csv")
    sums = store.read().rows("select status, count(*), sum(amount) from raw_deals group by status order by status desc")
    assert [(s, n) for s, n, _ in sums] == [("won", 2263), ("lost", 2737)]
    assert (sums[0][2], sums[0][2] + sums[1][2]) == (60_589_278, 131_432_464)


def test_the_flat_export_without_ids(store, shared_data):
    brought_in(store, shared_data / "crm-and-sales-pipelines", "CRM-and-Sales-Pipelines.csv")
    assert store.read().rows("select count(*), sum(amount), count(distinct deal_id) from raw_deals") == [
        (3000, 8_275_135, 3000)
    ]
    assert value(store, "select as_of from imports") == dt.date(2024, 9, 21)
    ended = "select count(*) from raw_deals where stage is null and status is null and closed_at is not null"
    assert value(store, ended) == 348
    won, lost = (value(store, f"select count(*) from fct_deals where status = '{s}'") for s in ("won", "lost"))  # noqa: S608
    assert (won, lost) == (83, 61)


def test_another_key_than_in_the_exports_before_is_asked_about(store, tmp_path):
    header = "Opportunity,Customer,Salesperson,Stage,Expected Revenue,Created on,Expected Closing\n"
    first = header + "Pier,ACME,Ann,New,10,2026-01-05,2026-05-01\nQuay,ACME,Ann,New,20,2026-01-06,2026-05-01\n"
    twin = first + "Pier,BETA,Ann,New,5,2026-01-05,2026-05-01\nMast,BETA,Ann,New,1,2026-01-13,2026-05-01\n"
    take_in(store, upload(tmp_path, first, "one.csv"))
    [asked] = take_in(store, upload(tmp_path, twin, "two.csv"))
    assert asked.status == "needs_answer"
    assert [q.id for q in asked.questions if q.must] == ["key"]
    again = first + "Mast,BETA,Ann,New,1,2026-01-13,2026-05-01\n"
    assert take_in(store, upload(tmp_path, again, "three.csv"))[0].status == "committed"
    assert value(store, "select count(*) from fct_deals") == 3
