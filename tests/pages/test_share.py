"""A shared screen: what the address may say, and what cannot be decided on it."""

import ast
import csv
import shutil
import struct
from collections.abc import Callable
from datetime import date
from itertools import cycle
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import local_script_runner
from streamlit.testing.v1.element_tree import ElementTree, parse_tree_from_messages

from kpi_engine import workspace
from kpi_engine.agreements.qualification import Rule, agree
from kpi_engine.views.spans import Compare, Period
from tests.conftest import PROJECT
from tests.copies import copied, sample_file
from tests.pages.conftest import open_page, own_store, switch, words_of
from ui.share import TELLING

Move = Callable[[Path], None]
REP, OTHER = "Aroha Keating", "Dane Whitlock"

NAMELESS = {
    # ui/filters: those of _KEYS are told apart below; words and days are periods
    "key", "_KEYS[field]",
    "'months_of'", "'only_data'", "'shown'", "_KPI", "_PERIOD", "_KEY", "'forecast_of'", "'ahead'",
    "_CUT", "_RULE", "'typical'",
    "'ratio_part'", "'ratio_base'", "'ratio_by'", "'path_of'", "_CHANCES", "'months_tab'", "'targets_tab'",
    "'quality_tab'", "'leading_tab'", "'tab'",
}  # fmt: skip
"""How the keys are written of what stands in the address and tells of no rep: kinds of things, days, tabs."""
LET_GO_OF = {"_REP": "for_rep", "_TARGET": "target_at", "'find'": "find"}


def written_keys() -> set[str]:
    """The key of every widget that is bound to the address, as it is written in the code."""
    files = [path for folder in ("ui", "pages") for path in sorted((PROJECT / folder).glob("*.py"))]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    given = [{one.arg: ast.unparse(one.value) for one in call.keywords} for call in calls]
    return {one["key"] for one in given if "bind" in one}


def test_every_key_in_the_address_is_let_go_of_or_tells_of_nobody() -> None:
    assert written_keys() - NAMELESS == set(LET_GO_OF)
    assert set(TELLING) == {*LET_GO_OF.values(), "rep", "team"}


