"""Recall for the gate: what the ledger knows of people, kept with the night, as the gate asks it.

Joins the ledger's internal keys with the names of the exports. What is read is written to
`facts/` first, so that the night can be replayed without the ledger. Refuses to judge anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.calendar import day_number, parse_day
from collectctl.columns import Ints
from collectctl.compliance.gate.bar_caps import ANSWERED, SENT, UNANSWERED
from collectctl.compliance.gate.facts import (
    NOBODY,
    OUTCOMES,
    WISHES,
    Contacts,
    Facts,
    Holds,
    Wishes,
    joined,
    stop_bits,
)
from collectctl.compliance.gate.moments import FOREVER
from collectctl.compliance.gate.shares import MESSAGES
from collectctl.compliance.packs.shapes import CHANNELS
from collectctl.compliance.points import points_of
from collectctl.ledger.connect import Ledger
from collectctl.ledger.recalled import Recalled, recalled
from collectctl.project import Project
from collectctl.stages.desk import Desk, write_parquet
from collectctl.stages.feed_rows import weekly
from collectctl.stages.gate_windows import noticed, window_start
from collectctl.stages.importing import feed_key

FACTS = "facts"


def recall_contacts(desk: Desk, ledger: Ledger, at: int) -> Recalled:
    """What limits on contacts at a moment need of the ledger, written below `facts/`.

    Keys that no fact names are left out: for the gate, nobody is known by them.
    """
    limits = desk.project.packs.dated
    found = recalled(ledger, window_start(limits, at), noticed(limits))
    used = {
        "people": (found.contacts["person"], found.wishes["person"], found.holds["person"],
                   found.issued["person"]),
        "points": (found.contacts["point"], found.wishes["point"], found.issued["point"]),
        "debts": (found.contact_debts["debt"], found.wish_debts["debt"], found.holds["debt"],
                  found.issued_debts["debt"]),
    }  # fmt: skip
    kept = replace(found, **{n: _named(getattr(found, n), keys) for n, keys in used.items()})
    for one in fields(kept):
        write_parquet(desk, f"{FACTS}/{one.name}.parquet", getattr(kept, one.name))
    return kept


def _named(keys: pa.Table, used: Iterable[pa.ChunkedArray]) -> pa.Table:
    numbers = pa.chunked_array([c for column in used for c in column.chunks], pa.int64())
    return keys.filter(pc.is_in(keys["key"], value_set=pc.unique(numbers.drop_null())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The people, numbers and debts that are asked about; their place here is their code."""

    people: pa.Array
    points: pa.Array
    """As `point_name` writes them."""
    debts: pa.Array


def names(people: pa.Array, points: pa.Array, debts: pa.Array) -> Names:
    """Each name once."""
    return Names(
        people=pc.unique(people.drop_null()), points=pc.unique(points.drop_null()),
        debts=pc.unique(debts.drop_null()),
    )  # fmt: skip


def code(values: pa.Array, known: pa.Array) -> Ints:
    """The codes of names; -1 where there is no name or it is none of those known."""
    found = pc.index_in(values, value_set=known, skip_nulls=True).fill_null(NOBODY)
    codes: Ints = found.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def point_name(kind: pa.Array, value: pa.Array) -> pa.Array:
    """A number, however it is spelled, or an address as one text; missing where either is."""
    return pc.binary_join_element_wise(kind, points_of(kind, value), "\n")


def facts_of(found: Recalled, asked: Names, project: Project) -> Facts:
    """What the ledger knows, in the codes of what is asked about."""
    people = _Coding(found.people, found.people["name"], asked.people)
    points = _Coding(
        found.points,
        point_name(found.points["kind"].combine_chunks(), found.points["value"].combine_chunks()),
        asked.points,
    )
    debts = _Coding(found.debts, found.debts["name"], asked.debts)
    feeds = found.feeds
    said = dict(zip(feeds["feed"].to_pylist(), feeds["complete_to"].to_pylist(), strict=True))
    known = known_to(project, said)
    contacts = _contacts(found, people, points, debts)
    pending = _pending(found, known.get("contacts", -FOREVER), people, points, debts)
    return Facts(
        contacts=_together(contacts, pending),
        wishes=_wishes(found, people, points, debts),
        holds=_holds(found, people, debts, purposes_of(project)),
        barred_debt=np.zeros(0, np.int64), barred_day=np.zeros(0, np.int64),
        decided_debt=np.zeros(0, np.int64), decided_step=np.zeros(0, np.int64),
        decided_day=np.zeros(0, np.int64),
        complete_to=known, zone=project.settings.zone,
    )  # fmt: skip


class _Coding:
    """From the ledger's keys to the codes of the names asked about; others get codes behind.

    An opt-out of a number that nobody asks about must stay one of a number: without a code it would
    be taken for one of everything.
    """

    def __init__(self, keys: pa.Table, texts: pa.Array, known: pa.Array) -> None:
        number = keys["key"].to_numpy()
        own = code(_whole(texts), known)
        self._of = np.full(int(number.max(initial=0)) + 1, NOBODY, np.int64)
        self._of[number] = np.where(own == NOBODY, len(known) + np.arange(len(own)), own)

    def __call__(self, column: pa.ChunkedArray) -> Ints:
        codes: Ints = self._of[column.fill_null(0).to_numpy()]
        return codes


