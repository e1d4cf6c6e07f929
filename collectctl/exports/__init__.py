"""Files in: contracts, readers, typed columns, quarantine, control totals, the night's snapshot.

Knows what an export must look like and what to do when it does not. Refuses to know tiers and law.
"""
