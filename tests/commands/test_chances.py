"""Win chances on the command line: what is estimated, accepted, set by hand and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_engine import workspace
from tests.agreements.chances import AS_OF, FIRST, LATER, bring_in, estimated
from tests.commands.conftest import Runner
from tests.copies import copied

FIELDS = ("pipeline", "stage", "probability", "lower", "upper", "n", "source")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A store whose history said FIRST, and says LATER now."""
    folder = tmp_path_factory.mktemp("made")
    with workspace.open_store(folder / "own.duckdb") as store:
        with estimated(FIRST):
            bring_in(store, folder)
        with estimated(LATER):
            workspace.rebuild(store)
    return folder / "own.duckdb"


@pytest.fixture
def own(capsys, made, tmp_path) -> Runner:
    return Runner(capsys, copied(made, tmp_path))


def test_probabilities_are_todays_estimate_beside_what_is_in_force(own):
    rows = own.json("probabilities")
    assert {tuple(row)[:7] for row in rows} == {FIELDS}
    offer = next(row for row in rows if (row["pipeline"], row["stage"]) == ("Boats", "Offer"))
    assert (offer["probability"], offer["lower"], offer["upper"], offer["n"], offer["source"]) == (
        0.4, pytest.approx(0.35), pytest.approx(0.45), 40, "history",
    )  # fmt: skip
    assert (offer["accepted"], offer["accepted_source"]) == (0.5, "automatic")
    land = own.json("probabilities", "--pipeline", "Land")
    assert {row["pipeline"] for row in land} == {"Land"}
    assert {(row["lower"], row["source"], row["accepted_source"]) for row in land} >= {(None, "ladder", "stand_in")}


HEAD = "Deal ID,Deal Name,Owner,Stage,Amount,Created Date,Close Date"


def bring(fresh, folder, day, rows, head=HEAD):
    file = folder / f"{day}.csv"
    file.write_text(f"{head}\n{rows}")
    assert fresh("import", file, "--as-of", day)[0] == 0


def ended(n, month, share):
    """Deals that were won or lost in the middle of a month: one in ``share`` lost."""
    return "".join(
        f"{month}{i},Deal,Ann,{'Won' if i % share else 'Lost'},100,2025-{month:02d}-01,2025-{month:02d}-{10 + i % 15}\n"
        for i in range(n)
    )


def test_an_estimate_can_be_asked_for_an_earlier_day(fresh, tmp_path):
    """What was said at the end of January is said of it still, once deals that all were lost have come in."""
    still_open = "o1,Deal,Ann,Lead,100,2025-01-20,\n"
    bring(fresh, tmp_path, "2025-02-28", ended(60, 1, 3) + ended(20, 2, 3) + still_open)
    then = fresh.json("probabilities", "--as-of", "2025-02-28")
    bring(fresh, tmp_path, "2025-04-30", ended(60, 1, 3) + ended(20, 2, 3) + ended(60, 3, 1) + still_open)
    said = ("pipeline", "stage", "probability", "lower", "upper", "n", "source")
    again = fresh.json("probabilities", "--as-of", "2025-02-28")
    assert [[row[name] for name in said] for row in again] == [[row[name] for name in said] for row in then]
    lead, now = (next(row for row in rows if row["stage"] == "Lead") for rows in (again, fresh.json("probabilities")))
    assert (lead["source"], now["source"]) == ("history", "history")
    assert (lead["n"], now["n"]) == (80, 140)
    assert now["probability"] < lead["probability"]
    assert lead["accepted_source"] == "automatic"


def test_what_the_crm_says_later_changes_nothing_of_what_stood_in_on_an_earlier_day(fresh, tmp_path):
    head = f"{HEAD},Probability (%)"

    def rows(lead, offer):
        deals = [("Lead", lead)] * 6 + [("Offer", offer)] * 6
        return "".join(f"d{i},Deal,Ann,{stage},100,2025-01-05,,{p}\n" for i, (stage, p) in enumerate(deals))

    def told(*argv):
        return {r["stage"]: (r["probability"], r["source"]) for r in fresh.json("probabilities", *argv)}

    bring(fresh, tmp_path, "2025-02-01", rows(20, 60), head)
    assert (told()["Lead"], told()["Offer"]) == ((0.2, "crm"), (0.6, "crm"))
    assert told("--as-of", "2025-02-01") == told()
    then = told("--as-of", "2025-01-31")
    assert (then["Lead"], then["Offer"]) == ((pytest.approx(1 / 3), "ladder"), (pytest.approx(2 / 3), "ladder"))
    bring(fresh, tmp_path, "2025-03-01", rows(40, 90), head)
    assert told()["Offer"][0] > 0.6
    assert told("--as-of", "2025-01-31") == told("--as-of", "2025-02-01") == then


