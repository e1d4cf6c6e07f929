"""What outlives the nights: one SQLite file, only ever added to. The only room that knows SQL."""
