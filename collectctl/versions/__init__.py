"""Which configuration governs a night, and how another takes its place.

`known` reads the versions back, `proposing` adds one, `approving` adds a person's word for it.
"""
