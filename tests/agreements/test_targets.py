"""Agreed targets: two people agree, nothing is rewritten, whoever comes second is told, and nothing is ever lost."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kpi_engine import workspace
from kpi_engine.agreements import journal
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
from tests.agreements.chances import AS_OF, bring_in

SAID = Agreement(
    agreed_by="Ann", agreed_with="Mia", agreed_date=date(2026, 1, 20), reason="two new partners",
    review_date=date(2026, 3, 1), recorded_by="Mia", recorded_at=datetime(2026, 1, 20, 9, 30),
)  # fmt: skip
FILE = "Owner,KPI,Period,Target\nAnn,won_value,2026-Q1,5000\nBo,won_value,2026-Q1,400\n"


@pytest.fixture
def store(tmp_path: Path):
    with workspace.open_store(tmp_path / "own.duckdb") as opened:
        bring_in(opened, tmp_path)
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
        assert journal.kept(again, journal.TARGETS) == before


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


def test_a_line_that_is_no_decision_is_rejected_with_its_number(store, tmp_path):
    do_agree(store, "9000")
    content = exported(store).decode("utf-8-sig").replace("2026-03-01", "spring")
    with workspace.open_store(tmp_path / "other" / "own.duckdb") as other:
        report = bring_back(other, tmp_path, content.encode())
        assert (report.read, report.rejected, report.status) == (1, 1, "rejected")
        assert report.issues[0].line == 2


def test_a_viewer_takes_away_only_their_own(store):
    do_agree(store, "9000")
    do_agree(store, "400", replace(SAID, agreed_by="Bo"), owner="Bo")
    text = exported(store, Who("Bo", ("Bo",))).decode("utf-8-sig")
    assert "Bo" in text
    assert "Ann" not in text
