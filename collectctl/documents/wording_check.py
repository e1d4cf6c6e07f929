"""A catalogue held against the packs, from a day on: what a jurisdiction asks of its texts.

Joins documents with packs: of each day on which a value begins or has ended. Refuses to know what
follows from a problem.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from collectctl.compliance.packs.reader import Packs
from collectctl.compliance.packs.shapes import TextLimit
from collectctl.compliance.wording.assembled import wording_of
from collectctl.documents.catalog import Documents
from collectctl.documents.lint.forms import read_forms
from collectctl.documents.lint.packs import pack_problems
from collectctl.documents.lint.told import Told
from collectctl.problems import Problem


def wording_problems(documents: Documents, packs: Packs, day: date) -> tuple[Problem, ...]:
    """What the packs say against the texts on a day or on a later one, each once, by place."""
    read, _ = read_forms(documents.written, documents.shared)
    found: dict[Problem, None] = {}
    for start in epochs(packs, day):
        told = Told(wording_of(packs, start))
        found |= dict.fromkeys(pack_problems(read, documents.bank, told, documents.places))
    return tuple(sorted(found, key=Problem.sort_key))


def epochs(packs: Packs, day: date) -> Iterator[date]:
    """The day, and every later one on which a limit on texts begins or has ended."""
    days = {day}
    for dated in packs.dated:
        if isinstance(dated.limit, TextLimit):
            value = dated.value
            days.add(value.from_)
            if value.to is not None:
                days.add(value.to + timedelta(days=1))
    yield from sorted(d for d in days if d >= day)
