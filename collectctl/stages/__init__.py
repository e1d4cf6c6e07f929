"""The stages of a night: each hands the values of one room to the next.

A stage knows which rooms it joins. It refuses to know their insides and the order of the night,
which stands in `collectctl.nightly`.
"""
