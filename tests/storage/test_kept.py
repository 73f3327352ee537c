"""What costs much is worked out once for one version of the facts, and never for another."""

from __future__ import annotations

from kpi_engine.storage.kept import Kept
from kpi_engine.storage.store import Store


def test_the_result_used_longest_ago_goes_first():
    kept, made = Kept(2), []

    def make(name):
        return lambda: made.append(name) or name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.get("letters", name, make(name)) == name
    assert made == ["a", "b", "c", "b"]
    for name in ("x", "y"):  # another name's results drive nothing out
        kept.get("others", name, make(name))
    assert kept.get("letters", "b", make("again")) == "b"


def test_it_is_made_again_when_the_facts_changed_and_every_time_within_a_transaction():
    with Store.in_memory() as store:
        made: list[int] = []

        def ask(session):
            return session.kept("x", None, lambda: made.append(1) or len(made))

        assert [ask(store.read()), ask(store.read())] == [1, 1]
        with store.transaction() as session:
            assert ask(session) == 2
            assert ask(session) == 3
            session.run("update store_state set data_version = data_version + 1")
        assert [ask(store.read()), ask(store.read())] == [4, 4]


def test_what_stands_on_the_facts_alone_is_kept_when_somebody_decides_or_notes_something():
    with Store.in_memory() as store:
        made: list[str] = []

        def ask(name, of_facts):
            return store.read().kept(name, None, lambda: made.append(name), of_facts=of_facts)

        for columns in (("data_version",), ("data_version", "facts_version")):
            ask("facts", True)
            ask("all", False)
            with store.transaction() as session:
                session.run(f"update store_state set {', '.join(f'{name} = {name} + 1' for name in columns)}")  # noqa: S608 (two names of ours)
        ask("facts", True)
        ask("all", False)
        assert (made.count("facts"), made.count("all")) == (2, 3)
