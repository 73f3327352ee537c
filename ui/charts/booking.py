"""How a month fills: what was booked so far, last year's curve, and what it is heading for."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from kpi_engine.views.scale import money_scale
from ui.charts.look import Figure, Look, amounts_axis, axis, layout, note

_DRAWN = ["booked", "last_year", "forecast", "lower", "upper"]


def booking_figure(curve: pd.DataFrame, target: float | None, colours: Look, symbol: str) -> Figure:
    """Months ahead from far to near; the band is the forecast as it was made at each of them.

    ``curve``: months_ahead, booked, expected_value, last_year, forecast, lower, upper (NaN: not known), and the texts
    when, booked_text, last_year_text, forecast_text, expected_text, open_text.
    """
    figure = go.Figure(
        layout=layout(
            colours,
            400,
            margin={"l": 8, "r": 132, "t": 20, "b": 8},
            hovermode="x unified",
            xaxis=axis(
                colours,
                "months before it is over",
                showgrid=False,
                autorange="reversed",
                tickvals=curve["months_ahead"],
                unifiedhovertitle={"text": "%{x} months before"},
            ),
            yaxis=amounts_axis(
                colours, money_scale([*curve[_DRAWN].to_numpy().ravel(), target or 0.0], symbol, wanted=5, air=0.12)
            ),
        )
    )
    made = curve[curve["forecast"].notna()]
    figure.add_scatter(
        x=pd.concat([made["months_ahead"], made["months_ahead"][::-1]]),
        y=pd.concat([made["upper"], made["lower"][::-1]]),
        mode="lines",
        fill="toself",
        fillcolor=colours.expected_value,
        opacity=0.14,
        line={"width": 0},
        hoverinfo="skip",
    )
    _line(figure, curve, "last_year", "last_year_text", "A year before", colours.muted, dash="dot")
    _line(figure, curve, "forecast", "forecast_text", "Forecast", colours.expected_value)
    _line(figure, curve, "booked", "booked_text", "Booked", colours.won, width=3)
    _unseen(figure, curve, "open_text", "Open for it", colours)
    _unseen(figure, curve, "expected_text", "Expected of the open", colours)
    _heading_for(figure, curve, colours)
    if target is not None:
        figure.add_hline(y=target, line={"color": colours.text, "width": 1, "dash": "dash"})
        figure.add_annotation(note("target", colours, xref="paper", x=0, y=target, xanchor="left", yanchor="bottom"))
    _name_the_ends(figure, curve, colours)
    return figure


def _line(figure: Figure, curve: pd.DataFrame, column: str, text: str, name: str, colour: str, **line: Any) -> None:
    figure.add_scatter(
        x=curve["months_ahead"],
        y=curve[column],
        mode="lines+markers",
        line={"color": colour, "width": 2, **line},
        marker={"size": 5, "color": colour},
        connectgaps=False,
        name=name,
        customdata=curve[text],
        hovertemplate=f"{name}: %{{customdata}}<extra></extra>",
    )


def _unseen(figure: Figure, curve: pd.DataFrame, text: str, name: str, colours: Look) -> None:
    """A line nobody sees, which adds its words to the hover."""
    figure.add_scatter(
        x=curve["months_ahead"],
        y=curve["booked"],
        mode="lines",
        line={"width": 0, "color": colours.muted},
        customdata=curve[text],
        hovertemplate=f"{name}: %{{customdata}}<extra></extra>",
        name=name,
    )


def _heading_for(figure: Figure, curve: pd.DataFrame, colours: Look) -> None:
    """From what is booked now to what the month is heading for, with the band at its end."""
    known = curve[curve["forecast"].notna()]
    if known.empty or known["months_ahead"].iloc[-1] == 0:
        return
    now = known.iloc[-1]
    figure.add_scatter(
        x=[now["months_ahead"], 0],
        y=[now["booked"], now["forecast"]],
        mode="lines+markers",
        line={"color": colours.won, "width": 2, "dash": "dot"},
        marker={"size": [0, 9], "color": colours.page, "line": {"width": 2, "color": colours.won}},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [0, now["upper"] - now["forecast"]],
            "arrayminus": [0, now["forecast"] - now["lower"]],
            "color": colours.won,
            "thickness": 2,
            "width": 6,
        },
        hoverinfo="skip",
    )


def _name_the_ends(figure: Figure, curve: pd.DataFrame, colours: Look) -> None:
    """Each line says at its right end what it is; names that would cover each other are moved apart."""
    ends = []
    is_open = bool(curve["booked"].isna().any() and curve["booked"].notna().any())
    for column, text, name, colour in (
        ("booked", "booked_text", "Booked", colours.won),
        (
            "forecast",
            "forecast_text",
            "Heading for" if is_open else "Forecast",
            colours.won if is_open else colours.expected_value,
        ),
        ("last_year", "last_year_text", "A year before", colours.muted),
    ):
        known = curve[curve[column].notna()]
        if not known.empty:
            last = known.iloc[-1]
            lead = 0 if column == "forecast" else last["months_ahead"]
            ends.append((float(last[column]), lead, name, str(last[text]).split(" (")[0], colour))
    top = curve[["booked", "last_year", "upper"]].max().max()
    free: dict[int, float] = {}
    for value, lead, name, text, colour in sorted(ends):
        at = max(value, free.get(lead, -top) + 0.13 * top)
        free[lead] = at
        # In the middle of the chart a name stands on its line, at the right end beside it.
        is_end = lead == 0
        figure.add_annotation(
            x=lead,
            y=at,
            xanchor="left" if is_end else "right",
            yanchor="middle" if is_end else "bottom",
            xshift=10 if is_end else 0,
            yshift=0 if is_end else 4,
            showarrow=False,
            align="left" if is_end else "right",
            text=f"{name}<br><b>{text}</b>",
            font={"color": colour, "size": 13},
        )
    made = curve[curve["forecast"].notna()]
    if len(made) > 1:
        figure.add_annotation(
            note(
                "what was forecast then, with its 80 % band",
                colours,
                x=made["months_ahead"].iloc[0],
                y=made["upper"].max(),
                xanchor="left",
                yanchor="bottom",
            )
            | {"font": {"color": colours.expected_value, "size": 13}}
        )
