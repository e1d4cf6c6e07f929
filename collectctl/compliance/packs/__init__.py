"""Packs: the limits of one jurisdiction, each with its value, source and how sure that is."""
