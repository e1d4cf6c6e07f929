"""Proofs about a rulebook, before any account is seen: what can never happen and what can.

Knows a prover and nothing of files and nights. Everything that imports z3 is in here, and no
night imports this.
"""

from collectctl.rules.proof.prove import prove

__all__ = ["prove"]