def test_accepted_numbers_are_in_expected_value_and_can_be_taken_back(own):
    before = own.json("kpis", "--kpi", "expected_value")[0]["value"]
    done = own.json("accept-probabilities", "--by", "Ann", "--recorded-at", "2026-02-01T09:30")
    assert (done["how"], done["effective_date"], done["by"]) == ("accepted", AS_OF.isoformat(), "Ann")
    assert (done["expected_value_before"], done["expected_value"]) == (before, before + 100 - 200)
    assert own.json("kpis", "--kpi", "expected_value")[0]["value"] == done["expected_value"]
    moved = own.json("movement", "--from", "2026-01-30", "--to", "2026-01-31")
    assert moved["recalibrated"] == -100
    last = {chances: own.json("trend", "--chances", chances) for chances in ("today", "then")}
    assert last["today"][-1] == last["then"][-1]
    assert last["today"][-2]["expected_value"] != last["then"][-2]["expected_value"]
    back = own.json("withdraw-probabilities")
    assert (back["how"], back["takes_back"], back["expected_value"]) == ("withdrawn", done["version_id"], before)
    assert own.json("trend") == own.json("trend", "--chances", "then")


def test_a_stage_is_set_by_hand_with_a_reason_and_taken_back(own):
    done = own.json("override-probability", "--stage", "Offer", "--probability", "0.7", "--reason", "a letter")
    assert (done["how"], done["pipeline"]) == ("override", "Boats")
    held = {(row["pipeline"], row["stage"]): row["accepted_source"] for row in own.json("probabilities")}
    assert held["Boats", "Offer"] == "override"
    own.json("accept-probabilities", "--pipeline", "Boats", "--effective", "2026-02-05")
    back = own.json("withdraw-probabilities", "--stage", "Offer")
    assert back["takes_back"] == done["version_id"]


def test_without_json_a_person_reads_what_was_done(own):
    code, out, _ = own("accept-probabilities", "--stage", "Offer", "--pipeline", "Boats")
    assert code == 0
    assert out.splitlines() == [
        "Version 2, accepted, in force since 2026-01-31.", "Expected value: 1,350.00 -> 1,150.00",
    ]  # fmt: skip
    assert own("withdraw-probabilities")[1].startswith("Version 3, taken back (version 2), in force since 2026-01-31.")
    _, out, _ = own("accept-probabilities", "--effective", "2030-01-01")
    assert out.splitlines()[0] == (
        "Version 4, accepted, in force from 2030-01-01 on (the data reach to 2026-01-31: until then nothing changes)."
    )
    own("withdraw-probabilities")
    own("accept-probabilities", "--stage", "Offer", "--pipeline", "Boats")
    assert "70.0%" not in own("probabilities")[1]
    assert "40.0%" in own("probabilities")[1]


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["accept-probabilities", "--pipeline", "Land"], "Too few deals have ended in the pipeline 'Land'"),
        (["accept-probabilities", "--pipeline", "Boat"], "Did you mean 'Boats'?"),
        (["accept-probabilities", "--recorded-at", "noon"], "'noon' is not a time"),
        (["probabilities", "--pipeline", "Boat"], "Did you mean 'Boats'?"),
        (["override-probability", "--stage", "Offer", "--probability", "40%", "--reason", "x"], "Write 40 % as 0.4."),
        (["override-probability", "--stage", "Offer", "--probability", "40", "--reason", "x"], "between 0 and 100 %"),
        (["override-probability", "--stage", "Offer", "--probability", "0.4", "--reason", " "], "Give a reason"),
        (["override-probability", "--stage", "Offer", "--probability", "0.4"], "required: --reason"),
        (["withdraw-probabilities"], "Nobody has accepted any win chances yet"),
        (["withdraw-probabilities", "--stage", "Offer"], "is not set by hand"),
    ],
)
def test_what_cannot_be_decided_is_one_sentence_and_ends_with_1(own, argv, sentence):
    code, out, err = own(*argv)
    assert (code, out) == (1, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_a_store_that_is_not_there_is_not_made_by_a_decision(fresh):
    code, _, err = fresh("accept-probabilities")
    assert code == 1
    assert "There is no store" in err
    assert not fresh.store.exists()