def test_no_key_in_the_address_names_somebody_else_while_the_screen_is_shared(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("overview", data="Sample", share=REP, **dict.fromkeys(TELLING, OTHER))
    for page in ("overview", "targets", "one_on_one"):
        switch(app, page)
        assert not app.exception
        assert OTHER not in str(app.query_params)
    assert app.query_params["share"] == REP


def _visits() -> list[tuple[str, dict[str, str]]]:
    """Pages with addresses in which every value of every filter that can be chosen with REP stands once, a page per
    area; periods and what is compared with go along, for they leave the open deals in sight."""
    with (PROJECT / "data" / "sample" / "deals.csv").open(encoding="utf-8") as file:
        mine = [row for row in csv.DictReader(file) if row["Deal Owner"] == REP]
    of_pages = {
        "overview": ("segment", "Segment"), "quality": ("source", "Lead Source"), "followups": ("product", "Product"),
    }  # fmt: skip
    periods = cycle(one.value for one in Period if one is not Period.OWN)
    compared = cycle(one.value for one in Compare if one is not Compare.OWN)
    return [
        (page, {"period": next(periods), "compare": next(compared), key: value})
        for page, (key, column) in of_pages.items()
        for value in sorted({row[column] for row in mine} - {""})
    ]


def test_no_value_of_any_filter_sends_anything_of_somebody_else(
    at_home: Move, sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home(sample_home)
    sent: list[bytes] = []

    def heard(messages: list[ForwardMsg]) -> ElementTree:
        sent.extend(message.SerializeToString() for message in messages)
        return parse_tree_from_messages(messages)

    monkeypatch.setattr(local_script_runner, "parse_tree_from_messages", heard)
    with workspace.open_store(copied(sample_file(), sample_home / "looked_at")) as store:
        others = [
            name for (name,) in store.read().rows("select owner from dim_owners where owner <> $rep", {"rep": REP})
        ]
        amounts = store.read().rows(
            "select distinct amount::double from fct_deals where amount > 1500 and amount % 500 <> 0"
        )
    foreign = [part.encode() for name in others for part in (name, name.split()[-1])]
    told = [struct.pack("<d", amount) for (amount,) in amounts]
    assert len(others) == 6
    assert len(told) > 100
    open_page("overview", data="Sample")
    assert [name for name in foreign if name in b"".join(sent)] != []  # before it is shared, others are there
    assert [amount for amount in told if amount in b"".join(sent)] != []
    visits = _visits()
    assert len(visits) > 12
    for page, address in visits:
        sent.clear()
        app = open_page(page, data="Sample", share=REP, **address)
        assert not app.exception
        everything = b"".join(sent)
        assert REP.encode() in everything, (page, address)
        assert [name for name in foreign if name in everything] == [], (page, address)
        assert [amount for amount in told if amount in everything] == [], (page, address)
        assert "A$" not in everything.decode("utf-8", errors="replace"), (page, address)


def test_the_rule_is_read_through_the_shared_screen_and_not_changed_on_it(
    tmp_path: Path, at_home: Move, own_sample: Path
) -> None:
    shutil.copytree(own_sample, tmp_path / "home")
    with workspace.open_store(tmp_path / "home" / "own" / "tideline.duckdb") as store:
        rule = Rule(needs=("need",), effective_date=date(2026, 1, 1), agreed_by=(OTHER, "Bea"), note="Dane wished it")
        workspace.decide(store, lambda session: agree(session, rule))
    at_home(tmp_path / "home")
    plain = open_page("quality", data="My files", quality_tab="The rule")
    assert f"Agreed by {OTHER}" in words_of(plain)
    assert not plain.button(key="save_rule").disabled
    app = open_page("quality", data="My files", quality_tab="The rule", share=REP)
    assert not app.exception
    everything = words_of(app) + "".join(str(frame.value.to_dict()) for frame in app.dataframe)
    assert "need is known" in everything
    assert not [name for name in (OTHER, "Bea", "Dane") if name in everything]
    assert app.button(key="save_rule").disabled


def test_sharing_begins_with_the_button_and_nobody_else_is_left_in_the_address(
    at_home: Move, sample_home: Path
) -> None:
    at_home(sample_home)
    app = open_page("targets", data="Sample", rep=REP, for_rep=REP, find=OTHER)
    next(one for one in app.button if one.label == "Share my screen").click().run()
    assert not app.exception
    assert f"Shared with {REP}" in words_of(app)
    assert OTHER not in str(app.query_params)
    assert "rep" not in app.query_params
    next(one for one in app.button if one.label == "Stop sharing").click().run()
    assert not app.exception
    assert app.selectbox(key="rep").value == REP


def test_a_source_that_is_called_after_somebody_else_is_masked_and_let_go_of(at_home: Move, tmp_path: Path) -> None:
    friends = f"Friends of {OTHER}"
    told = "Deal ID,Owner,Stage,Amount,Created Date,Source,Segment\n" + "".join(
        f"D{i},{REP if i % 2 else OTHER},Offer,100,2025-03-{1 + i:02},{friends if i % 3 else 'Fair'},"
        f"{'Inns' if i % 5 else 'Clubs'}\n"
        for i in range(12)
    )
    (tmp_path / "deals.csv").write_text(told, encoding="utf-8")
    own_store(tmp_path, tmp_path / "deals.csv")
    at_home(tmp_path)
    app = open_page("overview", data="My files", source=friends, segment="Inns")
    assert app.selectbox(key="source").value == friends
    app = open_page("overview", data="My files", share=REP, source=friends, segment="Inns")
    assert not app.exception
    assert app.selectbox(key="source").options == ["Fair", "Friends of a colleague"]
    assert app.selectbox(key="source").value is None
    assert app.selectbox(key="segment").value == "Inns"
    whole = app.metric[0].value
    assert OTHER not in str(app.query_params) + words_of(app)
    app.selectbox(key="source").set_value("Friends of a colleague").run()
    assert not app.exception
    # Of the rep's five deals in inns, D1, D7 and D11 came by friends.
    assert 3 * int(whole) == pytest.approx(5 * int(app.metric[0].value), abs=3)
    assert int(whole) > 0


def test_a_shared_screen_has_no_estimate_made_of_what_others_won(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    assert open_page("overview", data="Sample", typical="true").toggle(key="typical").value
    shared = open_page("overview", data="Sample", typical="true", share=REP)
    assert "typical" not in [one.key for one in shared.toggle]
    assert "would add" not in words_of(shared)
