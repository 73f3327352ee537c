"""Pure mathematics: no tables, no dates it did not get passed."""
