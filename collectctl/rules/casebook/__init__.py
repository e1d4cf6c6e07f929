"""Cases that a rulebook has to answer as its analysts expect, and how much of it they test.

Knows the same program that decides a night. Refuses to know provers: what can occur at all is
asked of whoever hands in the answer.
"""
