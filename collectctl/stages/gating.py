"""The gate asked about one account: who may be contacted how, when, and by which limits.

Joins people of the exports with what the ledger knows of them. Refuses to judge anything itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.calendar import day_number
from collectctl.columns import Ints, to_table
from collectctl.compliance.gate.bar_debts import passed
from collectctl.compliance.gate.facts import (
    NOBODY,
    OUTCOMES,
    ROLES,
    WISHES,
    Asked,
    Contacts,
    Facts,
    Holds,
    Wishes,
    stop_bits,
)
from collectctl.compliance.gate.judge import Answer, judge, windows
from collectctl.compliance.gate.moments import FOREVER
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import (
    CHANNELS,
    STEPS,
    Channel,
    DecisionLimit,
    HoldLimit,
    NoticeLimit,
    Step,
)
from collectctl.compliance.points import DETAIL, REACHED_AT, point_of
from collectctl.ledger.connect import Ledger
from collectctl.ledger.contacts import complete_to, contacts_of, wishes_of
from collectctl.ledger.heard import Contact, Reach, Wish
from collectctl.ledger.holds import Hold, holds
from collectctl.problems import InputRefusedError, Problem
from collectctl.project import Project
from collectctl.stages.circumstances import Circumstances, circumstances_of
from collectctl.stages.feed_rows import weekly
from collectctl.stages.intake import Intake
from collectctl.stages.recalling import known_to, purposes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoke:
    """A limit that has something against the moment asked."""

    limit: Dated
    until: int
    """From when it is silent; FOREVER: never, as far as is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a contact is for."""

    document: str | None = None
    """One of the project's documents, or a notice that a limit names."""
    step: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person on one channel."""

    party_id: str
    role: str
    channel: Channel
    answer: Answer
    moment: int
    """From when the contact may be made; FOREVER: not at all."""
    until: int
    """Until when, exclusive, on that day."""
    spoke: tuple[Spoke, ...]
    passed: tuple[Dated, ...]
    """Holds that the document goes out in spite of."""
    unknown: tuple[str, ...]
    """Feeds that are not known as far as is needed."""
    reachable: bool
    """Whether the bank has a number or address for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """People and channels to be asked about, at one moment, about one account."""

    account: str
    rows: Sequence[tuple[Mapping[str, object], Channel]]
    at: int
    usual: tuple[str, ...]
    """Zones of people of whom nothing is said."""
    around: Circumstances
    purpose: Purpose = Purpose()
    approved: bool = False
    """Whether a supervisor approves that a third person is asked."""
    more: Sequence[Contact] = ()
    """Contacts that count beside those of the ledger: such as may be made yet."""
    debtors: Sequence[str] = ()
    """People who are not asked, but whose holds are about the account all the same."""


def gate_lines(  # noqa: PLR0913, PLR0917 - everything that may be asked
    project: Project, ledger: Ledger, intake: Intake, account: str, moments: Sequence[int],
    zones: tuple[str, ...], purpose: Purpose,
) -> tuple[Line, ...]:  # fmt: skip
    """What may be done about an account at a moment, for each of its people and each channel.

    `moments` are all that the time asked for may stand for: where an hour comes twice, the answer
    is the one that suits both. `zones` are all in which the person may be; none: those that the
    exports name, else the bank's.

    Raises:
        InputRefusedError: `account-unknown`, or the account has nobody (`no-liable-party`).
        ConfigError: as reading facts does.
    """
    people = people_of(intake, account)
    question = Question(
        account=account, rows=[(p, c) for p in people for c in CHANNELS], at=0, purpose=purpose,
        around=around_account(intake, account, zones), usual=zones or (project.settings.zone,),
    )  # fmt: skip
    found: dict[tuple[str, str], Line] = {}
    for at in moments:
        for line in _answered(project, ledger, replace(question, at=at)):
            key = line.party_id, line.channel
            if key not in found or line.moment > found[key].moment:
                found[key] = line
    return tuple(found.values())


def people_of(intake: Intake, account: str) -> list[Mapping[str, object]]:
    """The rows of an account's people, by role and number; raises `account-unknown`."""
    if pc.index(to_table(intake.accounts)["account_id"], account).as_py() < 0:
        raise InputRefusedError(
            Problem(
                code="account-unknown", message="no export of this night has the account",
                expected="an account number as the exports write it",
                mend="look at the number and at the date",
            )
        )  # fmt: skip
    table = to_table(intake.parties)
    rows = table.filter(pc.equal(table["account_id"], account)).to_pylist()
    return sorted(rows, key=lambda r: (ROLES.index(str(r["role"])), str(r["party_id"])))


