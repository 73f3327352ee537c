"""targets and feasibility on the command line."""

import pytest

from tests.commands.conftest import DEALS, Runner, imported
from tests.copies import copied

WHO = ("--owner", "Ann", "--kpi", "won_value", "--period", "2025-Q1")
SAID = ("--agreed-with", "Mia", "--why", "a partner more", "--review", "2025-03-20", "--by", "Mia")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("made"), {"deals.csv": DEALS})


@pytest.fixture
def own(capsys, made, tmp_path):
    return Runner(capsys, copied(made, tmp_path))


def test_a_target_is_agreed_listed_reviewed_and_taken_back(own):
    done = own.json("targets", "set", *WHO, "--target", "3000", *SAID)
    assert (done["version_id"], done["target"], done["agreed_by"]) == (1, 3000.0, "Ann")
    (row,) = own.json("targets", "list")
    assert (row["target"], row["source"], row["so_far"], row["is_due"]) == (3000.0, "agreed", 1000.1, False)
    assert own.json("targets", "list", "--owner", "Bo") == []
    own.json("targets", "review", *WHO, "--agreed-with", "Mia", "--review", "2025-03-25", "--expect", "1")
    assert [v["how"] for v in own.json("targets", "list", "--history")] == ["agreed", "reviewed"]
    own.json("targets", "withdraw", *WHO, "--agreed-with", "Mia")
    assert own.json("targets", "list") == []


def test_what_a_decision_set_aside_is_said(own):
    """Another store's decisions lie beside the originals: they are not written over, and whoever decides is told."""
    own.json("targets", "set", *WHO, "--target", "3000", *SAID)
    kept = own.store.with_suffix(".originals") / "targets.decisions"
    kept.write_text(kept.read_text().replace("a partner more", "another past"))
    code, _, err = own("targets", "review", *WHO, "--agreed-with", "Mia", "--review", "2025-03-25")
    assert code == 0
    (line,) = err.splitlines()
    assert line.endswith("the others were set aside in targets.decisions.other-1.")


def test_the_second_of_two_is_told(own):
    own.json("targets", "set", *WHO, "--target", "3000", *SAID, "--expect", "0")
    code, out, err = own("targets", "set", *WHO, "--target", "99", *SAID, "--expect", "0")
    assert (code, out) == (1, "")
    assert "Meanwhile Mia agreed on 3,000" in err


def test_too_little_history_says_so_with_n(own):
    found = own.json("feasibility", *WHO, "--target", "3000")
    assert found["probability"] is None
    assert found["status"] in ("too_few", "no_data")
    assert found["n"] < 8
    assert {"probability", "lower", "upper", "n", "status"} <= set(found)


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["feasibility", *WHO, "--target", "many"], "'many' is not a number"),
        (["feasibility", *WHO, "--target=-5"], "A target is a number above 0"),
        (["feasibility", "--owner", "An", *WHO[2:], "--target", "3"], "Did you mean 'Ann'?"),
        (["feasibility", *WHO[:2], "--kpi", "won_valu", *WHO[4:], "--target", "3"], "Did you mean 'won_value'?"),
        (["feasibility", *WHO[:4], "--period", "soon", "--target", "3"], "'soon' is not a period"),
        (["targets", "list", "--owner", "Nobody"], "No rep is called 'Nobody'"),
        (["targets", "list", "--period", "soon"], "'soon' is not a period"),
        (["targets", "set", *WHO, "--target", "3000", *SAID[:2]], "Say why"),
        (["targets", "set", *WHO, "--target", "3000"], "required: --agreed-with"),
        (["targets", "review", *WHO, *SAID], "Nothing was agreed for Won value, 2025-Q1, Ann"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_ends_with_1(own, argv, sentence):
    code, out, err = own(*argv)
    assert (code, out) == (1, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_help_carries_an_example(own):
    for argv in (("targets", "list"), ("targets", "set"), ("targets", "review"), ("feasibility",)):
        code, out, _ = own(*argv, "--help")
        assert code == 0
        assert f"python -m kpi_engine {' '.join(argv)}" in " ".join(out.split())
