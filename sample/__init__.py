"""The sample company: a harbour ferry and private-charter business in the southern hemisphere, invented.

``python -m sample`` writes ``data/sample``. Standard library only, fixed seeds, no clock: two runs give the same bytes.
The stories told by the data, with their numbers, are in ``data/sample/README.md``, which is written here too.
"""
