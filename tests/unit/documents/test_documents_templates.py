"""What a text may hold: each thing that may not is named with its place and a way to mend it."""

from pathlib import Path

import pytest
from letterbox import FILES, PERSON, post, texts

from collectctl.documents.template_check import check_macros, check_text
from collectctl.problems import Problem, render

MACROS, _ = check_macros(
    "{% macro note() %}x{% endmacro %}{% macro sums(letter) %}{% for t in letter.totals %}"
    "{{ t.balance|money }}{% endfor %}{% endmacro %}",
    "shared.html.j2",
    "en",
)


def found(source: str) -> tuple[Problem, ...]:
    return check_text(source, "a.letter.j2", "en", MACROS)[1]


@pytest.mark.parametrize(
    ("source", "code", "line", "column"),
    [
        ("{{ leter.date|date }}", "unknown-name", 1, 4),
        ("Dear\n{{ letter.adressee }}", "unknown-field", 2, 11),
        ("{{ letter.first.balance|mony }}", "unknown-filter", 1, 25),
        ("{{ letter.__class__ }}", "unknown-field", 1, 11),
        ("{{ letter.lines.append }}", "unknown-field", 1, 17),
        ("{{ letter.first.balance }}", "template-unformatted", 1, 17),
        ("{{ letter.addressee|money }}", "template-type", 1, 21),
        ("{{ letter.title.upper() }}", "unknown-macro", 1, 17),
        ("{{ note }}", "unknown-name", 1, 4),
        ("{{ letter.title|currency }}", "template-type", 1, 17),
        ("{{ note(letter) }}", "template-type", 1, 4),
        ("{{ range(1000000000) }}", "unknown-macro", 1, 4),
        ("{% for i in range(9) %}{% endfor %}", "unknown-macro", 1, 13),
        ("{% for c in letter.title %}{% endfor %}", "template-loop", 1, 20),
        ("{% include 'x' %}", "template-statement", 1, 4),
        ("{% import 'x' as y %}", "template-statement", 1, 4),
        ("{% extends 'x' %}", "template-statement", 1, 4),
        ("{% set x = 1 %}", "template-statement", 1, 4),
        ("{% macro m() %}{% endmacro %}", "template-statement", 1, 4),
        ("{{ 9 ** 9 ** 9 }}", "template-expression", 1, 1),
        ("{{ letter['title'] }}", "template-expression", 1, 1),
        ("{{ 1.5 }}", "template-expression", 1, 4),
        ("{% if letter.addressee %}x{% endif %}", "template-type", 1, 14),
        ("{% if letter.accounts is odd %}x{% endif %}", "unknown-test", 1, 26),
        ("{% if letter.accounts > 'a' %}x{% endif %}", "template-type", 1, 1),
        ("{% if letter.title > 'a' %}x{% endif %}", "template-type", 1, 1),
        ("{{ letter.date|date('x') }}", "template-type", 1, 16),
        ("{% if letter.accounts is zero %}x{% endif %}", "template-type", 1, 26),
        ("{{ letter.title", "template-syntax", 1, 1),
    ],
)
def test_what_a_text_may_not_hold_is_named_with_its_place(
    source: str, code: str, line: int, column: int
) -> None:
    problem = found(source)[0]
    assert (problem.code, problem.span.line, problem.span.column) == (  # type: ignore[union-attr]  # a template's problem has a place
        code,
        line,
        column,
    ), render(problem)


def test_a_loop_in_a_loop_is_refused_even_through_a_macro() -> None:
    inside = "{% for l in letter.lines %}{% for t in letter.totals %}{% endfor %}{% endfor %}"
    called = "{% for l in letter.lines %}{{ sums(letter) }}{% endfor %}"
    assert [p.code for p in found(inside) + found(called)] == ["template-loop"] * 2


