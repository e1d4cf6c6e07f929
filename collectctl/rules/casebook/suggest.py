"""The cases that are still wanted, as a file: accounts that reach them, answered by the rulebook.

The expectations are what the rulebook says today, so somebody has to read them. Knows how a case
is written; refuses to know how an account is found.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from collectctl.calendar import from_day_number
from collectctl.money import MINOR_DIGITS, unscaled
from collectctl.problems import Span, display_width
from collectctl.rules.casebook.case import ARROW, NONE, NOTHING, Case, Expected
from collectctl.rules.casebook.coverage import Coverage, reached
from collectctl.rules.casebook.decided import Found, decided
from collectctl.rules.casebook.goals import Goal, rule_of, words
from collectctl.rules.explain import Held
from collectctl.rules.rulebook import Rulebook
from collectctl.yaml_file import FORMAT

Find = Callable[[Goal], Mapping[str, int | None] | None]
"""The plainest account that reaches a goal, a number for each column; None if none is known."""

_RESULTS = ("tier", "rule", "treatment", "addons", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Cases for goals that none reached, and what is still left."""

    cases: tuple[Case, ...]
    left: tuple[Goal, ...]
    """What no account reaches, or none that is known."""


def suggested(coverage: Coverage, find: Find) -> Suggestion:
    """A case for each goal that is not reached, unless one before it reaches it as well."""
    program = coverage.program
    open_ = list(coverage.left)
    cases: list[Case] = []
    left: list[Goal] = []
    while open_:
        goal = open_.pop(0)
        account = find(goal)
        if account is None:
            left.append(goal)
            continue
        case = _case(program.rulebook, program.as_of, _name(coverage, goal), account)
        met = reached(program, open_, [case])
        open_ = [g for g in open_ if g not in met]
        cases.append(case)
    found = decided(program.rulebook, cases)
    return Suggestion(
        cases=tuple(
            replace(c, expected=_expected(f)) for c, f in zip(cases, found, strict=True)
        ),
        left=tuple(left),
    )  # fmt: skip


def _name(coverage: Coverage, goal: Goal) -> str:
    return f"{rule_of(coverage.program, goal).id}: {words(coverage.program, goal)}"


def _expected(found: Found) -> Expected:
    return Expected(
        tier=found.tier, rule=found.rule, treatment=found.treatment, addons=found.addons,
        missing=found.missing,
    )  # fmt: skip


def _case(rulebook: Rulebook, as_of: date, name: str, account: Mapping[str, int | None]) -> Case:
    given = {n: _held(rulebook, n, number) for n, number in account.items() if number is not None}
    return Case(
        name=name, as_of=as_of, account=given, expected=Expected(), span=Span(file="suggested")
    )


def _held(rulebook: Rulebook, name: str, number: int) -> Held:
    column = rulebook.dictionary[name]
    match column.type:
        case "enum":
            return column.values[number]
        case "text":
            return "given"
        case "bool":
            return bool(number)
        case "date":
            return from_day_number(number)
        case _:
            return number


def written(rulebook: Rulebook, cases: Sequence[Case], as_of: date) -> str:
    """The cases as a file with one table."""
    used = {n for c in cases for n in c.account}
    columns = [n for n in rulebook.dictionary if n in used]
    rows = [["name", *columns, *(f"{ARROW}{r}" for r in _RESULTS)]]
    rows += [
        [c.name, *(_cell(rulebook, c, n) for n in columns), *_results(c.expected)] for c in cases
    ]
    widths = [max(display_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "".join([
        f"format: {FORMAT}\n",
        "# Suggested by 'collectctl rules test --suggest': what is expected is what the rules\n",
        "# say today. Read every line: is that what should become of the account?\n",
        f"as_of: {as_of}\ntables:\n  - table: |\n",
        *(f"      {_line(row, widths)}\n" for row in rows),
    ])  # fmt: skip


def _line(row: Iterable[str], widths: Sequence[int]) -> str:
    padded = (t + " " * (w - display_width(t)) for t, w in zip(row, widths, strict=True))
    return " | ".join(padded).rstrip()


def _results(expected: Expected) -> list[str]:
    return [
        expected.tier or NOTHING,
        expected.rule or NOTHING,
        expected.treatment or NOTHING,
        ", ".join(sorted(expected.addons or ())) or NONE,
        ", ".join(sorted(expected.missing or ())) or NONE,
    ]


def _cell(rulebook: Rulebook, case: Case, name: str) -> str:
    value, column = case.account.get(name), rulebook.dictionary[name]
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int):
        return str(value)
    currency = str(case.account.get("currency") or rulebook.currency)
    digits = MINOR_DIGITS.get(currency, 2) if column.type == "money" else column.digits
    return unscaled(value, digits)
