"""The KPI guide: found by words, filtered, and honest about what has no data."""

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from kpi_engine.metrics.registry import METRICS
from kpi_engine.views.kpi_card import cards
from kpi_engine.views.kpi_evidence import NOT_TESTED
from kpi_engine.views.kpi_near import nearest
from tests.pages.conftest import open_page, words_of

Move = Callable[[Path], None]


def _labels(app: AppTest) -> list[str]:
    """The names on the cards."""
    labels = {one.label for one in cards()}
    said = [str(part.value).removeprefix("##### ").replace("\\", "") for part in app.markdown]
    return [text for text in said if text in labels]


def test_every_kpi_has_its_card_with_the_three_letters(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("kpi_guide")
    assert sorted(_labels(app)) == sorted(one.label for one in cards())
    said = words_of(app).replace("\\", "")
    for one in cards():
        for sentence in (one.description, one.why_key, one.performance, one.indicates):
            assert " ".join(sentence.split()) in said
    assert said.count("Why it is key") == len(cards())


def test_words_and_filters_leave_the_cards_that_have_them(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("kpi_guide", find="keeps quantity honest")
    assert _labels(app) == ["Qualified rate"]
    app.selectbox(key="role").set_value("lagging").run()
    assert _labels(app) == []
    assert "No KPI is described like this" in words_of(app)
    results = open_page("kpi_guide", topic="Results")
    assert set(_labels(results)) == {one.label for one in cards() if one.topic == "results"}


def test_a_card_that_is_opened_says_how_exactly(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("kpi_guide", find="keeps quantity honest")
    assert not app.code
    app.session_state["more_qualified_rate"] = True
    app.run()
    assert not app.exception
    assert [code.value for code in app.code] == ["Qualified meetings ÷ Meetings held"]
    said = words_of(app).replace("\\", "")
    (rate,) = [one for one in cards() if one.name == "qualified_rate"]
    for told in (rate.example, *rate.source_columns, rate.applies_to):
        assert told in said


def test_what_takes_long_is_worked_out_when_its_card_is_opened(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("kpi_guide", find="seasonal index of the month")
    assert "worked out when the card is opened" in words_of(app)
    app.session_state["more_seasonal_index"] = True
    app.run()
    said = words_of(app).replace("\\", "")
    assert "worked out when the card is opened" not in said
    assert "35 cases" in said


def test_an_export_without_activities_says_so_and_can_be_narrowed_to_what_it_has(
    at_home: Move, maven_home: Path
) -> None:
    at_home(maven_home)
    app = open_page("kpi_guide")
    assert "no data for it" in words_of(app)
    assert "Won value" in _labels(app)
    app.toggle(key="only_data").set_value(True).run()
    assert "no data for it" not in words_of(app)
    assert "Qualified rate" not in _labels(app)
    assert "Won value" in _labels(app)


def test_without_any_files_the_guide_still_explains(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("kpi_guide", data="My files")
    assert not app.exception
    assert sorted(_labels(app)) == sorted(one.label for one in cards())
    assert "none of them has data yet" in words_of(app)
    assert NOT_TESTED in words_of(app).replace("\\", "")


def test_a_search_without_an_answer_offers_what_may_have_been_meant(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("kpi_guide", find="qualfied meetngs", topic="Results")
    assert "No KPI is described like this" in words_of(app)
    offered = [button.label for button in app.button if str(button.key).startswith("meant_")]
    assert offered[0] == "Qualified meetings"
    app.button(key="meant_Qualified meetings").click().run()
    assert not app.exception
    assert "Qualified meetings" in _labels(app)
    assert "Did you mean" not in words_of(app)
    assert "Did you mean" not in words_of(open_page("kpi_guide", find="xyzzy"))


def test_the_other_words_for_a_kpi_find_it() -> None:
    words = {word: one.name for one in METRICS.values() for word in one.searched_as}
    assert {word: nearest(word, cards())[0].name for word in words} == words
