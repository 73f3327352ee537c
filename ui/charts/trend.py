"""TV and EV week by week, EV/TV beneath on the same weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from kpi_engine.views import words
from kpi_engine.views.scale import Scale, money_scale
from ui.charts.look import Look, amounts_axis, axis, layout, note, shares_axis, weeks_axis, zero_line

Line = tuple[str, str, str, str, str]
"""Column, column of its words, name, colour and pane of a line."""

_AMOUNTS = ("total_value", "expected_value")
_HEIGHT, _AMOUNTS_FROM = 430, 0.36
_AMOUNTS_PX, _NAME_PX = 230, 38
"""How high the pane of the amounts is about, and a name of two lines."""


def trend_figure(frame: pd.DataFrame, colours: Look, symbol: str, re_set: Sequence[date] = ()) -> go.Figure:
    """Two panes on one time axis.

    ``frame`` has one row per week: period_end, total_value, expected_value, ev_tv_ratio, is_inferred (bool), and the
    texts
    tv_text, ev_text, ratio_text. Inferred weeks are dotted and shaded, and a label says so. ``re_set``: days that are
    marked, because EV steps there without any work.
    """
    scale = money_scale(frame[["total_value", "expected_value"]].to_numpy(dtype=float).ravel(), symbol)
    figure = go.Figure(
        layout=layout(
            colours,
            _HEIGHT,
            margin={"l": 8, "r": 96, "t": 24, "b": 8},
            hovermode="x unified",
            xaxis=weeks_axis(colours, list(frame["period_end"]), anchor="y2"),
            yaxis=amounts_axis(colours, scale, domain=[_AMOUNTS_FROM, 1]),
            yaxis2=shares_axis(colours, float(frame["ev_tv_ratio"].max()), domain=[0, 0.26], nticks=4),
        )
    )
    lines = (
        ("total_value", "tv_text", "Total value", colours.total_value, "y"),
        ("expected_value", "ev_text", "Expected value", colours.expected_value, "y"),
        ("ev_tv_ratio", "ratio_text", "EV / TV", colours.ratio, "y2"),
    )
    for column, text, name, colour, pane in lines:
        _line(figure, frame, column, text, name, colour, pane)
    _name_the_ends(figure, frame, lines, scale)
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
    _dots(figure, frame, column, colour, pane)


def _dots(figure: go.Figure, frame: pd.DataFrame, column: str, colour: str, pane: str) -> None:
    """A week that has none beside it is no line: it is drawn as a dot."""
    known = frame[column].notna()
    alone = frame[known & ~known.shift(1, fill_value=False) & ~known.shift(-1, fill_value=False)]
    if alone.empty:
        return
    is_inferred = alone["is_inferred"].tolist()
    figure.add_scatter(
        x=alone["period_end"],
        y=alone[column],
        yaxis=pane,
        mode="markers",
        marker={
            "size": 10,
            "color": colour,
            "symbol": ["circle-open" if inferred else "circle" for inferred in is_inferred],
        },
        cliponaxis=False,
        hoverinfo="skip",
    )


def _name_the_ends(figure: go.Figure, frame: pd.DataFrame, lines: Sequence[Line], scale: Scale) -> None:
    """Each line says at its end what it is and where it stands; one that ends before the others says when it did. Of
    two names that would cover each other the upper one is moved up."""
    ends = {column: frame[frame[column].notna()].tail(1) for column, *_ in lines}
    amounts = [float(end[column].iloc[0]) for column, end in ends.items() if column in _AMOUNTS and not end.empty]
    lift = scale.missing(min(amounts), max(amounts), _NAME_PX / _AMOUNTS_PX) * _AMOUNTS_PX if len(amounts) > 1 else 0.0
    for column, text, name, colour, pane in lines:
        if ends[column].empty:
            continue
        last = ends[column].iloc[0]
        said = f"<b>{last[text]}</b>" if pane == "y2" else f"{name}<br><b>{last[text]}</b>"
        if last["period_end"] != frame["period_end"].iloc[-1]:
            said += f"<br>until {words.day(last['period_end'])}"
        is_upper = column in _AMOUNTS and float(last[column]) == max(amounts)
        figure.add_annotation(
            x=last["period_end"],
            y=last[column],
            yref=pane,
            xanchor="left",
            xshift=10,
            yshift=lift if is_upper else 0,
            showarrow=False,
            align="left",
            text=said,
            font={"color": colour, "size": 13},
        )
        # Both may stand at one height: only one of them goes up.
        lift = 0.0 if is_upper else lift


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


def open_deals_figure(frame: pd.DataFrame, colours: Look, undated: int = 0) -> go.Figure:
    """How many deals are open, week by week: all that can be drawn where no deal carries an amount. ``frame`` as
    above, open_deals. ``undated``: how many more are open, of which nobody knows since when."""
    figure = go.Figure(
        layout=layout(
            colours,
            320,
            margin={"l": 8, "r": 96, "t": 24, "b": 8},
            hovermode="x unified",
            xaxis=weeks_axis(colours, list(frame["period_end"])),
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
            text=f"Open deals<br><b>{last['open_deals']:,}</b>"
            + (f"<br>and {undated:,} without<br>a created date" if undated else ""),
            font={"color": colours.total_value, "size": 13},
        )
    _dots(figure, frame, "open_deals", colours.total_value, "y")
    _shade_inferred(figure, frame, colours)
    return figure
