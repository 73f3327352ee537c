"""Tideline's engine: everything that computes. Usable from Python and the command line, without a browser."""
