"""What a rulebook on one day is made of: a flat list of steps, and rules that point into it.

Every comparison is `sum of columns >= integer` or `= integer`, exact; the same steps could be
handed to a prover. Knows nothing of accounts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from collectctl.rules.chains import Chain, Rule
from collectctl.rules.linear import Terms
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.stairs import Stairs

EDGE = 2**62
"""No sum of columns may reach this, so that int64 never overflows."""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The column is this integer or more; by currency code if the amount depends on it."""

    column: str
    bound: int | tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """The column is one of the integers."""

    column: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Exactly:
    """The column is the integer given for the row's currency; None equals nothing."""

    column: str
    numbers: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """The column has no value."""

    column: str


@dataclass(frozen=True, slots=True)
class Opposite:
    """The opposite of an earlier step."""

    step: int


@dataclass(frozen=True, slots=True)
class Joined:
    """All, or any, of earlier steps."""

    every: bool
    steps: tuple[int, ...]


Step = AtLeast | Member | Exactly | Missing | Opposite | Joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotient:
    """A derived column: one sum of columns over another, rounded half away from zero."""

    above: Terms
    above_constant: int
    below: Terms
    below_constant: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A scorecard on one day: the base and what each column adds."""

    base: int
    stairs: tuple[Stairs, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule's last step, and what could be missing for it."""

    rule: Rule
    step: int
    columns: frozenset[str]
    """Dictionary and derived columns it looks at."""
    covers: frozenset[frozenset[str]]
    """Sets of currencies it has amounts for; a row in no one of a set is unknown."""
    names_manual: bool
    """Whether it speaks of MANUAL and so applies to undecided accounts as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledChain:
    """A chain whose rules are steps; `stop` steps decide it."""

    chain: Chain
    rules: tuple[CompiledRule, ...]
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Everything needed to decide accounts on one day."""

    rulebook: Rulebook
    as_of: date
    steps: tuple[Step, ...]
    chains: tuple[CompiledChain, CompiledChain, CompiledChain]
    sums: Mapping[str, Terms]
    """Columns that are sums of others, by the name the steps use."""
    quotients: Mapping[str, Quotient]
    scores: Mapping[str, Score]
