"""What a chart says in figures: written as on the cards, and never over one another."""

from datetime import date, timedelta

import pandas as pd
import pytest

from kpi_engine.views import words
from kpi_engine.views.causes import CAUSES, END, START, steps_frame
from kpi_engine.views.headline import _reach
from ui.charts import expected, look, spark, track, trend, waterfall
from ui.charts.look import Figure

LIGHT = look.look("light")


def weeks(*rows: tuple[float, float]) -> pd.DataFrame:
    """A trend with these TV and EV, week by week."""
    frame = pd.DataFrame(rows, columns=["total_value", "expected_value"]).astype(float)
    ratio = frame["expected_value"] / frame["total_value"].where(frame["total_value"] > 0)
    return frame.assign(
        period_end=[date(2025, 1, 5) + timedelta(weeks=n) for n in range(len(frame))],
        ev_tv_ratio=ratio,
        is_inferred=False,
        open_deals=1,
        tv_text=[words.money(value) for value in frame["total_value"]],
        ev_text=[words.money(value) for value in frame["expected_value"]],
        ratio_text=[words.share(value, 1) for value in ratio],
    )


def names(figure: Figure) -> list[tuple[str, float, float]]:
    """The names at the ends of the two upper lines: words, place on the axis, pixels it was moved up."""
    found = [(str(one.text), float(one.y), float(one.yshift or 0)) for one in figure.layout.annotations]
    return [one for one in found if one[0].startswith(("Total value", "Expected value"))]


def bars(start: float, **causes: float) -> pd.DataFrame:
    """The bars of a movement."""
    amounts = {START: start, **dict.fromkeys(CAUSES, 0.0), **causes}
    return steps_frame({**amounts, END: start + sum(causes.values())}, {}, None)


def figures(size: float) -> dict[str, Figure]:
    """Charts of amounts of that size."""
    stack = pd.DataFrame({"bar": ["a"], "bucket": ["Jan"], "bucket_order": [0], "stage": ["S"], "stage_order": [1]})
    made = pd.DataFrame([{"label": "Jan", "text": "", **dict.fromkeys(track._DRAWN, size)}])
    return {
        "trend": trend.trend_figure(weeks((size, size / 2), (size, size / 2)), LIGHT, "A$"),
        "movement": waterfall.waterfall_figure(bars(0.0, created=size), LIGHT, "A$", "then"),
        "expected": expected.expected_figure(stack.assign(value=size, text=""), LIGHT, "A$"),
        "track": track.track_figure(made, LIGHT, "A$"),
    }


@pytest.mark.parametrize("size", [0.0, 96.3e9, 154_000.0])
def test_no_axis_of_amounts_leaves_the_words_to_plotly(size: float) -> None:
    for name, figure in figures(size).items():
        axis = figure.layout.yaxis
        assert axis.tickformat is None, name
        assert "0" in axis.ticktext, name
        assert not any(letter in "".join(axis.ticktext) for letter in "Gmµ"), name
        assert axis.range[1] >= size, name


def test_shares_of_nothing_go_to_the_whole_and_not_beyond() -> None:
    axis = trend.trend_figure(weeks((0, 0), (0, 0)), LIGHT, "").layout.yaxis2
    assert axis.range[0] == 0
    assert 1 <= axis.range[1] <= 1.1


@pytest.mark.parametrize("last", [(0.0, 0.0), (100.0, 100.0), (1000.0, 990.0), (1000.0, 100.0)])
def test_the_names_at_the_ends_of_two_lines_do_not_cover_each_other(last: tuple[float, float]) -> None:
    figure = trend.trend_figure(weeks((1000.0, 200.0), last), LIGHT, "")
    low, high = figure.layout.yaxis.range
    at = [y / (high - low) * trend._AMOUNTS_PX + shift for _, y, shift in names(figure)]
    assert abs(at[0] - at[1]) >= trend._NAME_PX - 0.01
    assert at[0] > at[1], "total value stands above expected value"


def test_names_that_are_far_apart_stay_at_their_lines() -> None:
    assert [shift for *_, shift in names(trend.trend_figure(weeks((1000.0, 100.0)), LIGHT, ""))] == [0, 0]


