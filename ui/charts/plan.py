"""A month worked backwards: what has to happen by when, on a calendar."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import Figure, Look, axis, layout, note


def plan_figure(steps: pd.DataFrame, as_of: date, colours: Look) -> Figure:
    """A bar per step, in order of time, the month itself last; the as-of day is a line.

    ``steps``: label, what, start, latest, when, is_past, is_month, is_needed.
    """
    labels = [f"<b>{label}</b>" for label in steps["label"]]
    figure = go.Figure(
        layout=layout(
            colours,
            76 + 58 * len(steps),
            margin={"l": 8, "r": 24, "t": 30, "b": 8},
            barmode="overlay",
            xaxis=axis(colours, side="top", tickformat="%b\n%Y", type="date", showgrid=False),
            yaxis=axis(
                colours, showgrid=False, range=[len(steps) - 0.55, -0.75], type="category", ticks="",
                tickfont={"color": colours.text, "size": 14},
            ),
        )
    )  # fmt: skip
    colour = [
        colours.won if is_month else colours.line if not needed else colours.down if past else colours.expected_value
        for is_month, needed, past in zip(steps["is_month"], steps["is_needed"], steps["is_past"], strict=True)
    ]
    start, latest = pd.to_datetime(steps["start"]), pd.to_datetime(steps["latest"])
    figure.add_bar(
        y=labels,
        base=start,
        x=(latest - start).dt.total_seconds() * 1000,
        orientation="h",
        width=0.34,
        marker={"color": colour, "line": {"width": 0}},
        customdata=[
            f"{label}: {when}<br>{what}" + ("<br>Its last day has passed." if is_past and needed else "")
            for label, when, what, is_past, needed in zip(
                steps["label"], steps["when"], steps["what"], steps["is_past"], steps["is_needed"], strict=True
            )
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    for label, day, when, what in zip(labels, start, steps["when"], steps["what"], strict=True):
        figure.add_annotation(
            x=day, y=label, text=f"{when} · {what}", xanchor="left", yanchor="bottom", yshift=9, showarrow=False,
            font={"color": colours.muted, "size": 13},
        )  # fmt: skip
    figure.add_vline(x=pd.Timestamp(as_of), line={"color": colours.text, "width": 1, "dash": "dash"})
    figure.add_annotation(
        note("now", colours, x=pd.Timestamp(as_of), yref="paper", y=0, xanchor="left", yanchor="bottom", xshift=4)
    )
    return figure
