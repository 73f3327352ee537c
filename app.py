"""Tideline in the browser: ``streamlit run app.py``. Which pages there are, and what stands around them."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from ui.filters import filter_bar
from ui.security import SafeHeaders
from ui.session import options
from ui.shell import configure, data_switch, heading

# Section → file in pages/ → title, the question it answers, icon.
PAGES = {
    "Pipeline": {
        "overview": ("Overview", "What is our work worth?", ":material/water:"),
        "months": ("Months", "When is our year won?", ":material/calendar_month:"),
    },
    "Work": {
        "quality": ("Quality", "Is the work good, or only much?", ":material/handshake:"),
        "leading": ("Leading signals", "Which activity is followed by results?", ":material/moving:"),
    },
    "Setup": {"data": ("Data", "Which files do the numbers come from?", ":material/folder_open:")},
}


def route() -> None:
    """Draw one page with everything around it."""
    configure()
    pages = {
        section: [
            st.Page(f"pages/{name}.py", title=title, icon=icon, default=name == "overview", url_path=name)
            for name, (title, _, icon) in inside.items()
        ]
        for section, inside in PAGES.items()
    }
    questions = {title: question for inside in PAGES.values() for title, question, _ in inside.values()}
    page, data_page = st.navigation(pages), pages["Setup"][0]
    data_switch()
    heading(questions[page.title], data_page)
    if page.title != data_page.title and not options().is_empty:
        filter_bar()
    page.run()


if __name__ == "__main__":  # For each viewer and click: Streamlit runs this file as a script.
    route()
else:  # Once: the server imports it.
    # Without this, whoever comes first to a page's own address gets that file alone: Streamlit takes any folder called
    # pages for the navigation of old until the first st.navigation has run.
    PagesManager.uses_pages_directory = False
    app = st.App(Path(__file__), middleware=[Middleware(SafeHeaders)])
