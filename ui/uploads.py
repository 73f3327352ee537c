"""Files on their way in: kept aside while they are looked at, previewed, imported, reported."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from kpi_engine import workspace
from kpi_engine.ingest.child import stage_in_child
from kpi_engine.ingest.decided import answers_to_json
from kpi_engine.ingest.shapes import Answers, ImportReport, Staged, Upload
from kpi_engine.workspace import Preview
from ui.session import home, store

_ANSWERS, _REPORTS, _ROUND = "upload_answers", "upload_reports", "upload_round"


def incoming(files: Sequence[Any]) -> list[Upload]:
    """The dropped files, written aside under their hash; two of one name are told apart by a number. The same bytes a
    second time are said to be, and left out."""
    place = home() / "incoming"
    place.mkdir(parents=True, exist_ok=True)
    found: list[Upload] = []
    for file in files:
        content = file.getbuffer()
        path = place / hashlib.sha256(content).hexdigest()
        if not path.exists():
            path.write_bytes(content)
        first = next((upload for upload in found if upload.path == path), None)
        if first is not None:
            st.text(f"{file.name} is the same file as {first.name}: it is counted once.")
            continue
        same = sum(upload.name == file.name for upload in found)
        found.append(Upload(path, file.name if not same else f"{same + 1}. {file.name}"))
    return found


def answers_for(upload: Upload) -> Answers:
    """What this viewer has decided about a file so far."""
    found = st.session_state.setdefault(_ANSWERS, {}).get(_key(upload))
    return found if isinstance(found, Answers) else Answers()


def decide(upload: Upload, answers: Answers) -> None:
    """Remember a decision until the file is imported."""
    st.session_state.setdefault(_ANSWERS, {})[_key(upload)] = answers


def _key(upload: Upload) -> str:
    return f"{upload.path.name}:{upload.name}"


def previewed(upload: Upload) -> Preview:
    """The file as it would be understood now."""
    here, answers = store("own"), answers_for(upload)
    return _preview(str(upload.path), upload.name, answers_to_json(answers), here.data_version, str(here.path), answers)


@st.cache_data(max_entries=16, show_spinner=False)
def _preview(path: str, name: str, said: str, data_version: int, store_path: str, _answers: Answers) -> Preview:
    return workspace.preview(store("own"), Upload(Path(path), name), _answers, reader=read_once)


def read_once(path: Path, name: str) -> Staged:
    """A file's cells, read in a child process the first time and kept for the next question about the same bytes."""
    return _staged(str(path), name)


@st.cache_resource(max_entries=4, show_spinner=False)
def _staged(path: str, name: str) -> Staged:
    return stage_in_child(Path(path), name)


def import_all(uploads: Sequence[Upload]) -> None:
    """Import what can be imported, with progress; the reports stay on screen, files with an open question stay
    dropped."""
    bar = st.progress(0.0, "Reading…")
    answers = {upload.name: answers_for(upload) for upload in uploads}
    reports = workspace.import_files(
        store("own"), uploads, answers, lambda done, words: _tell(bar, done, words), reader=read_once
    )
    bar.empty()
    st.session_state[_REPORTS] = reports
    if all(report.status != "needs_answer" for report in reports):
        forget_files()


def _tell(bar: Any, done: float, words: str) -> None:
    # File names are text from elsewhere: a progress bar reads Markdown, so only our own words go there.
    bar.progress(min(max(done, 0.0), 1.0), words.split(" ", 1)[0] + "…")


def reports() -> list[ImportReport]:
    """What became of the files imported last in this session."""
    return list(st.session_state.get(_REPORTS, []))


def forget_reports() -> None:
    """Take the last reports off the screen."""
    st.session_state.pop(_REPORTS, None)


def uploader_key() -> str:
    """The uploader's key: another one after each import, so that it is empty again."""
    return f"upload_{st.session_state.get(_ROUND, 0)}"


def forget_files() -> None:
    """Empty the uploader and the place where its files were kept aside."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state.pop(_ANSWERS, None)
    shutil.rmtree(home() / "incoming", ignore_errors=True)
