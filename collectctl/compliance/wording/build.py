"""Phrases of a list made ready to be looked for.

Knows how a phrase and its contexts become expressions. Refuses to know packs.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from collectctl.compliance.wording.engine import Spared, Term, Words
from collectctl.compliance.wording.phrases import Expression, folded, keys, parse, reach
from collectctl.compliance.wording.stream import Script, Streams

_WHERE: Mapping[tuple[bool, bool], Literal["before", "over", "behind", "beside"]] = {
    (False, True): "before", (True, False): "behind",
    (True, True): "beside", (False, False): "over",
}  # fmt: skip
"""What gaps at the edges of a context say: whether one opens it, whether one closes it."""
NEAR = 12
"""So many Chinese characters may lie between a phrase and a word that negates it. Source: house."""


def one_term(  # noqa: PLR0913 - what a phrase is looked for with
    name: str, phrase: str, spared: Sequence[Spared], *, origin: int, why: Words, script: Script,
    within: int, streams: Streams,
) -> Term:  # fmt: skip
    """One phrase of a list; `spared`: the contexts in which it is harmless.

    Raises:
        ValueError: a phrase is not written as phrases are.
    """
    made = folded(parse(phrase), streams, script)
    return Term(
        id=name, origin=origin, why=why, script=script,
        expression=Expression(made, script, within),
        keys=keys(made, script), spared=tuple(spared),
    )  # fmt: skip


def spared(text: str, script: Script, streams: Streams) -> Spared:
    """A context as it is compared.

    Raises:
        ValueError: it is not written as phrases are.
    """
    made = folded(parse(text), streams, script)
    return Spared(
        where=_WHERE[made.opens, made.closes], expression=Expression(made, script, NEAR),
        reach=reach(script, NEAR),
    )  # fmt: skip
