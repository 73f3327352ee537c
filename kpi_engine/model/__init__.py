"""Rows to facts: SQL files and the builder that runs them."""
