"""From EV then to EV now, cause by cause."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from kpi_engine.views.scale import money_scale
from ui.charts.look import Look, amounts_axis, axis, layout


def waterfall_figure(steps: pd.DataFrame, colours: Look, symbol: str, since: str) -> go.Figure:
    """Floating bars, one per cause, counted from where EV stood; the sum of all at the end.

    ``steps``: cause, label, base, height, text, tone ('total' | 'up' | 'down' | 'won' |
    'recalibrated'), hover. Bars and not plotly's
    own waterfall, because those cannot be clicked; ``customdata`` of a bar is its cause. ``since``: the day the bars
    are counted from.
    """
    tones = {
        "total": colours.total_value,
        "up": colours.up,
        "down": colours.down,
        "won": colours.won,
        "recalibrated": colours.other,
    }
    tops = steps["base"] + steps["height"].clip(lower=0)
    figure = go.Figure(
        layout=layout(
            colours,
            360,
            clickmode="event+select",
            bargap=0.3,
            # Two lines of words stand over a bar that hangs from the top.
            margin={"l": 8, "r": 8, "t": 46, "b": 8},
            xaxis=axis(
                colours,
                showgrid=False,
                tickangle=0,
                tickfont={"color": colours.text, "size": 13},
                # A word to a line: on a narrow screen the names of neighbours would run into one another.
                tickvals=steps["label"],
                ticktext=steps["label"].str.replace(" ", "<br>"),
            ),
            yaxis=amounts_axis(
                colours,
                # Room above for the words over the highest bar.
                money_scale([*steps["base"], *(steps["base"] + steps["height"])], signed=True, air=0.12),
                title=f"change since {since}" + (f" ({symbol.strip()})" if symbol else ""),
            ),
        )
    )
    figure.add_bar(
        x=steps["label"],
        y=steps["height"],
        base=steps["base"],
        customdata=steps["cause"],
        hovertext=steps["hover"],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"color": [tones[tone] for tone in steps["tone"]]},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.45}},
    )
    for place, level in enumerate(steps["level"].iloc[:-2]):
        figure.add_shape(
            type="line",
            layer="below",
            x0=place,
            x1=place + 1,
            y0=level,
            y1=level,
            line={"color": colours.muted, "width": 1, "dash": "dot"},
        )
    for label, top, text in zip(steps["label"], tops, steps["text"], strict=True):
        figure.add_annotation(
            x=label,
            y=top,
            text=text.replace(" (", "<br>("),
            showarrow=False,
            yanchor="bottom",
            yshift=3,
            font={"color": colours.text, "size": 14},
        )
    return figure
