"""Words that may not stand in a text, clauses that must, and the size of messages, from the packs."""
