"""Much work, and good work."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import LEGEND, Look, axis, layout, note, short, zero_line


def meetings_figure(frame: pd.DataFrame, order: list[str], colours: Look) -> go.Figure:
    """Meetings held per rep, split by what made them good, with the qualified share and n at the end of the bar.

    ``frame``: owner, label, part, meetings. ``order`` names the parts from best known to unknown; the label is
    written once per rep.
    """
    reps = frame.drop_duplicates("owner")
    names = [short(owner) for owner in reps["owner"]]
    tones = [colours.won, colours.expected_value, colours.ratio, colours.total_value, colours.line]
    figure = go.Figure(
        layout=layout(
            colours,
            90 + 40 * len(names),
            barmode="stack",
            showlegend=True,
            bargap=0.3,
            margin={"l": 8, "r": 130, "t": 8, "b": 8},
            legend=LEGEND,
            xaxis=axis(colours, title="meetings held", **zero_line(colours)),
            yaxis=axis(
                colours,
                autorange="reversed",
                showgrid=False,
                type="category",
                tickfont={"color": colours.text, "size": 14},
            ),
        )
    )
    for part, tone in zip(order, tones, strict=False):
        rows = frame[frame["part"] == part]
        if rows["meetings"].sum() == 0:
            continue
        figure.add_bar(
            y=[short(owner) for owner in rows["owner"]],
            x=rows["meetings"],
            name=part,
            orientation="h",
            marker={"color": tone},
            hovertemplate=f"%{{y}}<br>{part}: %{{x:,}}<extra></extra>",
        )
    totals = frame.groupby("owner")["meetings"].sum()
    for owner, label in zip(reps["owner"], reps["label"], strict=True):
        figure.add_annotation(
            x=totals[owner],
            y=short(owner),
            text=label,
            xanchor="left",
            xshift=6,
            showarrow=False,
            font={"size": 14, "color": colours.text},
        )
    return figure


def weekly_figure(frame: pd.DataFrame, colours: Look) -> go.Figure:
    """Activities per week, one strip per type on a shared time axis, each on its own scale.

    ``frame``: type (label), week_end, activities, mean_text.
    """
    types = list(dict.fromkeys(frame["type"]))
    figure = go.Figure(
        layout=layout(
            colours, 60 + 78 * len(types), margin={"l": 8, "r": 150, "t": 8, "b": 8}, hovermode="x", bargap=0.15
        )
    )
    for row, kind in enumerate(types):
        part = frame[frame["type"] == kind]
        top = 1 - row / len(types)
        pane = "" if row == 0 else str(row + 1)
        figure.update_layout(
            {
                f"yaxis{pane}": axis(
                    colours, domain=[top - 0.78 / len(types), top], rangemode="tozero", nticks=3, **zero_line(colours)
                )
            }
        )
        figure.add_bar(
            x=part["week_end"],
            y=part["activities"],
            yaxis=f"y{pane}",
            marker={"color": colours.expected_value},
            hovertemplate=f"{kind}, week to %{{x|%-d %b %Y}}: %{{y:,}}<extra></extra>",
        )
        figure.add_annotation(
            note(
                f"<b>{kind}</b><br>{part['mean_text'].iloc[0]}",
                colours,
                xref="paper",
                x=1,
                xshift=8,
                yref="paper",
                y=top - 0.39 / len(types),
                xanchor="left",
                yanchor="middle",
                align="left",
            )
        )
    last = "y" if len(types) == 1 else f"y{len(types)}"
    figure.update_layout(xaxis=axis(colours, showgrid=False, anchor=last, tickformat="%b %Y"))
    return figure
