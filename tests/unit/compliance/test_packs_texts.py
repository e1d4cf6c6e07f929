"""Limits on texts in a pack file: each mistake is told where it stands."""

import pytest

from collectctl.compliance.packs.reader import read_packs

HEAD = """format: collectctl/1
pack: test
title: Test
tightens_only: true
limits:
  one:
    title: t
    mode: block
    binding: house
    channels: [letter]
"""
VALUE = "from: 2026-01-01, source: s, verified: house"
WORDS = "    kind: wording\n    values:\n      - {{{V}, terms: [{}]}}\n"
CLAUSE = "    kind: clauses\n    purposes: [{}]\n    values:\n      - {{{V}, clauses: [{}]}}\n"
MESSAGE = "    kind: message\n    values:\n      - {{{V}{}}}\n"


def told(limit: str) -> list[tuple[str, str, int]]:
    """Code, message and line of each problem of a pack with this limit."""
    found, problems = read_packs({"p.yaml": (HEAD + limit.replace("{V}", VALUE)).encode()})
    assert (found is None) == bool(problems)
    return [(p.code, p.message, p.span.line if p.span else 0) for p in problems]


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("{id: a, why: w}", "term 'a' has no phrases"),
        ("{id: a, why: w, zh_CN: [告知…]}", "'告知…' has a gap without words on both sides"),
        ("{id: a, why: w, zh_CN: ['告知… …家人']}", "has a gap without words on both sides"),
        ("{id: a, why: w, zh_CN: [让(你|您]}", "a bracket opens that is not closed"),
        ("{id: a, why: w, zh_CN: [让你)]}", "a bracket closes that was not opened"),
        ("{id: a, why: w, zh_CN: [(你|)…家人]}", "has a part that may be empty"),
        ("{id: a, why: w, zh_CN: ['…']}", "has a gap without words on both sides"),
        ("{id: a, why: w, zh_CN: ['！，']}", "is no word of this language"),
        ("{id: a, why: w, zh_CN: ['坐。牢']}", "is no word of this language"),
        ("{id: a, why: w, en: [坐牢]}", "is no word of this language"),
        (
            "{id: a, why: w, zh_CN: [通知家人], unless: {zh_CN: [家人]}}",
            "'unless' always lifts '通知家人', so it is never found",
        ),
        (
            "{id: a, why: w, en: [will never tell], unless: {en: [never]}}",
            "'unless' always lifts 'will never tell', so it is never found",
        ),
        ("{id: a, why: w, zh_CN: [甲]}, {id: a, why: w, zh_CN: [乙]}", "entries are called 'a'"),
        ("{id: a, why: w, zh_CN: ['告知<kin>']}", "'words' has no 'kin' in this language"),
        ("{id: a, why: w, zh_CN: [甲], within: 0}", "should be greater than or equal to 1"),
    ],
)  # fmt: skip
def test_a_term_that_cannot_be_looked_for_is_told_with_its_place(term: str, message: str) -> None:
    ((code, found, line),) = told(WORDS.format(term, V="{V}"))
    assert (code, line) == ("bad-value", 13)
    assert message in found


def test_a_list_without_terms_and_an_unknown_key_are_told() -> None:
    assert [code for code, _, _ in told(WORDS.format("", V="{V}"))] == ["bad-value"]
    ((code, message, _),) = told(WORDS.format("{id: a, why: w, zh: [甲]}", V="{V}"))
    assert (code, message) == ("unknown-key", "unknown key 'zh'")


@pytest.mark.parametrize(
    ("purpose", "clause", "message"),
    [
        ("dunning", "{id: a, title: t, fields: [line.balance]}", "purposes.0"),
        ("demand", "{id: a, title: t, fields: [line.balanse]}", "no field 'line.balanse'"),
        ("demand", "{id: a, title: t, fields: [line.balance|nothing]}", "no field 'nothing'"),
        ("demand", "{id: a, title: t}", "asks for no field and no phrase"),
        ("demand", "{id: a, title: t, phrases: {en: [[a]]}}", "has phrases in one language only"),
        ("demand", "{id: a, title: t, phrases: {zh_CN: [[甲]], en: [[]]}}", "at least 1 item"),
    ],
)
def test_a_clause_that_cannot_be_held_is_told(purpose: str, clause: str, message: str) -> None:
    ((code, found, _),) = told(CLAUSE.format(purpose, clause, V="{V}"))
    assert code == "bad-value"
    assert message in found


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "expected single, part, total, signature, characters or links"),
        (", signature: {least: 5, most: 2}", "'most' is less than 'least'"),
        (", characters: ['ab']", "at most 1 character"),
    ],
)
def test_a_message_limit_that_says_nothing_is_told(value: str, message: str) -> None:
    ((code, found, _),) = told(MESSAGE.format(value, V="{V}"))
    assert code == "bad-value"
    assert message in found
