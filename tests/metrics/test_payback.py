"""What became of deals by their first meeting: the first that was held, of whatever kind."""

from __future__ import annotations

from datetime import date

from kpi_engine.metrics.payback import MIN_RESOLVED, payback, reasons
from kpi_engine.metrics.query import ALL
from kpi_engine.metrics.rates import When
from kpi_engine.metrics.slice import Slice
from tests.model.raw import File, built, deals

FOUR = dict.fromkeys(("budget", "authority", "need", "timing"), "yes")


def deal(deal_id: str, status: str, owner: str = "Ann", closed: str = "2025-03-01") -> dict[str, object]:
    ended = {"closed_at": closed} if status != "open" else {}
    row = {"deal_id": deal_id, "owner": owner, "stage": status.title(), "status": status, "amount": 100}
    return row | ended | {"created_at": "2025-01-01"}


def meeting(deal_id: str, day: str, **more: object) -> dict[str, object]:
    return {"deal_id": deal_id, "owner": "Ann", "activity_type": "Meeting", "occurred_at": day, "done": True} | more


def found(*activities: dict[str, object], rows: list[dict[str, object]], ask: Slice = ALL, when: When | None = None):
    session = built(deals("2025-04-01", *rows), File("activities", activities))
    return payback(session, ask, when or When()).set_index(["ending"])


def test_the_first_meeting_that_was_held_decides_and_not_a_later_or_a_missed_one():
    told = found(
        meeting("A", "2025-02-05", need="no"),
        meeting("A", "2025-02-01", **FOUR),
        meeting("A", "2025-01-20", need="no", done=False),
        meeting("B", "2025-02-01", need="no"),
        meeting("B", "2025-02-05", **FOUR),
        rows=[deal("A", "won"), deal("B", "lost"), deal("C", "lost")],
    )
    assert dict(told["resolved"]) == {"qualified": 1, "not_qualified": 1, "no_meeting": 1}
    assert dict(told["won"]) == {"qualified": 1, "not_qualified": 0, "no_meeting": 0}
    assert set(told["status"]) == {"too_few"}
    assert told["win_rate"].isna().all()


def test_only_deals_decided_in_the_span_and_of_the_slice_count():
    rows = [deal("A", "won"), deal("B", "won", closed="2025-02-01"), deal("C", "won", owner="Bo"), deal("D", "open")]
    when = When(date(2025, 2, 15), date(2025, 4, 1))
    told = found(meeting("A", "2025-02-01", **FOUR), rows=rows, ask=Slice(owners=("Ann",)), when=when)
    assert dict(told["resolved"]) == {"qualified": 1, "no_meeting": 0}
    assert told.loc["no_meeting", "status"] == "no_data"


def test_a_rate_is_given_from_twenty_deals_on_and_compared_with_the_rule():
    n = MIN_RESOLVED
    rows = [deal(f"q{i}", "won" if i < 10 else "lost") for i in range(n)]
    rows += [deal(f"x{i}", "won" if i < 1 else "lost") for i in range(n)]
    rows += [deal(f"h{i}", "won" if i < 11 else "lost") for i in range(n)]
    activities = [meeting(f"q{i}", "2025-02-01", **FOUR) for i in range(n)]
    activities += [meeting(f"x{i}", "2025-02-01", need="no", exception_reason="Favour") for i in range(n)]
    activities += [meeting(f"h{i}", "2025-02-01", activity_type="Hosted visit") for i in range(n)]
    told = found(*activities, rows=rows)
    told = told[told["reason"].isna()]
    assert dict(told["win_rate"]) == {"hosted_visit": 0.55, "qualified": 0.5, "allowed_exception": 0.05}
    assert dict(told["value_per_deal"]) == {"hosted_visit": 55.0, "qualified": 50.0, "allowed_exception": 5.0}
    assert dict(told["verdict"]) == {
        "hosted_visit": "no_difference",
        "qualified": "yardstick",
        "allowed_exception": "worse",
    }


def test_reasons_are_told_in_one_spelling_and_a_meeting_without_one_is_counted_too():
    said = {"Ann": "Old  friend", "Bo": "a Favour", "Cy": "old friend "}
    activities = [meeting(f"x{who}", "2025-02-01", need="no", exception_reason=why) | {"owner": who}
                  for who, why in said.items()]  # fmt: skip
    session = built(deals("2025-04-01", *[deal(f"x{who}", "won") for who in said]), File("activities", activities))
    session.run("update fct_activities set exception_reason = null where owner = 'Bo'")
    told = reasons(session, ALL, When())
    assert list(told[["owner", "meetings"]].itertuples(index=False, name=None)) == [("Ann", 1), ("Cy", 1), ("Bo", 1)]
    assert told["reason"].tolist() == ["Old  friend", "Old  friend", None]
