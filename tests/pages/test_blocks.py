"""Text from data stands on screen as it was written, whatever is in it."""

import doctest

import pytest
from streamlit.testing.v1 import AppTest

from ui import blocks
from ui.charts import look

EVIL = (
    "![x](http://evil.example/a.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "$E=mc^2$ and $5",
    ":red[shout] :smile: :material/home:",
    "# title\n\n- list\n\n> quote `code` **bold** _i_ ~s~",
    "https://evil.example/x www.evil.example a@evil.example",
    "| a | b |\n|---|---|",
)


@pytest.mark.parametrize("module", [blocks, look], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("text", EVIL)
def test_nothing_in_a_text_is_left_for_markdown_to_read(text: str) -> None:
    escaped = blocks.escape(text)
    assert "\n" not in escaped
    for sign in "![]<>$:`*_#|~@(":
        assert escaped.count(sign) == escaped.count(f"\\{sign}")
    assert "://" not in escaped.replace("\\", "")
    assert "www." not in escaped.replace("\\", "")


def test_a_label_is_read_aloud_as_it_is_written() -> None:
    assert blocks.label("Total value (TV)") == "Total value (TV)"
    assert "](" not in blocks.label(EVIL[0]).replace("\\]", "")


def test_a_chart_reads_no_tags_in_a_name() -> None:
    assert "<" not in look.plain("<a href='http://x'>A</a>")
    assert "<" not in look.short("<b>" * 30)


def test_a_hostile_name_runs_through_the_blocks_without_harm() -> None:
    def page() -> None:
        from tests.pages.test_blocks import EVIL
        from ui.blocks import notes, nothing_to_show, opening

        opening(EVIL[0])
        notes(EVIL)
        nothing_to_show(EVIL[2], EVIL[3])

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert "\\!\\[x\\]" in app.markdown[0].value


def test_a_fall_points_down_and_a_rise_points_up() -> None:
    def page() -> None:
        from kpi_engine.views import words
        from kpi_engine.views.headline import Headline
        from ui.blocks import headline_row

        changes = [words.money(v, "AUD", signed=True) for v in (-4400.0, 4400.0, 0.0)] + [words.points(-0.004)]
        headline_row(tuple(Headline(f"k{i}", f"K{i}", "1", c, "since", "") for i, c in enumerate(changes)))

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    shown = [one.proto for one in app.metric]
    directions = [one.MetricDirection.Name(one.direction) for one in shown]
    colours = [one.MetricColor.Name(one.color) for one in shown]
    assert directions == ["DOWN", "UP", "NONE", "DOWN"]
    assert colours == ["RED", "GREEN", "GRAY", "RED"]
