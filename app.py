"""Tideline in the browser: ``streamlit run app.py``. Which pages there are, and what stands around them."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from ui.filters import filter_bar
from ui.security import SafeHeaders
from ui.session import options, who
from ui.share import keep_sharing, share_switch
from ui.shell import configure, data_switch, heading

HERE = Path(__file__).resolve().parent

# Section → file in pages/ → title, the question it answers, icon, the filters it heeds beside who and what.
PAGES: dict[str, dict[str, tuple[str, str, str, set[str] | None]]] = {
    "Pipeline": {
        "overview": ("Overview", "What is our work worth?", ":material/water:", {"has_period", "has_comparison"}),
        "forecast": ("Forecast", "What will this month bring?", ":material/insights:", set()),
        "months": ("Months", "When is our year won?", ":material/calendar_month:", set()),
    },
    "Work": {
        "quality": ("Quality", "Is the work good, or only much?", ":material/handshake:", {"has_period"}),
        "leading": ("Leading signals", "What should we do today for next quarter?", ":material/moving:", set()),
    },
    "People": {
        "one_on_one": ("One-on-one", "What should we talk about?", ":material/forum:", set()),
        "followups": ("Follow-ups", "What must not slip?", ":material/event_upcoming:", set()),
        "targets": ("Targets", "Are our targets real?", ":material/flag:", set()),
    },
    "Setup": {
        "data": ("Data", "Where do the numbers come from?", ":material/folder_open:", None),
        "kpi_guide": ("KPI guide", "What do we measure, and why?", ":material/menu_book:", {"has_period"}),
        "settings": ("Settings", "How does this team count?", ":material/settings:", None),
    },
}


def route() -> None:
    """Draw one page with everything around it."""
    configure()
    keep_sharing()
    is_sharing = who().is_sharing
    shown = {name: inside for name, inside in PAGES.items() if name != "Setup" or not is_sharing}
    pages = {
        section: [
            st.Page(HERE / "pages" / f"{name}.py", title=title, icon=icon, default=name == "overview", url_path=name)
            for name, (title, _, icon, _) in inside.items()
        ]
        for section, inside in shown.items()
    }
    about = {title: (question, heeds) for inside in PAGES.values() for title, question, _, heeds in inside.values()}
    page = st.navigation(pages)
    question, heeds = about[page.title]
    data_switch(is_fixed=is_sharing)
    data_page = pages["Setup"][0] if "Setup" in pages else None
    heading(question, data_page, is_data=page == data_page)
    if heeds is not None and not options().is_empty:
        filter_bar(has_period="has_period" in heeds, has_comparison="has_comparison" in heeds)
    share_switch()  # after the filters: it knows then which rep is on screen
    page.run()


if __name__ == "__main__":  # For each viewer and click: Streamlit runs this file as a script.
    route()
else:  # Once: the server imports it.
    # Without this, whoever comes first to a page's own address gets that file alone: Streamlit takes any folder called
    # pages for the navigation of old until the first st.navigation has run.
    PagesManager.uses_pages_directory = False
    app = st.App(Path(__file__), middleware=[Middleware(SafeHeaders)])
