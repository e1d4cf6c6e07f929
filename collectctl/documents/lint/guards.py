"""Values that a text prints although it says itself that they may be unknown.

Knows which conditions make a value known. Refuses to know accounts: what a text never asks about is
needed, and a document without it fails at night.
"""

from collections.abc import Iterator, Sequence

from collectctl.documents.lint.pieces import (
    Branch,
    Each,
    Operand,
    Path,
    Piece,
    Slot,
    Test,
    atoms,
    every,
)
from collectctl.problems import Problem


def unguarded(pieces: Sequence[Piece]) -> Iterator[Problem]:
    """Each value that is printed where it may be unknown, once for each place."""
    asked = frozenset(
        operand.field
        for piece in every(pieces)
        if isinstance(piece, Branch)
        for atom in atoms(piece.test)
        if atom.op == "none"
        for operand in atom.parts
        if isinstance(operand, Operand)
    )
    yield from _in(pieces, asked, frozenset())


def _in(
    pieces: Sequence[Piece], asked: frozenset[str], known: frozenset[Path]
) -> Iterator[Problem]:
    for piece in pieces:
        if isinstance(piece, Branch):
            yield from _in(piece.then, asked, known | _known(piece.test, yes=True))
            yield from _in(piece.otherwise, asked, known | _known(piece.test, yes=False))
        elif isinstance(piece, Each):
            yield from _in(piece.body, asked, known)
        elif isinstance(piece, Slot) and piece.field in asked and piece.path not in known:
            yield Problem(
                code="template-unknown",
                message=f"'{piece.name}' is printed where it may be unknown",
                span=piece.span,
                expected=f"{{% if … {piece.name} is not none %}} around it, since the text asks",
            )


def _known(test: Test, *, yes: bool) -> frozenset[Path]:
    """What is known where a condition is true, or false."""
    if test.op == "not":
        inner = test.parts[0]
        return _known(inner, yes=not yes) if isinstance(inner, Test) else frozenset()
    if (test.op == "and" and yes) or (test.op == "or" and not yes):
        found: frozenset[Path] = frozenset()
        for part in test.parts:
            found |= _known(part, yes=yes) if isinstance(part, Test) else frozenset()
        return found
    operand = test.parts[0]
    if test.op == "none" and not yes and isinstance(operand, Operand):
        return frozenset([operand.path])
    return frozenset()
