"""The page Follow-ups: words a salesperson uses, values that add up, nothing about anybody else."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpi_engine import workspace
from kpi_engine.forecasting.reasons import Reason, Why
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage import Session, Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.deal_history import SOMEBODY, deal_history_view
from kpi_engine.views.followup_words import long, short
from kpi_engine.views.followups import followups_view
from tests.forecasting.test_worklist import days, row
from tests.model.raw import File, built, deals, history

AS_OF = date(2026, 8, 31)
ASK = Ask(AS_OF, date(2025, 9, 1), AS_OF, date(2026, 8, 3), currency="AUD")
ALL, ONE = Who(), Who("Aroha", ("Aroha Keating",))


@pytest.fixture(scope="module")
def sample(sample_store: Store) -> Session:
    return sample_store.read()


def test_the_page_opens_with_what_the_list_says(sample: Session) -> None:
    view = followups_view(sample, ASK, ALL)
    n, stake = len(view.deals), view.deals["at_stake"].sum()
    assert view.state == "ok"
    assert view.sentence.startswith(f"{n} of 391 open deals need somebody: A${stake / 1000:.0f}k of expected value is")
    assert view.deals["at_stake"].is_monotonic_decreasing
    assert view.deals["why"].str.len().gt(0).all()
    assert view.deals["why"].iloc[0] == "Next step 21 days overdue · 66 days in Proposal Sent"


def test_a_deal_without_an_amount_says_what_it_is_valued_at(sample: Session) -> None:
    view = followups_view(sample, ASK, ALL)
    guessed = view.deals[view.deals["amount"].isna()]
    assert len(guessed) > 0
    assert guessed["why"].str.contains(r"no amount, valued at A\$").all()
    assert any("without an amount are valued" in note for note in view.notes)


def test_a_rep_sees_only_their_own_deals(sample: Session) -> None:
    view = followups_view(sample, ASK, ONE)
    assert set(view.deals["owner"]) | set(view.movers["owner"]) == {"Aroha Keating"}
    said = view.sentence + str(view.choices) + view.file.decode("utf-8-sig")
    assert not any(name in said for name in ("Ferrand", "Solvik", "Whitlock", "Merriweather", "Achterberg"))
    assert followups_view(sample, replace(ASK, slice=Slice(owners=("Lucia Ferrand",))), ONE).state == "nothing_open"


def test_a_rep_cannot_open_the_deal_of_another(sample: Session) -> None:
    assert deal_history_view(sample, replace(ASK, choice="D-11786"), ONE).is_empty
    assert not deal_history_view(sample, replace(ASK, choice="D-11786"), ALL).is_empty
    assert deal_history_view(sample, replace(ASK, choice="nothing"), ALL).is_empty


def test_the_file_holds_the_list_and_no_cell_of_it_starts_a_formula() -> None:
    rows = [row("d1", deal_name="=HYPERLINK(1)", next_step_date="2026-03-01", amount=50), row("d2", amount=70)]
    session = built(deals("2026-03-10", *days(rows)))
    ask = replace(ASK, as_of=date(2026, 3, 10), date_to=date(2026, 3, 10))
    view = followups_view(session, ask, ALL)
    header, *lines = csv.reader(io.StringIO(view.file.decode("utf-8-sig")))
    assert header[:3] == ["Deal ID", "Deal", "Account"]
    assert [line[0] for line in lines] == ["d2", "d1"]
    assert lines[1][1] == "'=HYPERLINK(1)"
    assert lines[1][header.index("Why")] == "Next step 9 days overdue"


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([row("d1", next_step_date="2026-04-01")], "nothing_slips"),
        ([row("d1")], "cannot_say"),
        ([row("d1", stage="Won", status="won", closed_at="2026-03-01")], "nothing_open"),
    ],
)
def test_an_empty_list_says_which_kind_of_empty_it_is(rows: list[dict[str, Any]], state: str) -> None:
    ask = replace(ASK, as_of=date(2026, 3, 10), date_to=date(2026, 3, 10))
    view = followups_view(built(deals("2026-03-10", *days(rows))), ask, ALL)
    assert (view.state, len(view.deals), view.sentence) == (state, 0, "")


def test_an_export_that_lacks_much_is_told_what_it_lacks(shared_data: Path) -> None:
    with Store.in_memory() as store:
        file = shared_data / "maven-crm" / "sales_pipeline.csv"
        workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        session = store.read()
        day = workspace.store_as_of(session)
        assert day is not None
        view = followups_view(session, replace(ASK, as_of=day, date_to=day), ALL)
    assert (view.state, len(view.deals)) == ("cannot_say", 0)
    said = " ".join(view.missing)
    assert "deals without a dated next step, for no export up to this day has next step dates" in said
    assert "no activities that name their deal were imported" in said
    assert len(view.movers) > 0
    assert "Those without an amount are valued at what such deals usually bring." in view.movers_note


def test_the_story_of_a_deal_is_all_that_happened_in_order(sample: Session) -> None:
    view = deal_history_view(sample, replace(ASK, choice="D-11729"), ALL)
    assert view.reasons[0] == (
        "“Call to settle the contract” was agreed for 7 Aug 2026, 24 days ago; the last contact was on 8 Jul 2026."
    )
    assert view.events["day"].is_monotonic_decreasing
    assert set(view.events["what"]) >= {"Created", "Stage", "Expected close", "Activity"}
    work = sample.value("select count(*) from fct_activities where deal_id = 'D-11729'")
    assert view.events["what"].isin(["Activity", "Not held", "Not done", "Planned"]).sum() == work
    assert view.lanes[:4] == ("Enquiry", "Qualified", "Meeting Held", "Proposal Sent")
    assert list(view.stays["last_day"])[:-1] == list(view.stays["first_day"])[1:]
    assert set(view.marks["lane"]) | set(view.stays["lane"]) == set(view.lanes)


def test_an_earlier_day_sees_nothing_of_what_came_later(sample: Session) -> None:
    early = date(2026, 5, 1)
    view = deal_history_view(sample, replace(ASK, as_of=early, date_to=early, choice="D-11729"), ALL)
    assert view.events["day"].max() <= early
    assert view.stays["last_day"].max() <= early


def test_a_hand_over_does_not_name_the_other_rep_to_one_who_may_not_see_them() -> None:
    moved = [
        {"deal_id": "d1", "changed_at": day, "stage": "Lead", "owner": owner}
        for day, owner in (("2026-01-02", "Cleo"), ("2026-02-02", "Ann"))
    ]
    session = built(deals("2026-03-10", *days([row("d1")])), history(*days(moved)))
    ask = replace(ASK, as_of=date(2026, 3, 10), date_to=date(2026, 3, 10), choice="d1")
    for who, name in ((ALL, "Cleo"), (Who("Ann", ("Ann",)), SOMEBODY)):
        events = deal_history_view(session, ask, who).events
        assert events[events["what"] == "Rep"]["detail"].tolist() == [f"{name} → Ann"]


def test_what_was_planned_and_never_marked_done_is_called_after_its_kind() -> None:
    planned = [
        {"owner": "Ann", "deal_id": "d1", "activity_type": kind, "occurred_at": f"2026-03-0{day}", "done": False}
        for day, kind in enumerate(("Call", "Meeting", "Task"), 1)
    ]
    session = built(deals("2026-03-10", *days([row("d1")])), File("activities", days(planned)))
    ask = replace(ASK, as_of=date(2026, 3, 10), date_to=date(2026, 3, 10), choice="d1")
    events = deal_history_view(session, ask, ALL).events
    told = dict(zip(events["detail"], events["what"], strict=True))
    assert {kind: told[kind] for kind in ("Call", "Meeting", "Task")} == {
        "Call": "Not done", "Meeting": "Not held", "Task": "Not done",
    }  # fmt: skip


EXAMPLES = [
    Reason(Why.OVERDUE, {"days": 1, "due": AS_OF, "step": None, "last_contact": None}),
    Reason(Why.NO_STEP, {"step": "Call", "done": None}),
    Reason(Why.NO_STEP, {"step": None, "done": AS_OF}),
    Reason(Why.PASSED, {"days": 3, "expected": AS_OF}),
    Reason(Why.PUSHED, {"times": 3}),
    Reason(Why.LONG, {"days": 9, "stage": "Lead", "usual": 1, "n": 12}),
    Reason(Why.SILENT, {"days": 9, "since": None, "usual": 5, "n": 12}),
    Reason(Why.NOT_MET, {"amount": 5000.0, "big_from": 900.0, "meetings": 0}),
]


@pytest.mark.parametrize("reason", EXAMPLES, ids=lambda r: r.code.value)
def test_every_reason_has_few_words_and_a_sentence_that_blame_nobody(reason: Reason) -> None:
    assert short(reason)
    assert long(reason, "AUD").endswith(".")
    said = f"{short(reason)} {long(reason, 'AUD')}".lower()
    assert not any(word in said for word in ("fail", "lazy", "bad", "worst", "neglect", "forgot", "1 days", "none "))


def test_the_words_cover_every_reason() -> None:
    assert {reason.code for reason in EXAMPLES} == set(Why)


def test_open_deals_of_an_export_long_ended_are_counted_apart_and_never_dropped() -> None:
    new = [row("d1", next_step_date="2026-03-01", pipeline="Charter"), row("d2", pipeline="Charter")]
    old = [row(f"e{i}", next_step_date="2025-03-01", pipeline="Old CRM") for i in range(3)]
    files = (deals("2026-03-10", *days(new)), deals("2025-04-01", *days(old), source_key="other"))
    ask = replace(ASK, as_of=date(2026, 3, 10), date_to=date(2026, 3, 10))
    view = followups_view(built(*files), ask, ALL)
    assert len(view.deals) == 5
    said = "3 of the open deals, 3 of them in this list, stand in “deals” alone, which ends on 1 Apr 2025: what became"
    assert view.sentence.endswith(f"{said} of them since is not known. Another choice of Pipeline takes them out.")
    only = replace(ask, slice=Slice(pipelines=("Charter",)))
    assert "ends on" not in followups_view(built(*files), only, ALL).sentence
    shared = Who("Ann", ("Ann",), is_sharing=True)
    assert "“" not in followups_view(built(*files), ask, shared).sentence
    fresh = (files[0], deals("2026-02-10", *days(old), source_key="other"))
    assert "ends on" not in followups_view(built(*fresh), ask, ALL).sentence