def around_account(intake: Intake, account: str, zones: tuple[str, ...] = ()) -> Circumstances:
    """What the exports say of an account and its people; of zones nothing where some are given."""
    around = circumstances_of(intake)
    if zones:
        around = replace(around, zones=around.zones.slice(0, 0))
    return replace(
        around,
        limitation=around.limitation.filter(pc.equal(around.limitation["account_id"], account)),
        decisions=around.decisions.filter(pc.equal(around.decisions["account_id"], account)),
    )


def line_of(project: Project, ledger: Ledger, question: Question) -> Line:
    """The answer about the one person and channel that are asked about.

    Raises: ConfigError: as reading facts does.
    """
    return next(_answered(project, ledger, question))


def _answered(project: Project, ledger: Ledger, question: Question) -> Iterator[Line]:
    keys = _Keys()
    rows, account = question.rows, question.account
    points = {reach(p, c) for p, c in rows} - {None}
    parties = sorted({str(p["party_id"]) for p, _ in rows})
    limits = project.packs.dated
    known = sorted(p for p in points if p is not None)
    contacts = (*contacts_of(ledger, parties, known, 0), *question.more)
    wishes = wishes_of(ledger, parties, known)
    asked = _asked(project, question, keys)
    held = [
        replace(h, account_id=account, party_id=None) if h.party_id in question.debtors else h
        for h in holds(ledger, [account], [*parties, *question.debtors])
    ]
    old, barred_day = question.around.barred()
    decided, decided_step, decided_day = question.around.decided()
    facts = replace(
        _facts(project, ledger, contacts, wishes, held, keys),
        barred_debt=keys.all("debt", old.to_pylist()),
        barred_day=barred_day,
        decided_debt=keys.all("debt", decided.to_pylist()),
        decided_step=decided_step,
        decided_day=decided_day,
    )
    judged = judge(asked, facts, limits)
    until = windows(judged, facts)
    through = [(d, passed(d, asked, facts)) for d in limits if isinstance(d.limit, HoldLimit)]
    for n, (person, channel) in enumerate(rows):
        yield Line(
            party_id=str(person["party_id"]), role=str(person["role"]), channel=channel,
            answer=judged.answer(n), moment=int(judged.moment[n]), until=int(until[n]),
            spoke=tuple(Spoke(limit=d, until=u) for d, u in judged.speaking(n)),
            passed=tuple(dated for dated, where in through if where[n]),
            unknown=tuple(feed for feed, where in judged.unknown.items() if where[n]),
            reachable=reach(person, channel) is not None,
        )  # fmt: skip


def reach(person: Mapping[str, object], channel: Channel) -> Reach | None:
    """The number or address of a person of the exports for a channel, if the bank has one."""
    kind = REACHED_AT[channel]
    value = person.get(DETAIL[kind])
    return None if value is None else point_of(kind, str(value))


class _Keys:
    """Numbers for names, in the order in which they are met."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, object], int] = {}

    def of(self, kind: str, name: object) -> int:
        """The number of a name; -1 for none."""
        if name is None:
            return NOBODY
        return self._known.setdefault((kind, name), len(self._known))

    def all(self, kind: str, names: Sequence[object]) -> Ints:
        """The numbers of several names."""
        return np.array([self.of(kind, name) for name in names], np.int64)


def _about(project: Project, purpose: Purpose) -> int:
    """The place of the document's purpose among the project's; -1: none, or no such document."""
    catalogue = project.documents
    if purpose.document is None or catalogue is None or purpose.document not in catalogue.ids:
        return NOBODY
    return purposes_of(project).index(catalogue.purpose(purpose.document))


def documents_known(project: Project) -> tuple[str, ...]:
    """What may be asked for: the project's documents, and those that limits of its packs name."""
    found = set() if project.documents is None else set(project.documents.ids)
    for dated in project.packs.dated:
        if isinstance(dated.limit, NoticeLimit | DecisionLimit):
            found |= set(dated.limit.documents)
        if isinstance(dated.limit, HoldLimit):
            found |= set(dated.limit.passes)
    return tuple(sorted(found))