def test_a_line_that_ended_earlier_says_when() -> None:
    figure = trend.trend_figure(weeks((100.0, 45.0), (0.0, 0.0)), LIGHT, "")
    said = [str(one.text) for one in figure.layout.annotations]
    assert "<b>45.0 %</b><br>until 5 Jan 2025" in said


def test_one_week_is_a_dot_and_its_day_is_said_once() -> None:
    one_week = weeks((100.0, 45.0))
    for figure, lines in (
        (trend.trend_figure(one_week, LIGHT, ""), 3),
        (trend.open_deals_figure(one_week, LIGHT), 1),
    ):
        assert [len(one.x) for one in figure.data if one.mode == "markers"] == [1] * lines
        assert figure.layout.xaxis.ticktext == ("5 Jan 2025",)


def test_the_small_line_beside_a_number_makes_no_fall_of_what_is_hardly_a_change() -> None:
    hardly = {"ev_tv_ratio": (0.65, 0.65, 0.649), "total_value": (1e6, 1.001e6), "expected_value": (0.0, 0.0)}
    for kpi, values in hardly.items():
        low, high = _reach(values, kpi)
        assert low < min(values) <= max(values) < high
        assert (max(values) - min(values)) / (high - low) < 0.02
        figure = spark.spark_figure(values, (low, high), kpi, "last 3 weeks", LIGHT)
        assert tuple(figure.layout.yaxis.range) == (low, high)
    assert _reach((10.0, 40.0), "total_value") == (10.0, 40.0)


def test_the_small_line_has_the_colour_of_its_kpi_and_says_how_far_back_it_goes() -> None:
    figure = spark.spark_figure((1.0, 2.0), (0.0, 3.0), "expected_value", "last 2 weeks", LIGHT)
    assert {one.line.color or one.marker.color for one in figure.data} == {LIGHT.expected_value}
    assert figure.layout.annotations[0].text == "last 2 weeks"


def test_a_line_has_no_dots() -> None:
    figure = trend.trend_figure(weeks((100.0, 45.0), (90.0, 40.0)), LIGHT, "")
    assert {one.mode for one in figure.data} == {"lines"}


def test_stages_with_long_names_that_begin_alike_are_told_apart_in_the_legend() -> None:
    stages = [f"Negotiation and final contract terms {letter}" for letter in "ABCD"]
    rows = [
        {"bar": "a", "bucket": "Jan", "bucket_order": 0, "stage": stage, "stage_order": n, "value": 1.0, "text": ""}
        for n, stage in enumerate(stages)
    ]
    figure = expected.expected_figure(pd.DataFrame(rows), LIGHT, "")
    assert len({one.name for one in figure.data}) == 4
    assert max(len(one.name) for one in figure.data) <= 30


@pytest.mark.parametrize(
    "texts", [["a" * 40, "a" * 41], ["<b>" * 20, "<b>" * 21], ["x", "x"], ["Q" * 21 + "12", "Q" * 21 + "13"]]
)
def test_no_two_texts_get_one_label(texts: list[str]) -> None:
    labels = look.told_apart(texts)
    assert len(set(labels)) == len(set(texts))
    assert not any("<" in label for label in labels)


def test_the_end_of_the_line_of_open_deals_says_how_many_are_in_no_week() -> None:
    figure = trend.open_deals_figure(weeks((1.0, 1.0), (1.0, 1.0)), LIGHT, undated=500)
    said = [one.text for one in figure.layout.annotations]
    assert "Open deals<br><b>1</b><br>and 500 without<br>a created date" in said


def test_the_names_under_the_bars_of_a_movement_take_a_line_for_each_word() -> None:
    figure = waterfall.waterfall_figure(bars(50.0, advanced=100.0, amount_changed=-20.0), LIGHT, "", "then")
    assert list(figure.layout.xaxis.ticktext) == ["Then", "Moved<br>forward", "Amount<br>changed", "Now"]
    assert figure.layout.annotations[-1].text == "130<br>(+80)"
