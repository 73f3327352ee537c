"""KPI declarations, and the one place that assembles metric SQL."""
