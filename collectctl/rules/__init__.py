"""The rule language: rulebooks, their evaluation in bulk, the customer's roll-up, explanation.

Knows rulebook files and frames. Refuses to know other files, the ledger, the clock and the law.
"""
