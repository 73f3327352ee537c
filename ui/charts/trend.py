"""TV and EV week by week, EV/TV beneath on the same weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import Look, axis, layout, note, share_format, weeks_axis, zero_line


def trend_figure(frame: pd.DataFrame, colours: Look, symbol: str, re_set: Sequence[date] = ()) -> go.Figure:
    """Two panes on one time axis.

    ``frame`` has one row per week: period_end, total_value, expected_value, ev_tv_ratio, is_inferred (bool), and the
    texts
    tv_text, ev_text, ratio_text. Inferred weeks are dotted and shaded, and a label says so. ``re_set``: days that are
    marked, because EV steps there without any work.
    """
    figure = go.Figure(
        layout=layout(
            colours,
            430,
            margin={"l": 8, "r": 96, "t": 24, "b": 8},
            hovermode="x unified",
            xaxis=weeks_axis(colours, anchor="y2"),
            yaxis=axis(
                colours,
                domain=[0.36, 1],
                rangemode="tozero",
                tickprefix=symbol,
                tickformat="~s",
                nticks=5,
                **zero_line(colours),
            ),
            yaxis2=axis(
                colours,
                domain=[0, 0.26],
                rangemode="tozero",
                tickformat=share_format(float(frame["ev_tv_ratio"].max())),
                nticks=4,
                **zero_line(colours),
            ),
        )
    )
    lines = (
        ("total_value", "tv_text", "Total value", colours.total_value, "y"),
        ("expected_value", "ev_text", "Expected value", colours.expected_value, "y"),
        ("ev_tv_ratio", "ratio_text", "EV / TV", colours.ratio, "y2"),
    )
    for column, text, name, colour, pane in lines:
        _line(figure, frame, column, text, name, colour, pane)
    figure.add_annotation(
        note("EV / TV", colours, xref="paper", x=0, yref="paper", y=0.27, xanchor="left", yanchor="bottom")
    )
    _shade_inferred(figure, frame, colours)
    _mark_re_set(figure, re_set, colours)
    return figure


def _mark_re_set(figure: go.Figure, days: Sequence[date], colours: Look) -> None:
    """A line at each day on which win chances were re-set; the last is named for all of them."""
    for day in days:
        figure.add_shape(
            type="line",
            xref="x",
            yref="paper",
            x0=day,
            x1=day,
            y0=0,
            y1=1,
            layer="below",
            line={"color": colours.muted, "width": 1, "dash": "dash"},
        )
    if days:
        text = "win chances re-set" if len(days) == 1 else "dashed: win chances re-set"
        figure.add_annotation(
            note(text, colours, x=days[-1], yref="paper", y=0.0, xanchor="right", yanchor="bottom", xshift=-4)
        )


def _line(figure: go.Figure, frame: pd.DataFrame, column: str, text: str, name: str, colour: str, pane: str) -> None:
    inferred = frame["is_inferred"]
    # The week on either side of a border belongs to both lines, so that they meet.
    firm = frame[column].where(~inferred)
    soft = frame[column].where(inferred | inferred.shift(1, fill_value=False) | inferred.shift(-1, fill_value=False))
    if inferred.any():
        figure.add_scatter(
            x=frame["period_end"],
            y=soft,
            yaxis=pane,
            mode="lines",
            line={"color": colour, "width": 2, "dash": "dot"},
            connectgaps=False,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=frame["period_end"],
        y=firm,
        yaxis=pane,
        mode="lines",
        line={"color": colour, "width": 2.5},
        connectgaps=False,
        hoverinfo="skip",
    )
    # One unseen line carries the hover text, so that each number is said once.
    figure.add_scatter(
        x=frame["period_end"],
        y=frame[column],
        yaxis=pane,
        mode="lines",
        line={"width": 0, "color": colour},
        customdata=frame[text],
        hovertemplate=f"{name}: %{{customdata}}<extra></extra>",
        name=name,
    )
    known = frame[frame[column].notna()]
    if not known.empty:
        last = known.iloc[-1]
        figure.add_annotation(
            x=last["period_end"],
            y=last[column],
            yref=pane,
            xanchor="left",
            xshift=8,
            showarrow=False,
            align="left",
            text=f"<b>{last[text]}</b>" if pane == "y2" else f"{name}<br><b>{last[text]}</b>",
            font={"color": colour, "size": 13},
        )


def _shade_inferred(figure: go.Figure, frame: pd.DataFrame, colours: Look) -> None:
    weeks = frame.loc[frame["is_inferred"], "period_end"]
    if weeks.empty:
        return
    figure.add_shape(
        type="rect",
        xref="x",
        yref="paper",
        x0=weeks.min(),
        x1=weeks.max(),
        y0=0,
        y1=1,
        layer="below",
        line_width=0,
        fillcolor=colours.line,
        opacity=0.35,
    )
    figure.add_annotation(
        note(
            "dotted: worked out from created and closed dates, no stage history",
            colours,
            x=weeks.min(),
            yref="paper",
            y=1.0,
            xanchor="left",
            yanchor="bottom",
        )
    )


def open_deals_figure(frame: pd.DataFrame, colours: Look) -> go.Figure:
    """How many deals are open, week by week: all that can be drawn where no deal carries an amount. ``frame`` as
    above, open_deals."""
    figure = go.Figure(
        layout=layout(
            colours,
            320,
            margin={"l": 8, "r": 96, "t": 24, "b": 8},
            hovermode="x unified",
            xaxis=weeks_axis(colours),
            yaxis=axis(colours, rangemode="tozero", nticks=5, tickformat=",", **zero_line(colours)),
        )
    )
    dash = "dot" if frame["is_inferred"].any() else "solid"
    figure.add_scatter(
        x=frame["period_end"],
        y=frame["open_deals"],
        mode="lines",
        line={"color": colours.total_value, "width": 2.5, "dash": dash},
        hovertemplate="%{y:,} open deals<extra></extra>",
    )
    if not frame.empty:
        last = frame.iloc[-1]
        figure.add_annotation(
            x=last["period_end"],
            y=last["open_deals"],
            xanchor="left",
            xshift=8,
            showarrow=False,
            align="left",
            text=f"Open deals<br><b>{last['open_deals']:,}</b>",
            font={"color": colours.total_value, "size": 13},
        )
    _shade_inferred(figure, frame, colours)
    return figure
