"""Who may put a changed configuration in force or permit that a third person is asked.

Roles, the people who hold them, their keys.

Knows how `authority.yaml` is read and what it says of a person. Refuses to know what was proposed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from collectctl.config import Code, Shape, shape
from collectctl.problems import Problem, did_you_mean
from collectctl.yaml_file import Document, read_document

Part = Literal["rules", "documents", "operations", "authority"]
PARTS: tuple[Part, ...] = ("rules", "documents", "operations", "authority")
"""What of a configuration is consented to apart: rules with columns, contracts and statuses;
letters and drafts; everything of the running; and who may consent."""


def _one_line(value: object) -> object:
    if isinstance(value, str) and not (value.isprintable() and value.split()[1:]):
        raise ValueError("expected the one line of a public key, such as 'ssh-ed25519 AAAA…'")
    return value


Key = Annotated[str, BeforeValidator(_one_line)]
_Roles = Annotated[tuple[Code, ...], Field(min_length=1)]


class _PersonShape(Shape):
    id: Code
    roles: _Roles
    account: Code | None = None
    keys: tuple[Key, ...] = ()


class _AuthorityShape(Shape):
    signature: Literal["optional", "required"]
    makes: _Roles
    approves: dict[Part, _Roles]
    permits: tuple[Code, ...] = ()
    people: tuple[_PersonShape, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the roster, as far as this file needs to know."""

    id: str
    """The number in the bank's roster; no name stands here."""
    roles: frozenset[str]
    account: str | None
    """The operating system's user whom they work as; None if that is not laid down."""
    keys: tuple[str, ...]
    """Public SSH keys, as `ssh-keygen` writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who may do what to the configuration."""

    signed: bool
    """Whether an approval without a signature is refused."""
    makes: frozenset[str]
    """Roles that may propose."""
    approves: Mapping[Part, tuple[str, ...]]
    """The roles of which one person must consent, per part."""
    permits: frozenset[str]
    """Roles of which one person may permit that a third person is asked; none: nobody may."""
    people: Mapping[str, Person]
    """By id."""


def read_authority(data: bytes, file: str) -> tuple[Authority | None, tuple[Problem, ...]]:
    """The authorities of a bank, or what is wrong with the file.

    A role that nobody holds is an error: what it approves could never be approved.
    """
    document, found = read_document(data, file)
    read, more = (None, ()) if document is None else shape(_AuthorityShape, document)
    if document is None or read is None:
        return None, (*found, *more)
    problems = [*found, *more, *_twice(read, document), *_nobody(read, document)]
    problems += [
        Problem(
            code="missing-key",
            message=f"nobody is said to approve '{part}'",
            span=document.span(("approves",), of_key=True),
            expected=f"{part}: [a role]",
        )
        for part in PARTS
        if part not in read.approves
    ]
    if problems:
        return None, tuple(problems)
    people = {
        p.id: Person(id=p.id, roles=frozenset(p.roles), account=p.account, keys=p.keys)
        for p in read.people
    }
    return Authority(
        signed=read.signature == "required",
        makes=frozenset(read.makes),
        approves=read.approves,
        permits=frozenset(read.permits),
        people=people,
    ), ()


def _twice(read: _AuthorityShape, document: Document) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for n, person in enumerate(read.people):
        if person.id in seen:
            found.append(
                Problem(
                    code="authority-person",
                    message=f"'{person.id}' stands in the list twice",
                    span=document.span(("people", n, "id")),
                    expected="each person once, with all their roles",
                )
            )
        seen.add(person.id)
    return found


def _nobody(read: _AuthorityShape, document: Document) -> list[Problem]:
    held = {role for person in read.people for role in person.roles}
    places = [(("makes", n), role) for n, role in enumerate(read.makes)]
    places += [(("permits", n), role) for n, role in enumerate(read.permits)]
    places += [
        (("approves", part, n), role)  # type: ignore[misc]  # a path is keys and positions alike
        for part, roles in read.approves.items()
        for n, role in enumerate(roles)
    ]
    return [
        Problem(
            code="authority-role",
            message=f"nobody in the list holds the role '{role}'",
            span=document.span(path),
            expected="a role that somebody below 'people' holds",
            mend=did_you_mean(role, held),
        )
        for path, role in places
        if role not in held
    ]
