"""How likely a stage is taken to be won: the CRM's word where the outcomes allow it, else a ladder."""

from decimal import Decimal

import pytest

from kpi_engine.forecasting.stand_in import Ended, StageNow, choose, contradicts, ladder
from tests.model.raw import built, deals


def stage(order, name, crm=None, n_open=9, amount=0, kind="open", n_certain=0):
    return StageNow("", name, order, kind, crm, n_open, Decimal(amount), n_certain)


def chosen(stages, ended=None):
    return {c.stage: (float(c.probability), c.source) for c in choose(stages, {"": ended or Ended()})}


def test_the_crm_is_believed_where_nothing_speaks_against_it():
    assert chosen([stage(1, "Lead", 0.1), stage(2, "Offer", 0.6)]) == {"Lead": (0.1, "crm"), "Offer": (0.6, "crm")}


def test_a_ladder_stands_in_where_the_crm_says_nothing():
    assert chosen([stage(1, "Lead"), stage(2, "Offer"), stage(3, "Talk")]) == {
        "Lead": (0.25, "ladder"),
        "Offer": (0.5, "ladder"),
        "Talk": (0.75, "ladder"),
    }


def test_what_stands_in_is_lowered_where_deals_were_won_more_seldom():
    opens = [stage(1, "Lead"), stage(2, "Offer"), stage(3, "Talk")]
    told = [float(c.probability) for c in choose(opens, {}, {"": (1, 39)})]
    assert told[0] == pytest.approx((1 + 10 * 0.25) / (40 + 10))
    odds = [p / (1 - p) for p in told]
    assert [o / odds[0] for o in odds] == pytest.approx([1, 3, 9], rel=1e-4)  # as 1/4, 1/2 and 3/4 have
    from_crm = choose([stage(1, "Lead", 0.3), stage(2, "Offer", 0.6)], {}, {"": (0, 20)})
    assert [c.source for c in from_crm] == ["crm", "crm"]
    assert float(from_crm[0].probability) == pytest.approx(3 / 30)


def test_what_stands_in_is_not_raised_by_a_file_of_orders_alone():
    opens = [stage(1, "Lead"), stage(2, "Offer"), stage(3, "Talk")]
    assert choose(opens, {}, {"": (12, 0)}) == choose(opens, {})


def test_won_deals_with_a_lower_probability_than_lost_ones_contradict_the_crm():
    opens = [stage(1, "Lead", 0.1), stage(2, "Offer", 0.6)]
    assert contradicts(opens, Ended(6, 4, mean_won=0.0, mean_lost=0.4))
    assert not contradicts(opens, Ended(6, 4, mean_won=1.0, mean_lost=0.0))


def test_a_few_ended_deals_contradict_nothing():
    assert not contradicts([stage(1, "Lead", 0.1)], Ended(2, 2, mean_won=0.0, mean_lost=0.4))


def test_a_probability_that_does_not_tell_won_from_lost_is_contradicted():
    assert contradicts([stage(1, "Lead", 0.1), stage(2, "Offer", 0.6)], Ended(60, 40, mean_won=0.57, mean_lost=0.55))


def test_open_deals_that_are_certain_contradict_the_crm():
    assert contradicts([stage(1, "Lead", 0.1), stage(2, "Offer", 0.6, n_certain=3)], Ended())
    assert not contradicts([stage(1, "Lead", 0.1), stage(2, "Offer", 0.6, n_certain=1)], Ended())


def test_probabilities_that_fall_from_stage_to_stage_contradict_the_crm():
    assert contradicts([stage(1, "A", 0.6), stage(2, "B", 0.3), stage(3, "C", 0.4)], Ended())


def test_nothing_is_certain_before_the_money_is_in():
    found = chosen(
        [stage(1, "Offer", 1.0, n_open=1), stage(2, "Won", 1.0, kind="won"), stage(3, "Paid", 1.0, kind="paid")]
    )
    assert found["Offer"][0] == 0.99
    assert found["Won"][0] == 0.95
    assert found["Paid"][0] == 1.0
    assert chosen([stage(1, "Won", 1.0, kind="won")])["Won"][0] == 0.99


def test_the_stage_that_is_not_known_is_worth_the_mix_of_today_by_value():
    found = chosen(
        [stage(0, "(stage not known)"), stage(1, "Lead", 0.2, amount=300), stage(2, "Offer", 0.6, amount=100)]
    )
    assert found["(stage not known)"] == (0.3, "mix")


def test_without_amounts_the_mix_is_by_count():
    found = chosen([stage(0, "(stage not known)"), stage(1, "Lead", 0.2, n_open=1), stage(2, "Offer", 0.6, n_open=3)])
    assert found["(stage not known)"] == (0.5, "mix")


def test_without_open_deals_the_mix_is_the_plain_mean():
    found = chosen([stage(0, "(stage not known)"), stage(1, "Lead", None, n_open=0), stage(2, "Offer", None, n_open=0)])
    assert found["(stage not known)"][0] == 0.5


def test_a_ladder_climbs_and_never_reaches_certainty():
    for n in range(1, 12):
        rungs = ladder(n)
        assert rungs == sorted(rungs)
        assert 0 < rungs[0] <= rungs[-1] < 1


def test_every_stage_a_deal_can_stand_in_has_a_probability_and_a_lost_one_has_none():
    rows = [
        {
            "deal_id": "A",
            "stage": "Lead",
            "status": "open",
            "crm_probability": 0.2,
            "created_at": "2025-01-01",
            "amount": 10,
        },
        {"deal_id": "B", "stage": "Closed Won", "status": "won", "crm_probability": 1.0, "created_at": "2025-01-01"},
        {"deal_id": "C", "stage": "Closed Lost", "status": "lost", "crm_probability": 0.0, "created_at": "2025-01-01"},
    ]
    facts = built(deals("2025-02-01", *rows))
    assert facts.rows("select stage, probability::double, source, n from dim_stage_probability order by stage") == [
        ("(stage not known)", 0.2, "mix", 1),
        ("Closed Won", 0.99, "ladder", 0),
        ("Lead", 0.2, "crm", 1),
    ]


def test_a_stage_the_crm_says_nothing_of_lies_between_its_neighbours_and_never_below_the_one_before():
    assert chosen([stage(1, "Lead", 0.1), stage(2, "Demo"), stage(3, "Talk"), stage(4, "Offer", 0.4)]) == {
        "Lead": (0.1, "crm"),
        "Demo": (0.2, "between"),
        "Talk": (0.3, "between"),
        "Offer": (0.4, "crm"),
    }
    assert chosen([stage(1, "Lead"), stage(2, "Offer", 0.6)])["Lead"] == (0.3, "between")
