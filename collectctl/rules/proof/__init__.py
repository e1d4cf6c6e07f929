"""Proofs about a rulebook, before any account is seen: what can never happen and what can.

Knows a prover and nothing of files and nights. Everything that imports z3 is in here, and only
`collectctl check` and `collectctl rules` import this.
"""

from collectctl.rules.proof.moves import Moves, Possible, possible_moves
from collectctl.rules.proof.prove import prove

__all__ = ["Moves", "Possible", "possible_moves", "prove"]
