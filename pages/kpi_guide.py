"""What do we measure, and why?"""

import streamlit as st

from kpi_engine.views.kpi_card import TOPICS
from kpi_engine.views.kpi_evidence import tested_pairs
from kpi_engine.views.kpi_guide import declared_guide, kpi_guide_view
from ui.blocks import notes, opening
from ui.filters import ask, no_data
from ui.kpi_guide import card_block, none_found, search_bar
from ui.session import cached

asked = ask()
guide = declared_guide()
if asked is not None:
    guide = cached(kpi_guide_view, asked).with_evidence(cached(tested_pairs, asked.at_one_day()))
opening(guide.sentence)
if asked is None:
    no_data()
looked_for = search_bar()
chosen = guide.shown(**looked_for)
if len(chosen) < len(guide.cards):
    notes((f"{len(chosen)} of {len(guide.cards)} KPIs",))
if not chosen:
    none_found(guide.meant(looked_for["text"]))
for topic, title in TOPICS.items():
    inside = [one for one in chosen if one.words.topic == topic]
    if inside:
        st.subheader(title, anchor=False)
    for one in inside:
        card_block(one, asked)
