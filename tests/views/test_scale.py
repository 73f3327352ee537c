"""The axes of amounts: round steps, and the words of the cards."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpi_engine.views import words
from kpi_engine.views.scale import money_scale

amounts = st.lists(st.floats(-1e13, 1e13), min_size=1, max_size=6)


@given(amounts)
def test_an_axis_holds_every_amount_and_nought_and_no_two_of_its_steps_read_the_same(values: list[float]) -> None:
    found = money_scale(values)
    assert found.low <= min(values)
    assert max(values) <= found.high
    assert 0.0 in found.ticks
    assert len(set(found.texts)) == len(found.texts) == len(found.ticks) <= 12
    assert all(found.low <= tick <= found.high for tick in found.ticks)


@given(amounts)
@example([5e-324])
def test_the_steps_are_whole_units_and_even(values: list[float]) -> None:
    ticks = money_scale(values).ticks
    steps = {round(b - a) for a, b in itertools.pairwise(ticks)}
    assert len(steps) <= 1
    assert all(step >= 1 and str(step).rstrip("0") in {"1", "2", "5"} for step in steps)


@pytest.mark.parametrize("largest", [3.0, 950.0, 8_600.0, 154_000.0, 2.4e6, 96.3e9])
def test_an_axis_says_an_amount_as_a_card_does_but_for_noughts_that_say_nothing(largest: float) -> None:
    for tick, text in zip(*(lambda s: (s.ticks, s.texts))(money_scale([-largest, largest], "A$")), strict=True):
        card = words.money(tick, "AUD")
        assert card.startswith(words.MINUS) == text.startswith(words.MINUS)
        assert (text[-1] in "kMB") == (card[-1] in "kMB")
        assert float(text.strip("A$kMB" + words.MINUS)) == float(card.strip("A$kMB" + words.MINUS))


def test_what_is_nothing_is_not_drawn_in_thousandths() -> None:
    assert money_scale([0.0, 0.0]).texts == ("0",)
    assert money_scale([]).high > 0
