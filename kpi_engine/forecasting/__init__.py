"""Probabilities and forecasts."""
