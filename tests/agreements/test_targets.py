"""Agreed targets: two people agree, nothing is rewritten, whoever comes second is told, and nothing is ever lost."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kpi_engine import workspace
from kpi_engine.agreements import books, journal
from kpi_engine.agreements.targets import (
    Agreement,
    Subject,
    TargetMovedOn,
    TargetRefused,
    TargetVersion,
    UnknownPeriod,
    agree,
    in_force,
    read_targets,
    review,
    subject,
    withdraw,
)
from kpi_engine.errors import UnknownName
from kpi_engine.forecasting.targets import agreed, target_of
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Store
from kpi_engine.views.ask import Who
from kpi_engine.views.export import export_csv
from tests.agreements.chances import AS_OF, DEALS, HEAD, bring_in
from tests.copies import copied

SAID = Agreement(
    agreed_by="Ann", agreed_with="Mia", agreed_date=date(2026, 1, 20), reason="two new partners",
    review_date=date(2026, 3, 1), recorded_by="Mia", recorded_at=datetime(2026, 1, 20, 9, 30),
)  # fmt: skip
FILE = "Owner,KPI,Period,Target\nAnn,won_value,2026-Q1,5000\nBo,won_value,2026-Q1,400\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with workspace.open_store(folder / "own.duckdb") as opened:
        bring_in(opened, folder)
    return folder / "own.duckdb"


@pytest.fixture
def store(made: Path, tmp_path: Path):
    with workspace.open_store(copied(made, tmp_path)) as opened:
        yield opened


def about(store: Store, kpi: str = "won_value", period: str = "2026-Q1", owner: str = "Ann") -> Subject:
    return subject(store.read(), owner, kpi, period)


def do_agree(store: Store, target: str, said: Agreement = SAID, **which: str) -> TargetVersion:
    what = about(store, **which)
    return workspace.decide(store, lambda session: agree(session, what, Decimal(target), said))


def import_targets(store: Store, folder: Path, text: str = FILE) -> int:
    file = folder / "targets.csv"
    file.write_text(text, encoding="utf-8")
    (report,) = workspace.import_files(store, [Upload(file, file.name)], reader=stage)
    assert report.import_id is not None, report
    return report.import_id


def counting(store: Store, **which: object) -> dict[str, tuple[float, str]]:
    return {one.owner: (one.target, one.source) for one in in_force(store.read(), "won_value", **which)}


def test_an_agreed_target_counts_with_who_when_and_why(store):
    version = do_agree(store, "9000")
    (held,) = in_force(store.read())
    assert (held.target, held.source, held.imported) == (9000.0, "agreed", None)
    assert held.version == version
    assert (version.as_of, version.recorded_by, version.reason) == (AS_OF, "Mia", "two new partners")


def test_an_agreed_target_goes_before_an_imported_one_and_both_are_told(store, tmp_path):
    import_targets(store, tmp_path)
    assert counting(store) == {"Ann": (5000.0, "imported"), "Bo": (400.0, "imported")}
    do_agree(store, "9000")
    assert counting(store) == {"Ann": (9000.0, "agreed"), "Bo": (400.0, "imported")}
    assert in_force(store.read(), "won_value")[0].imported == 5000.0
    quarter = about(store).period
    assert target_of(agreed(store.read(), Slice(), "won_value", None), quarter.start, quarter.end) == 9400.0


def test_taken_back_the_imported_one_counts_again(store, tmp_path):
    import_targets(store, tmp_path)
    do_agree(store, "9000")
    what = about(store)
    workspace.decide(store, lambda session: withdraw(session, what, SAID))
    assert counting(store)["Ann"] == (5000.0, "imported")
    with pytest.raises(TargetRefused, match="Nothing was agreed for Won value, 2026-Q1, Ann"):
        workspace.decide(store, lambda session: review(session, what, SAID))


def test_changing_a_target_leaves_what_was_before(store):
    do_agree(store, "9000")
    do_agree(store, "7000", replace(SAID, agreed_date=date(2026, 1, 28), reason="one partner left"))
    assert counting(store)["Ann"] == (7000.0, "agreed")
    assert [(v.target, v.reason) for v in read_targets(store.read())] == [
        (Decimal(9000), "two new partners"), (Decimal(7000), "one partner left"),
    ]  # fmt: skip
    assert counting(store, day=date(2026, 1, 25)) == {"Ann": (9000.0, "agreed")}
    assert counting(store, day=date(2026, 1, 19)) == {}


def test_what_is_agreed_after_the_data_end_counts_at_once(store):
    do_agree(store, "9000", replace(SAID, agreed_date=date(2026, 2, 20)))
    assert counting(store, day=AS_OF) == {"Ann": (9000.0, "agreed")}


def test_a_review_keeps_the_target_and_moves_the_day(store):
    do_agree(store, "9000")
    what, said = about(store), replace(SAID, agreed_date=date(2026, 3, 1), review_date=date(2026, 3, 20), reason="fine")
    workspace.decide(store, lambda session: review(session, what, said))
    (held,) = in_force(store.read())
    assert (held.target, held.version.how, held.version.review_date) == (9000.0, "reviewed", date(2026, 3, 20))


def test_of_two_who_edit_the_same_target_the_second_is_told_and_nothing_is_overwritten(store):
    seen = replace(SAID, seen=0)
    do_agree(store, "9000", seen)
    with pytest.raises(TargetMovedOn) as told:
        do_agree(store, "4000", replace(seen, recorded_by="Bea", reason="mine"))
    sentence = str(told.value)
    assert "Mia agreed on 9,000" in sentence
    assert "two new partners" in sentence
    assert [v.target for v in read_targets(store.read())] == [Decimal(9000)]
    do_agree(store, "4000", replace(seen, seen=1))
    assert counting(store)["Ann"][0] == 4000.0


def test_a_review_of_what_somebody_changed_meanwhile_is_refused_too(store):
    do_agree(store, "9000")
    do_agree(store, "8000")
    what = about(store)
    with pytest.raises(TargetMovedOn, match="agreed on 8,000"):
        workspace.decide(store, lambda session: review(session, what, replace(SAID, seen=1)))


@pytest.mark.parametrize(
    ("target", "changed", "sentence"),
    [
        ("0", {}, "above 0"),
        ("-5", {}, "above 0"),
        ("NaN", {}, "above 0"),
        ("5", {"agreed_with": " "}, "both names"),
        ("5", {"agreed_with": "ann"}, "the two names are the same"),
        ("5", {"reason": " "}, "Say why"),
        ("5", {"review_date": None}, "look at it again"),
        ("5", {"review_date": date(2026, 1, 20)}, "after the day you agreed"),
    ],
)
def test_what_cannot_be_agreed_on_is_a_sentence_and_writes_nothing(store, target, changed, sentence):
    with pytest.raises(TargetRefused, match=sentence):
        do_agree(store, target, replace(SAID, **changed))
    assert read_targets(store.read()) == []


def test_all_that_is_missing_is_named_at_once(store):
    with pytest.raises(TargetRefused) as told:
        do_agree(store, "0", replace(SAID, agreed_with=" ", reason="", review_date=None))
    for part in ("above 0", "write both names", "Say why", "Choose the day on which you look at it again"):
        assert part in str(told.value), part


def test_a_share_is_between_0_and_100_per_cent(store):
    with pytest.raises(TargetRefused, match="between 0 and 100 %"):
        do_agree(store, "45", kpi="qualified_rate")
    assert do_agree(store, "0.4525", kpi="qualified_rate").target == Decimal("0.4525")


def test_unknown_names_and_periods_say_what_there_is(store):
    with pytest.raises(UnknownName, match=r"No rep is called 'An'\. Did you mean 'Ann'"):
        about(store, owner="An")
    with pytest.raises(UnknownName, match="Did you mean 'won_value'"):
        about(store, kpi="won_valu")
    with pytest.raises(UnknownName, match="no KPI of one person"):
        about(store, kpi="brier_score")
    with pytest.raises(UnknownPeriod, match="Write it as 2026-Q3"):
        about(store, period="soon")


def test_targets_survive_the_undo_of_an_import_and_a_rebuild(store, tmp_path):
    import_id = import_targets(store, tmp_path)
    do_agree(store, "9000")
    before = read_targets(store.read())
    workspace.undo_import(store, import_id)
    workspace.rebuild(store)
    assert read_targets(store.read()) == before
    assert counting(store) == {"Ann": (9000.0, "agreed")}
    import_targets(store, tmp_path)
    assert counting(store) == {"Ann": (9000.0, "agreed"), "Bo": (400.0, "imported")}


def test_targets_come_back_when_a_store_is_filled_again_from_its_originals(store, tmp_path):
    do_agree(store, "9000")
    what = about(store)
    workspace.decide(store, lambda session: review(session, what, replace(SAID, agreed_date=date(2026, 2, 1))))
    before, path, originals = read_targets(store.read()), store.path, store.originals
    store.close()
    path.unlink()
    with workspace.open_store(path) as again:
        workspace.rebuild_from_originals(again, reader=stage)
        assert again.originals == originals
        assert read_targets(again.read()) == before
        assert journal.kept(again, books.TARGETS) == before


def exported(store: Store, who: Who | None = None) -> bytes:
    with zipfile.ZipFile(io.BytesIO(export_csv(store.read(), who or Who()))) as archive:
        return archive.read("agreed_targets.csv")


def bring_back(store: Store, folder: Path, content: bytes):
    file = folder / "agreed_targets.csv"
    file.write_bytes(content)
    (report,) = workspace.import_files(store, [Upload(file, file.name)])
    return report


def test_exported_and_imported_again_they_are_the_same_to_the_letter(store, tmp_path):
    do_agree(store, "9000.5", replace(SAID, reason="=1+1 'quoted', \"said\"; naïve, $5 ![x](http://y)"))
    do_agree(store, "0.4525", kpi="qualified_rate", owner="Bo")
    what = about(store)
    workspace.decide(store, lambda session: withdraw(session, what, replace(SAID, reason="-")))
    with workspace.open_store(tmp_path / "other" / "own.duckdb") as other:
        bring_in(other, tmp_path)
        report = bring_back(other, tmp_path, exported(store))
        assert (report.status, report.accepted, report.rejected) == ("committed", 3, 0), report
        assert read_targets(other.read()) == read_targets(store.read())
        again = bring_back(other, tmp_path, exported(store))
        assert (again.status, again.accepted, again.duplicate) == ("already_imported", 0, 3)
        assert read_targets(other.read()) == read_targets(store.read())


def test_a_file_that_tells_another_past_of_a_target_leaves_it_as_it_is_and_says_so(store, tmp_path):
    do_agree(store, "9000")
    content = exported(store)
    with workspace.open_store(tmp_path / "other" / "own.duckdb") as other:
        bring_in(other, tmp_path)
        do_agree(other, "100", replace(SAID, reason="ours"))
        report = bring_back(other, tmp_path, content)
        assert (report.status, report.accepted, report.rejected) == ("rejected", 0, 1)
        assert "Ann · won_value · 2026-Q1" in report.message
        assert [v.reason for v in read_targets(other.read())] == ["ours"]


@pytest.mark.parametrize(
    ("column", "written", "why"),
    [
        ("target", "NaN", "'NaN' is no number."),
        ("target", "Infinity", "'Infinity' is no number."),
        ("target", "a lot", "'a lot' is no number."),
        ("target", "1e14", "A target is a number above 0 and below 10,000,000,000,000."),
        ("target", "1e99", "A target is a number above 0 and below 10,000,000,000,000."),
        ("target", "0", "A target is a number above 0 and below 10,000,000,000,000."),
        ("target", "0.00001", "A target is a number above 0 and below 10,000,000,000,000."),
        ("target", "-5", "A target is a number above 0 and below 10,000,000,000,000."),
        ("kpi", "won_valu", "is called 'won_valu'. Did you mean 'won_value'?"),
        ("kpi", "ev_per_hour", "ev_per_hour is no KPI of one person"),
        ("period", "next spring", "'next spring' is not a name of 2026-01-01 to 2026-03-31."),
        ("period_end", "2025-12-31", "It ends before it begins."),
        ("period_start", "soon", "'soon' is no day, written as in 2026-08-31."),
        ("review_date", "spring", "'spring' is no day"),
        ("agreed_by", "", "It is blank."),
        ("how", "shouted", "'shouted' is none of agreed, reviewed, withdrawn."),
        ("version_id", "first", "'first' is no whole number."),
        ("recorded_at", "2026-01-20 09:30+02:00", "is no time"),
    ],
)
def test_a_file_of_decisions_that_somebody_changed_is_refused_whole_with_every_fault(
    store, tmp_path, column, written, why
):
    do_agree(store, "9000")
    do_agree(store, "400", replace(SAID, agreed_by="Bo"), owner="Bo")
    do_agree(store, "9500")
    header, *lines = list(csv.reader(io.StringIO(exported(store).decode("utf-8-sig"))))
    for line in (lines[0], lines[2]):
        line[header.index(column)] = written
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *lines])
    with workspace.open_store(tmp_path / "other" / "own.duckdb") as other:
        bring_in(other, tmp_path)
        before = other.data_version
        report = bring_back(other, tmp_path, text.getvalue().encode())
        told = {(issue.line, issue.column, issue.value) for issue in report.issues}
        assert {(2, column, written), (4, column, written)} <= told
        assert all(why in issue.why for issue in report.issues if issue.column == column)
        assert (report.status, report.read, report.accepted, report.rejected) == ("rejected", 3, 0, 3)
        assert report.message.startswith("Nothing of agreed_targets.csv was taken in: 2 of its 3 lines are not ")
        assert (read_targets(other.read()), other.data_version) == ([], before)


def test_every_fault_of_a_line_is_told(store, tmp_path):
    do_agree(store, "0.4", kpi="qualified_rate")
    content = exported(store).decode("utf-8-sig").replace("0.4000", "1.4").replace("2026-Q1", "2026-Q2")
    report = bring_back(store, tmp_path, content.encode())
    assert [(issue.column, issue.why) for issue in report.issues] == [
        ("target", "Qualified rate is a share: a target lies between 0 and 100 %."),
        ("period", "'2026-Q2' is not a name of 2026-01-01 to 2026-03-31."),
    ]
    assert len(read_targets(store.read())) == 1


def test_a_file_of_decisions_that_cannot_come_back_stops_no_other_file(store, tmp_path):
    do_agree(store, "9000")
    with workspace.open_store(tmp_path / "other" / "own.duckdb") as other:
        bad, deals = tmp_path / "agreed_targets.csv", tmp_path / "deals.csv"
        bad.write_bytes(exported(store).replace(b"9000", b"NaN"))
        deals.write_text(f"{HEAD}\n{DEALS}", encoding="utf-8")
        reports = workspace.import_files(other, [Upload(bad, bad.name), Upload(deals, deals.name)], reader=stage)
        assert [report.status for report in reports] == ["rejected", "committed"]
        assert workspace.preview(other, Upload(bad, bad.name)).report == reports[0]


@pytest.mark.parametrize(
    "period", ["2026-Q1", "2026-02", "2026-W07", "2026", "2026-H1", "FY26 Q2", "2026-02-03 to 2026-02-08"]
)
def test_a_target_comes_back_whatever_the_period_and_the_fiscal_year_were(store, tmp_path, period):
    workspace.change_settings(store, fiscal_year_start_month=7)
    do_agree(store, "9000", period=period)
    with workspace.open_store(tmp_path / "other" / "own.duckdb") as other:
        bring_in(other, tmp_path)
        assert bring_back(other, tmp_path, exported(store)).status == "committed"
        assert read_targets(other.read()) == read_targets(store.read())


def test_a_viewer_takes_away_only_their_own(store):
    do_agree(store, "9000")
    do_agree(store, "400", replace(SAID, agreed_by="Bo"), owner="Bo")
    text = exported(store, Who("Bo", ("Bo",))).decode("utf-8-sig")
    assert "Bo" in text
    assert "Ann" not in text