def test_a_near_miss_is_answered_with_the_word_that_was_meant() -> None:
    shown = render(found("Dear\n  {{ letter.adressee }}")[0])
    assert shown.startswith(
        "a.letter.j2:2:13: error[unknown-field]: 'letter' has no field 'adressee'\n"
        "2 |   {{ letter.adressee }}\n"
        "  |             ^^^^^^^^\n"
        "expected: accounts, address, addressee, agency, as_of, "
    )
    assert shown.endswith("mend: did you mean 'addressee'?")


def test_all_faults_of_a_text_are_reported_at_once() -> None:
    assert len(found("{{ a }}\n{{ letter.b }}\n{{ letter.title|c }}")) == 3


def test_what_a_text_uses_is_what_it_needs_unless_it_asks_whether_it_is_known() -> None:
    uses, problems = check_text(
        "{{ letter.first.fees|amount }}"
        "{% if letter.first.penalty is not none %}{{ letter.first.penalty|amount }}{% endif %}",
        "a.letter.j2", "en", MACROS,
    )  # fmt: skip
    assert not problems
    assert uses.fields - uses.optional == {("Letter", "first"), ("Line", "fees")}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("text {% macro a() %}{% endmacro %}", "template-statement"),
        ("{% macro a() %}{% endmacro %}{% macro a() %}{% endmacro %}", "template-macro"),
        ("{% macro a(who) %}{% endmacro %}", "template-macro"),
        ("{% macro a(letter=1) %}{% endmacro %}", "template-macro"),
        ("{% macro a() %}{{ a() }}{% endmacro %}", "unknown-macro"),
        ("{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{% endmacro %}", "unknown-macro"),
        ("{% macro a() %}{{ caller() }}{{ varargs }}{% endmacro %}", "unknown-macro"),
    ],
)
def test_shared_macros_are_checked_and_cannot_call_themselves(source: str, code: str) -> None:
    assert check_macros(source, "shared.html.j2", "en")[1][0].code == code


def test_a_text_nested_without_end_is_a_problem_and_not_a_crash() -> None:
    for source in ("{{ " + "(" * 50_000 + "1", "{{ letter" + ".first" * 20_000 + " }}"):
        assert [p.code for p in found(source)] == ["template-syntax"]
    assert [p.code for p in found("x" * 200_001)] == ["template-size"]


def test_markup_and_templates_in_a_name_are_printed_and_never_run(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>{{ 7*7 }}\x1b[2J\u202e"
    people = [PERSON | {"contact_no": n, "name": name} for n in (1, 2)]
    people[1]["channel"] = "email"
    _, out = post(tmp_path, people)
    letter, mail = texts(out, "letter")[1], texts(out, "email")[2]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}\\u{1b}[2J\\u{202e}" in letter
    assert "<script>" not in letter
    assert "<script>alert(1)</script>{{ 7*7 }}\\u{1b}[2J\\u{202e}" in mail


def test_the_lines_of_an_address_stand_in_one_and_a_number_is_never_put_together(
    tmp_path: Path,
) -> None:
    lines = {"address": "清河市和兴路18号\r\n  2单元\t302室\n", "phone": "1001234\n5678"}
    people = [
        PERSON | lines | {"contact_no": 1},
        PERSON | lines | {"contact_no": 2, "channel": "sms"},
    ]
    prepared, out = post(tmp_path, people)
    assert "<p>清河市和兴路18号 2单元 302室</p>" in texts(out, "letter")[1]
    assert prepared.failed["code"].tolist() == ["address-unusable"]


def test_what_the_bank_writes_of_itself_is_escaped_too(tmp_path: Path) -> None:
    bank = FILES["documents/bank.yaml"].decode()
    bank = bank.replace("清河市城关区河畔路1号", 'A </style><b> \\ " & B')
    bank = bank.replace('zh_CN: A </style><b> \\ " & B', "zh_CN: 'A </style><b> \\ \" & B'")
    _, out = post(tmp_path, [PERSON], files=FILES | {"documents/bank.yaml": bank.encode()})
    page = (out / "letters" / "overdue-notice-zh_CN-0001.html").read_text("utf-8")
    assert page.count("</style>") == 1
    assert "A &lt;/style&gt;&lt;b&gt; \\ &#34; &amp; B" in page
