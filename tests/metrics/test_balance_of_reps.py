"""The balance alarm on a store: whose work it looks at, from when on, and which targets it names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kpi_engine.agreements.targets import TargetVersion, record_target
from kpi_engine.metrics.balance import Watched, alarms, quantity_of, targets_on_quantity, watched, watched_shares
from kpi_engine.metrics.kinds import Simple, Unit
from kpi_engine.metrics.registry import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.stats.balance import Way
from kpi_engine.storage import Session
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.balance import balance_lines
from tests.metrics.facts import store_of

MONDAY = date(2025, 1, 6)
WEEKS = 68
AS_OF = MONDAY + timedelta(weeks=WEEKS, days=2)
"""A Wednesday: the week that has begun is no whole one."""


def _meetings(owner: str, team: str, week: int, held: int, good: int, unknown: int = 0) -> list[dict[str, object]]:
    told = ["qualified"] * good + ["unknown"] * unknown + ["not_qualified"] * (held - good - unknown)
    return [
        {
            "owner": owner,
            "team": team,
            "activity_type": "meeting",
            "occurred_date": MONDAY + timedelta(weeks=week, days=i % 5),
            "qualification": one,
            "is_done": True,
        }
        for i, one in enumerate(told)
    ]


def _target(owner: str, kpi: str, target: int) -> dict[str, object]:
    quarter = {"period": "2026-Q2", "period_start": date(2026, 4, 1), "period_end": date(2026, 6, 30)}
    return {"owner": owner, "kpi": kpi, "target": Decimal(target)} | quarter


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """Dane has become busier and poorer for eight weeks, Ann is as she was, Eve has begun ten weeks ago."""
    rows: list[dict[str, object]] = []
    for week in range(WEEKS):
        is_new = week >= WEEKS - 8
        rows += _meetings("Dane", "Field", week, 13 if is_new else 10, 4 if is_new else 7)
        rows += _meetings("Ann", "Field", week, 10, 7, unknown=2)
        if week >= WEEKS - 10:
            rows += _meetings("Eve", "Inside", week, 5, 2)
    # The week that is not over, wild as it is, must not be looked at.
    rows += _meetings("Ann", "Field", WEEKS, 60, 0)
    asked = (("Dane", "Meetings", 150), ("Dane", "qualified_meetings", 60), ("Dane", "emails", 9), ("Ann", "calls", 99))
    targets = tuple(_target(*one) for one in asked)
    owners = ({"owner": "Dane", "team": "Field"}, {"owner": "Ann", "team": "Field"}, {"owner": "Eve", "team": "Inside"})
    facts = {"fct_activities": tuple(rows), "fct_targets": targets, "dim_owners": owners}
    with store_of(facts, AS_OF) as store:
        yield store.read()


def _of(found: list[Watched], name: str, share: str = "qualified_rate") -> Watched:
    return next(one for one in found if (one.name, one.share) == (name, share))


def test_only_who_moved_against_himself_raises_the_alarm(session: Session) -> None:
    found = alarms(session, Slice(), AS_OF)
    assert [(one.name, one.share, one.quantity) for one in found] == [("Dane", "qualified_rate", "meetings_held")]
    assert found[0].found.way is Way.BUSIER_AND_POORER
    assert found[0].found.last == 8
    assert found[0].found.change == pytest.approx(0.3)
    assert (found[0].found.share_before, found[0].found.share) == (pytest.approx(0.7), pytest.approx(4 / 13))


def test_everybody_is_watched_from_their_first_whole_week_to_the_last(session: Session) -> None:
    found = watched(session, Slice(), AS_OF)
    assert _of(found, "Ann").found.n == WEEKS
    assert _of(found, "Ann").found.status is Status.OK
    assert (_of(found, "Eve").found.status, _of(found, "Eve").found.n) == (Status.TOO_FEW, 10)


def test_meetings_of_which_nothing_is_known_are_not_judged(session: Session) -> None:
    ann = _of(watched(session, Slice(), AS_OF), "Ann").found
    assert (ann.quantity, ann.judged) == (10.0, 8 * ann.last)
    assert ann.share == pytest.approx(7 / 8)


def test_before_the_change_and_one_week_into_it_there_is_no_alarm(session: Session) -> None:
    assert alarms(session, Slice(), AS_OF - timedelta(weeks=8)) == []
    assert alarms(session, Slice(), AS_OF - timedelta(weeks=7)) == []


def test_a_team_is_its_reps_together(session: Session) -> None:
    field = _of(watched(session, Slice(), AS_OF, "team"), "Field").found
    assert field.quantity == 23.0


def test_targets_that_ask_how_many_and_not_how_good_are_named(session: Session) -> None:
    found = targets_on_quantity(session, "Dane", "qualified_rate", AS_OF)
    assert [(one.kpi, one.period.label, one.target) for one in found] == [("meetings", "2026-Q2", 150.0)]
    assert targets_on_quantity(session, "Dane", "qualified_rate", date(2026, 7, 1)) == []
    assert targets_on_quantity(session, "Eve", "qualified_rate", AS_OF) == []


def test_what_was_agreed_on_goes_before_what_was_imported_and_needs_no_file() -> None:
    quarter = ("2026-Q2", date(2026, 4, 1), date(2026, 6, 30))

    def version(owner: str, target: int) -> TargetVersion:
        return TargetVersion(
            0, "agreed", owner, "meetings", *quarter, Decimal(target), owner, "Mia", date(2026, 4, 13), "the boat show"
        )

    with store_of({"fct_targets": (_target("Dane", "meetings", 150),)}, AS_OF) as store:
        with store.transaction() as writing:
            record_target(writing, version("Dane", 200))
            record_target(writing, version("Eve", 40))
        reading = store.read()

        def asked(owner: str, day: date) -> list[tuple[float, str]]:
            return [(one.target, one.source) for one in targets_on_quantity(reading, owner, "qualified_rate", day)]

        assert asked("Dane", AS_OF) == [(200.0, "agreed")]
        assert asked("Eve", AS_OF) == [(40.0, "agreed")]
        assert (asked("Dane", date(2026, 4, 10)), asked("Eve", date(2026, 4, 10))) == ([(150.0, "imported")], [])


def test_the_sentence_says_what_moved_and_names_the_target(session: Session) -> None:
    ask = Ask(AS_OF, MONDAY, AS_OF, MONDAY)
    assert balance_lines(session, ask, Who()) == (
        "Dane's meetings held rose by 30 % over the last 8 weeks while the qualified rate fell from 70 % to 31 %. "
        "The target of 150 meetings for 2026-Q2 asks how many, not how good: it may drive this.",
    )


def test_nobody_sees_the_alarm_of_somebody_they_may_not_see(session: Session) -> None:
    ask = Ask(AS_OF, MONDAY, AS_OF, MONDAY)
    assert balance_lines(session, ask, Who("Ann", ("Ann",))) == ()
    assert balance_lines(session, ask, Who("nobody", ())) == ()
    assert len(balance_lines(session, ask, Who("Dane", ("Dane",)))) == 1
    assert balance_lines(session, Ask(AS_OF, MONDAY, AS_OF, MONDAY, Slice(owners=("Ann",))), Who()) == ()


def test_a_store_without_activities_watches_nobody() -> None:
    with store_of({}) as store:
        assert watched(store.read(), Slice(), AS_OF) == []


@pytest.mark.parametrize("share", watched_shares(), ids=lambda share: share.name)
def test_what_is_watched_is_a_share_of_counted_activities(share) -> None:
    parts = [METRICS[name] for name in (share.numerator, quantity_of(share))]
    assert share.unit is Unit.SHARE
    for part in parts:
        assert isinstance(part, Simple)
        assert (part.model, part.unit) == ("fct_activities", Unit.COUNT)
