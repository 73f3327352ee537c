"""The tables of the milestones."""

from __future__ import annotations

from ui.columns.kinds import C, Columns, count, day, money, share


def milestones() -> Columns:
    """Every stage of a pipeline."""
    return {
        "stage": C.TextColumn("Stage"),
        "milestone": C.TextColumn("Milestone"),
        "reached": count("Were here"),
        "moved_on": count("Went on"),
        "won": count("Won"),
        "lost": count("Lost"),
        "open": count("Open"),
        "gone": count("End not known"),
        "skipped": count("Passed over", help="Deals that went past this stage without being in it."),
        "moved_back": count("Moved back", help="Moves from here to an earlier stage."),
        "to_next_value": share("Go on"),
        "to_next_lower": share("Go on, from"),
        "to_next_upper": share("Go on, to"),
        "to_next_plain": share("Of those decided"),
        "to_won_value": share(
            "Are won",
            "Of all deals that ever came here. The chance on the tab Win chances is of those that are here now: "
            "whatever was won quickly has left, so it is lower.",
        ),
        "to_won_lower": share("Won, from"),
        "to_won_upper": share("Won, to"),
        "to_won_plain": share("Of those ended"),
    }


def stage_days() -> Columns:
    """Days in each stage."""
    return {
        "stage": C.TextColumn("Stage"),
        "days_n": count("Stays"),
        "days_ended": count("Of them over"),
        "days_low": C.NumberColumn("A tenth has left by", help="In days."),
        "days_median": C.NumberColumn("Half have left by"),
        "days_high": C.NumberColumn("Nine tenths have left by"),
        "days_seen": C.NumberColumn("Longest stay so far"),
    }


def milestone_groups(label: str) -> Columns:
    """The share won, group by group."""
    return {
        "group": C.TextColumn(label),
        "n": count("Deals"),
        "open": count("Still open"),
        "value": share("Won"),
        "lower": share("From"),
        "upper": share("To"),
        "plain": share("Of those ended"),
        "text": C.TextColumn("In words"),
    }


def waiting(symbol: str) -> Columns:
    """The deals longest in a stage."""
    return {
        "deal_name": C.TextColumn("Deal", width="large"),
        "account": C.TextColumn("Account"),
        "owner": C.TextColumn("Rep"),
        "amount": money("Amount", symbol),
        "since": day("In the stage since"),
        "days": C.NumberColumn("Days"),
        "usual": C.NumberColumn("Half leave within", help="Days after which half of all deals have left this stage."),
    }
