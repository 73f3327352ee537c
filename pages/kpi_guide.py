"""What do we measure, and why?"""

import streamlit as st

from kpi_engine.views.kpi_card import TOPICS
from kpi_engine.views.kpi_evidence import tested_pairs
from kpi_engine.views.kpi_guide import declared_guide, kpi_guide_view
from ui.blocks import notes, nothing_to_show, opening
from ui.filters import ask, no_data
from ui.kpi_guide import card_block, search_bar
from ui.session import cached

asked = ask()
guide = declared_guide()
if asked is not None:
    guide = cached(kpi_guide_view, asked).with_evidence(cached(tested_pairs, asked.at_one_day()))
opening(guide.sentence)
if asked is None:
    no_data()
chosen = guide.shown(**search_bar())
if len(chosen) < len(guide.cards):
    notes((f"{len(chosen)} of {len(guide.cards)} KPIs",))
if not chosen:
    nothing_to_show("No KPI is described like this.", "Take a word out of the search, or a filter away.")
for topic, title in TOPICS.items():
    inside = [one for one in chosen if one.words.topic == topic]
    if inside:
        st.subheader(title, anchor=False)
    for one in inside:
        card_block(one, asked)
