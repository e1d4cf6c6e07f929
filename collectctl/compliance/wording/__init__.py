"""From packs: words that a text may not hold, clauses that it must, how messages may look."""
