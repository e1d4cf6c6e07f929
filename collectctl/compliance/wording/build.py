"""Phrases of a list made ready to be looked for.

Knows how a phrase and its contexts become expressions. Refuses to know packs.
"""

from collections.abc import Sequence

from collectctl.compliance.wording.engine import Spared, Term, Words
from collectctl.compliance.wording.phrases import anchors, folded, parse, pattern, reach
from collectctl.compliance.wording.stream import Script, Streams

NEAR = 6
"""So many Chinese characters may lie between a phrase and a word that negates it. Source: house."""


def one_term(
    name: str, phrase: str, unless: Sequence[str], *, origin: int, why: Words, script: Script,
    within: int, streams: Streams,
) -> Term:  # fmt: skip
    """One phrase of a list; `unless`: the contexts in which it is harmless.

    Raises:
        ValueError: a phrase is not written as phrases are.
    """
    made = folded(parse(phrase), streams, script)
    return Term(
        id=name, origin=origin, why=why, script=script, pattern=pattern(made, script, within),
        anchors=anchors(made), spared=tuple(_spared(one, script, streams) for one in unless),
    )  # fmt: skip


def _spared(text: str, script: Script, streams: Streams) -> Spared:
    made = folded(parse(text), streams, script)
    where = "before" if made.closes else "behind" if made.opens else "over"
    return Spared(
        where=where, pattern=pattern(made, script, NEAR), reach=reach(script, NEAR)
    )  # fmt: skip
