"""What was forecast, month by month, beside what came."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from kpi_engine.views.scale import money_scale
from ui.charts.look import Look, amounts_axis, axis, faint, layout, note

_DRAWN = ["actual", "forecast", "lower", "upper"]


def track_figure(made: pd.DataFrame, colours: Look, symbol: str) -> go.Figure:
    """Bars for what came, a line with its band for what had been forecast.

    ``made``: label, forecast, lower, upper, actual, text (what hovers).
    """
    figure = go.Figure(
        layout=layout(
            colours,
            360,
            margin={"l": 8, "r": 96, "t": 16, "b": 8},
            xaxis=axis(colours, showgrid=False, type="category", nticks=14, tickangle=0),
            yaxis=amounts_axis(colours, money_scale(made[_DRAWN].to_numpy().ravel(), symbol)),
        )
    )
    figure.add_bar(
        x=made["label"],
        y=made["actual"],
        marker={"color": colours.won, "opacity": 0.75},
        customdata=made[["text"]].to_numpy(),
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    band = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(x=made["label"], y=made["lower"], **band)
    figure.add_scatter(
        x=made["label"], y=made["upper"], fill="tonexty", fillcolor=faint(colours.expected_value, 0.22), **band
    )
    figure.add_scatter(
        x=made["label"],
        y=made["forecast"],
        mode="lines+markers",
        line={"color": colours.expected_value, "width": 2.5},
        marker={"size": 6},
        hoverinfo="skip",
    )
    if len(made):
        last = made.iloc[-1]
        for text, value, colour, shift in (
            ("forecast", last["forecast"], colours.expected_value, 9),
            ("came", last["actual"], colours.won, -9),
        ):
            up = shift if last["forecast"] >= last["actual"] else -shift
            figure.add_annotation(
                note(
                    text,
                    colours,
                    xref="paper",
                    x=1.01,
                    y=float(value),
                    xanchor="left",
                    yshift=up,
                    font={"color": colour, "size": 14},
                )
            )
    return figure
