"""The sentence of a pair: its units, its way, and what is said where nothing stands out."""

import numpy as np
import pytest

from kpi_engine.stats.lead_lag import LeadLag, Verdict, Why
from kpi_engine.views.lead_words import sentence, told


def found(effect: float, lower: float, upper: float, lag: int = 7, p_value: float = 0.0005) -> LeadLag:
    return LeadLag(Why.TESTED, 155, np.array([lag]), np.array([0.5]), 0.2, lag, p_value, effect, lower, upper)


@pytest.mark.parametrize(
    ("kpi", "result", "one", "mean", "said"),
    [
        (
            "qualified_meetings", "won_deals", found(0.21, 0.09, 0.33), 6.0,
            "Ten more qualified meetings were followed, seven weeks later, by about 2.1 more won deals; "
            "80 % between 0.9 and 3.3.",
        ),
        (
            "hosted_visits", "won_value", found(4700, 3250, 6150, lag=1), 1.2,
            "Two more hosted visits were followed, one week later, by about A$9.4k more won value; "
            "80 % between A$6.5k and A$12k.",
        ),
        (
            "time_in_stage", "won_deals", found(-0.05, -0.08, -0.02), 12.0,
            "Time in stage ten days longer was followed, seven weeks later, by about 0.5 fewer won deals; "
            "80 % between 0.2 and 0.8.",
        ),
        (
            "ev_tv_ratio", "won_deals", found(236, 164, 309, lag=2), 0.24,
            "EV / TV one point higher was followed, two weeks later, by about 2.4 more won deals; "
            "80 % between 1.6 and 3.1.",
        ),
        (
            "new_value", "won_value", found(0.2, -0.1, 0.5), 83_000.0,
            "A$10k more value of new deals was followed, seven weeks later, by about A$2.0k more won value; "
            "80 % between −A$1.0k and A$5.0k.",
        ),
    ],
)  # fmt: skip
def test_an_effect_is_told_in_the_units_people_use(kpi: str, result: str, one: LeadLag, mean: float, said: str) -> None:
    assert sentence(kpi, result, one, mean, "AUD") == said


def test_a_link_lost_among_many_is_told_as_what_it_is() -> None:
    said = told("proposals", "won_value", Verdict.NO_EVIDENCE, found(1, 0.5, 1.5, p_value=0.029), 5.0, None)
    assert "nothing shows that more of it is followed by more won value. Looked at alone it would stand out" in said
    assert "about 3 times in 100" in said
    plain = told("calls", "won_deals", Verdict.NO_EVIDENCE, found(1, 0.5, 1.5, p_value=0.4), 5.0, None)
    assert plain == "Calls: over 155 weeks nothing shows that more of it is followed by more won deals."


def test_the_other_way_round_is_said_to_be_odd() -> None:
    said = told("calls", "won_deals", Verdict.OTHER_WAY, found(-0.02, -0.03, -0.01), 40.0, None)
    assert said.startswith("Ten more calls were followed, seven weeks later, by about 0.2 fewer won deals")
    assert "the other way round than one would wish" in said