def _whole(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _place(column: pa.ChunkedArray, words: tuple[str, ...]) -> Ints:
    return code(_whole(column), pa.array(words, pa.string()))


def _rows_of(numbers: pa.ChunkedArray, all_: pa.ChunkedArray) -> Ints:
    """The places of numbers in an ascending column that has them all."""
    places: Ints = np.searchsorted(all_.to_numpy(), numbers.to_numpy()).astype(np.int64)
    return places


def _contacts(found: Recalled, people: _Coding, points: _Coding, debts: _Coding) -> Contacts:
    table = found.contacts
    documents = tuple(sorted(pc.unique(table["document"].drop_null()).to_pylist()))
    order = np.argsort(_rows_of(found.contact_debts["contact"], table["number"]), kind="stable")
    rows = _rows_of(found.contact_debts["contact"], table["number"])
    return Contacts(
        at=table["at"].to_numpy(), channel=_place(table["channel"], CHANNELS),
        outcome=_place(table["outcome"], OUTCOMES), incoming=table["incoming"].to_numpy(),
        person=people(table["person"]), point=points(table["point"]),
        document=_place(table["document"], documents), documents=documents,
        debt_row=rows[order], debt=debts(found.contact_debts["debt"])[order],
        allotted=np.zeros(len(table), np.bool_),
    )  # fmt: skip


def _pending(
    found: Recalled, known: int, people: _Coding, points: _Coding, debts: _Coding
) -> Contacts:
    """What was let out for a time up to which no log is known yet, as contacts that may be made.

    Each call counts as often as its share allows, answered and not answered; a message once. A
    letter counts when the mail room says that it was handed over.
    """
    table, about = found.issued, found.issued_debts
    open_ = pc.greater(table["closes"], known)
    rows = {
        SENT[0]: (pc.is_in(table["channel"], value_set=pa.array(MESSAGES)), None),
        ANSWERED[0]: (pc.equal(table["channel"], "call"), "calls"),
        UNANSWERED[0]: (pc.equal(table["channel"], "call"), "attempts"),
    }
    places, outcomes = [], []
    for outcome, (mine, share) in rows.items():
        where = np.flatnonzero(pc.and_(mine, open_).fill_null(False).to_numpy())
        times = 1 if share is None else table[share].fill_null(0).to_numpy()[where]
        places.append(np.repeat(where, times))
        outcomes.append(np.full(len(places[-1]), OUTCOMES.index(outcome)))
    place = np.concatenate(places)
    issue_row = _rows_of(about["issued"], table["number"])
    rows_, debt_row = joined(place, issue_row)
    return Contacts(
        at=table["opens"].to_numpy()[place], channel=_place(table["channel"], CHANNELS)[place],
        outcome=np.concatenate(outcomes), incoming=np.zeros(len(place), np.int64),
        person=people(table["person"])[place], point=points(table["point"])[place],
        document=np.full(len(place), NOBODY), documents=(),
        debt_row=rows_, debt=debts(about["debt"])[debt_row],
        allotted=np.ones(len(place), np.bool_),
    )  # fmt: skip


def _together(one: Contacts, other: Contacts) -> Contacts:
    """The contacts of both; the second ones have no documents."""
    both = {
        name: np.concatenate((getattr(one, name), getattr(other, name)))
        for name in (
            "at",
            "channel",
            "outcome",
            "incoming",
            "person",
            "point",
            "document",
            "debt",
            "allotted",
        )
    }
    debt_row = np.concatenate((one.debt_row, other.debt_row + len(one.at)))
    return Contacts(documents=one.documents, debt_row=debt_row, **both)


def _wishes(found: Recalled, people: _Coding, points: _Coding, debts: _Coding) -> Wishes:
    table = found.wishes
    rows = _rows_of(found.wish_debts["wish"], table["number"])
    return Wishes(
        kind=_place(table["kind"], WISHES), received=table["received"].to_numpy(),
        ends=table["ends"].fill_null(FOREVER).to_numpy(),
        person=people(table["person"]), point=points(table["point"]),
        channel=_place(table["channel"], CHANNELS),
        weekly=tuple((weekly(t) or ()) if t else () for t in table["weekly"].to_pylist()),
        debt_row=rows, debt=debts(found.wish_debts["debt"]),
    )  # fmt: skip


def _holds(found: Recalled, people: _Coding, debts: _Coding, purposes: tuple[str, ...]) -> Holds:
    table = found.holds
    ends = [
        min((_day(d) for d in (end, lifted) if d is not None), default=FOREVER)
        for end, lifted in zip(table["ends"].to_pylist(), table["lifted"].to_pylist(), strict=True)
    ]
    return Holds(
        debt=debts(table["debt"]), person=people(table["person"]),
        starts=np.array([_day(d) for d in table["starts"].to_pylist()], np.int64),
        ends=np.array(ends, np.int64),
        stops=np.array(
            [stop_bits(t.split(","), purposes) for t in table["stops"].to_pylist()], np.int64
        ),
    )  # fmt: skip


def _day(text: str) -> int:
    day = parse_day(text)
    assert day is not None  # noqa: S101 - the ledger keeps dates as dates
    return day_number(day)


def purposes_of(project: Project) -> tuple[str, ...]:
    """What the project's documents are for, in one order, for `stop_bits`."""
    return () if project.documents is None else tuple(sorted(project.documents.purposes))


def known_to(project: Project, said: Mapping[str, int | None]) -> dict[str, int]:
    """For each kind of feed the moment up to which all of the project's feeds are known.

    `said` is what each feed's files and statements say. A feed that was never opened is not known
    at all; one that the project has no more is not asked.
    """
    found: dict[str, int] = {}
    for name, feed in project.feeds.items():
        moment = said.get(feed_key(feed.kind, name))
        known = -FOREVER if moment is None else moment
        found[feed.kind] = min(found.get(feed.kind, FOREVER), known)
    return found