def _asked(project: Project, question: Question, keys: _Keys) -> Asked:
    rows, account = question.rows, question.account
    size = len(rows)
    ids = pa.array([str(person["party_id"]) for person, _ in rows], pa.string())
    zone, zones = question.around.zones_of(ids, question.usual)
    document, step = question.purpose.document, question.purpose.step
    return Asked(
        at=np.full(size, question.at, np.int64),
        channel=np.array([CHANNELS.index(c) for _, c in rows], np.int64),
        person=keys.all("person", [p["party_id"] for p, _ in rows]),
        role=np.array([ROLES.index(str(p["role"])) for p, _ in rows], np.int64),
        point=keys.all("point", [reach(p, c) for p, c in rows]),
        zone=zone, zones=zones, debt_row=np.arange(size),
        debt=np.full(size, keys.of("debt", account), np.int64),
        document=np.full(size, NOBODY if document is None else 0),
        documents=() if document is None else (document,),
        step=np.full(size, NOBODY if step is None else STEPS.index(step)),
        purpose=np.full(size, _about(project, question.purpose)),
        approved=np.full(size, question.approved),
    )  # fmt: skip


def _facts(
    project: Project, ledger: Ledger, contacts: Sequence[Contact], wishes: Sequence[Wish],
    held: Sequence[Hold], keys: _Keys,
) -> Facts:  # fmt: skip
    contacts = [c for c in contacts if c.outcome != "void"]
    about = [(n, keys.of("debt", a)) for n, c in enumerate(contacts) for a in c.accounts]
    wished = [(n, keys.of("debt", a)) for n, w in enumerate(wishes) for a in w.accounts]
    documents = tuple(sorted({c.document for c in contacts if c.document is not None}))
    return Facts(
        contacts=Contacts(
            at=np.array([c.at for c in contacts], np.int64),
            channel=np.array([_channel(c.channel) for c in contacts], np.int64),
            outcome=np.array([OUTCOMES.index(c.outcome) for c in contacts], np.int64),
            incoming=np.array([int(c.incoming) for c in contacts], np.int64),
            person=keys.all("person", [c.party_id for c in contacts]),
            point=keys.all("point", [c.point for c in contacts]),
            document=np.array(
                [NOBODY if c.document is None else documents.index(c.document) for c in contacts],
                np.int64,
            ),
            documents=documents,
            debt_row=np.array([n for n, _ in about], np.int64),
            debt=np.array([d for _, d in about], np.int64),
            allotted=np.zeros(len(contacts), np.bool_),
        ),
        wishes=Wishes(
            kind=np.array([WISHES.index(w.kind) for w in wishes], np.int64),
            received=np.array([w.received for w in wishes], np.int64),
            ends=np.array([FOREVER if w.ends is None else w.ends for w in wishes], np.int64),
            person=keys.all("person", [w.party_id for w in wishes]),
            point=keys.all("point", [w.point for w in wishes]),
            channel=np.array([_channel(w.channel) for w in wishes], np.int64),
            weekly=tuple((weekly(w.weekly) or ()) if w.weekly else () for w in wishes),
            debt_row=np.array([n for n, _ in wished], np.int64),
            debt=np.array([d for _, d in wished], np.int64),
        ),
        holds=Holds(
            debt=keys.all("debt", [h.account_id for h in held]),
            person=keys.all("person", [h.party_id for h in held]),
            starts=np.array([day_number(h.starts) for h in held], np.int64),
            ends=np.array(
                [FOREVER if h.ends is None else day_number(h.ends) for h in held], np.int64
            ),
            stops=np.array([stop_bits(h.stops, purposes_of(project)) for h in held], np.int64),
        ),
        barred_debt=np.zeros(0, np.int64), barred_day=np.zeros(0, np.int64),
        decided_debt=np.zeros(0, np.int64), decided_step=np.zeros(0, np.int64),
        decided_day=np.zeros(0, np.int64),
        complete_to=known_to(project, complete_to(ledger)), zone=project.settings.zone,
    )  # fmt: skip


def _channel(name: str | None) -> int:
    return NOBODY if name is None else CHANNELS.index(name)


def shown(moment: int, zone: str) -> str:
    """A moment as the clocks of a zone show it; `never` for FOREVER."""
    if moment >= FOREVER:
        return "never"
    return datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
