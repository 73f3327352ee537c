"""One activity, and what came weeks later."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import Look, axis, layout, note, zero_line


def series_figure(weeks: pd.DataFrame, names: tuple[str, str], colours: Look) -> go.Figure:
    """Two weekly counts above one another. ``weeks``: week_end, activity, result."""
    figure = go.Figure(
        layout=layout(
            colours,
            320,
            margin={"l": 8, "r": 8, "t": 28, "b": 8},
            hovermode="x",
            bargap=0.15,
            xaxis=axis(colours, showgrid=False, anchor="y2", tickformat="%b %Y"),
            yaxis=axis(colours, domain=[0.57, 1], rangemode="tozero", nticks=4, **zero_line(colours)),
            yaxis2=axis(colours, domain=[0, 0.43], rangemode="tozero", nticks=4, **zero_line(colours)),
        )
    )
    panes = (("activity", names[0], colours.expected_value, "y", 1.0), ("result", names[1], colours.won, "y2", 0.43))
    for column, name, colour, pane, top in panes:
        figure.add_bar(
            x=weeks["week_end"],
            y=weeks[column],
            yaxis=pane,
            marker={"color": colour},
            hovertemplate=f"{name}, week to %{{x|%-d %b %Y}}: %{{y:,}}<extra></extra>",
        )
        figure.add_annotation(
            note(
                f"<b>{name}</b> per week",
                colours,
                xref="paper",
                x=0,
                yref="paper",
                y=top,
                xanchor="left",
                yanchor="bottom",
            )
        )
    return figure


def lag_figure(lags: pd.DataFrame, chance: float, colours: Look) -> go.Figure:
    """How strongly the result follows the activity, by weeks in between. ``lags``: lag, strength, is_found."""
    figure = go.Figure(
        layout=layout(
            colours,
            300,
            margin={"l": 8, "r": 8, "t": 28, "b": 8},
            xaxis=axis(colours, showgrid=False, title="weeks from the activity to the result", dtick=1),
            yaxis=axis(colours, title="strength of the link", nticks=5, tickformat=".1f", **zero_line(colours)),
        )
    )
    tones = [colours.won if found else colours.total_value for found in lags["is_found"]]
    figure.add_bar(
        x=lags["lag"],
        y=lags["strength"],
        marker={"color": tones},
        hovertemplate="%{x} weeks later: %{y:.2f}<extra></extra>",
    )
    for level in (chance, -chance):
        figure.add_shape(
            type="line",
            xref="paper",
            x0=0,
            x1=1,
            y0=level,
            y1=level,
            line={"color": colours.muted, "width": 1, "dash": "dash"},
        )
    figure.add_annotation(
        note(
            "between the dashed lines: no more than chance",
            colours,
            xref="paper",
            x=1,
            y=chance,
            xanchor="right",
            yanchor="bottom",
        )
    )
    return figure
