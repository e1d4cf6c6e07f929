"""The gate: what may be done about whom, on which channel, at which moment, and by which limits."""
