"""The command one-on-one writes one rep's sheet, and says what is wrong in a sentence."""

from __future__ import annotations

import io
from datetime import date, datetime

import pypdf

from kpi_engine import workspace
from kpi_engine.agreements.meetings import Said, hold


def test_it_writes_the_sheet_as_pdf_and_as_a_page(run, tmp_path) -> None:
    pdf, page = tmp_path / "ann.pdf", tmp_path / "ann.html"
    code, said, _ = run("one-on-one", "--owner", "Ann", "--pdf", pdf, "--html", page)
    assert code == 0
    assert "One-on-one with Ann as of 2025-02-12" in said
    document = pypdf.PdfReader(io.BytesIO(pdf.read_bytes()))
    assert len(document.pages) == 1
    assert "One-on-one: Ann" in document.pages[0].extract_text()
    assert "<h1>One-on-one: Ann</h1>" in page.read_text()
    assert ">Bo<" not in page.read_text()


def test_it_looks_from_an_earlier_day_and_tells_programs_where_the_files_are(run, tmp_path) -> None:
    page = tmp_path / "ann.html"
    told = run.json("one-on-one", "--owner", "Ann", "--html", page, "--as-of", "2025-01-31")
    assert told == {"owner": "Ann", "as_of": "2025-01-31", "html": str(page)}
    assert "31 Jan 2025" in page.read_text()


def test_a_day_after_the_data_end_is_said_and_the_sheet_is_of_their_last(run, tmp_path) -> None:
    late, last = tmp_path / "late.html", tmp_path / "last.html"
    code, out, err = run("one-on-one", "--owner", "Ann", "--html", late, "--as-of", "2030-01-01")
    assert (code, out) == (0, f"One-on-one with Ann as of 2025-02-12: {late}\n")
    assert err == "The data reach to 2025-02-12: what is shown is as of that day, not of 2030-01-01.\n"
    run("one-on-one", "--owner", "Ann", "--html", last)
    assert late.read_text() == last.read_text()


def test_what_cannot_be_done_is_said_and_no_file_is_made(run, tmp_path) -> None:
    pdf = tmp_path / "x.pdf"
    assert run("one-on-one", "--owner", "Anm", "--pdf", pdf)[::2] == (
        1,
        "No rep is called 'Anm'. Did you mean 'Ann'?\n",
    )
    assert run("one-on-one", "--owner", "Ann")[::2] == (
        1,
        "Name the file to write: --pdf FILE, --html FILE, or both.\n",
    )
    assert run("one-on-one", "--owner", "", "--pdf", pdf)[::2] == (1, "Name the rep: --owner NAME.\n")
    code, _, said = run("one-on-one", "--owner", "Ann", "--pdf", tmp_path / "no" / "x.pdf")
    assert code == 1
    assert "cannot be used: No such file or directory" in said
    assert not pdf.exists()


def test_notes_are_written_only_where_they_are_asked_for(run, tmp_path) -> None:
    said = Said("Mia", datetime(2025, 2, 1))
    with workspace.open_store(run.store) as store:
        workspace.decide(store, lambda session: hold(session, "Ann", date(2025, 1, 7), "Seems tired", said))
    page = tmp_path / "ann.html"
    run("one-on-one", "--owner", "Ann", "--html", page)
    assert "Seems tired" not in page.read_text()
    run("one-on-one", "--owner", "Ann", "--html", page, "--with-notes")
    assert "Seems tired" in page.read_text()


def test_its_help_has_an_example(run) -> None:
    code, said, _ = run("one-on-one", "--help")
    assert code == 0
    assert 'one-on-one --owner "Ann Lee" --pdf ann.pdf' in " ".join(said.split())
