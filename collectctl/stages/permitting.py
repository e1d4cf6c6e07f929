"""Whether a third person may be asked where a debtor is: who they are, and that contact is lost.

Joins the newest night's people and statuses with what the ledger knows of the debtors' numbers.
Everything that is missing refuses. Refuses to know limits on contacts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import to_table
from collectctl.compliance.effects import apply_statuses
from collectctl.compliance.packs.reader import Packs
from collectctl.compliance.packs.shapes import Channel, ThirdPersonLimit, ThirdPersonValue
from collectctl.compliance.points import point_of
from collectctl.ledger.connect import Ledger
from collectctl.ledger.contacts import contacts_of, wishes_of
from collectctl.ledger.heard import Reach
from collectctl.ledger.permissions import Why
from collectctl.ledger.points import UNUSABLE, point_states
from collectctl.problems import InputRefusedError, Problem
from collectctl.project import Project
from collectctl.stages.gating import people_of, reach
from collectctl.stages.intake import Intake

STATUS_OF: Mapping[Why, str] = {"deceased": "deceased", "incapacity": "incapacity"}
"""The status of the account that is such a reason by itself."""
_DEBTORS = ("principal", "joint_debtor")
_SILENT = ("cease", "represented")
"""Wishes of a debtor that asking somebody else would only get round."""
_SPOKEN = ("conversation", "met")
"""Outcomes after which contact with a debtor was not lost, on whatever channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What somebody asks for, and the night by which it is judged."""

    intake: Intake
    day: date
    """The night's business date."""
    account: str
    party: str
    channel: Channel
    why: Why
    moment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A third person, how to reach them, and whom they may be asked about."""

    person: Mapping[str, object]
    """The row of the exports."""
    point: Reach
    debtors: tuple[Mapping[str, object], ...]
    """The account's debtors, each once, the principal first."""

    @property
    def debtor_ids(self) -> tuple[str, ...]:
        """Their numbers."""
        return tuple(str(d["party_id"]) for d in self.debtors)

    @property
    def sought(self) -> str:
        """The name of the one who is looked for; empty where it is not known."""
        return str(self.debtors[0].get("name") or "")


def third_person(case: Case) -> Asked:
    """The person of the number that was given, who owes nothing of the account.

    Raises:
        InputRefusedError: `account-unknown`; `permit-party`, nobody of the account has that number,
            or not as a contact alone, or rows about its people are in quarantine;
            `permit-unreachable`, no name is known, or no one number or address for the channel.
    """
    people = people_of(case.intake, case.account)
    mine = [p for p in people if p["party_id"] == case.party]
    unclear = pc.index(case.intake.unclear, pa.scalar(case.account, pa.string())).as_py() >= 0
    debtors = {str(p["party_id"]): p for p in reversed(people) if p["role"] in _DEBTORS}
    if unclear or not debtors or {p["role"] for p in mine} != {"contact"}:
        raise _refused(
            "permit-party",
            "rows about the account's people or status are in quarantine" if unclear
            else "the newest night does not have this person as a contact of the account alone",
            "an account with a debtor, and a party whose one role for it is 'contact'",
        )  # fmt: skip
    points = {reach(p, case.channel) for p in mine} - {None}
    point = points.pop() if points else None
    if point is None or points:
        told = "several numbers or addresses" if points else "no number or address"
        raise _refused(
            "permit-unreachable",
            f"the newest night has {told} of this person for a {case.channel}",
            "one number or address",
        )
    asked = Asked(person=mine[0], point=point, debtors=tuple(reversed(debtors.values())))
    if not asked.person.get("name") or not asked.sought:
        raise _refused(
            "permit-unreachable", "the newest night lacks the name of this person or of the debtor",
            "both names, without which nobody can be asked",
        )  # fmt: skip
    return asked


def refuse_unlost(project: Project, ledger: Ledger, case: Case, asked: Asked) -> None:
    """Raises where it does not stand on record that contact with the debtors is lost.

    Raises:
        InputRefusedError: `permit-status`, the account has no such status, or one that forbids to
            contact anybody; `permit-lost`, a debtor may still be reached.
    """
    _refuse_status(project, case)
    represented = any(p["role"] == "representative" for p in people_of(case.intake, case.account))
    if represented or _silenced(ledger, asked, case.moment):
        raise _refused(
            "permit-lost",
            "a debtor is represented, or asked that nobody contacts them any more",
            "debtors who neither are represented nor asked to be left alone",
        )
    if case.why in STATUS_OF:
        return
    most = None
    if case.why == "failed_attempts":
        values = third_person_values(project.packs, case.moment, project.settings.zone)
        asks = [v.failed_attempts for v in values]
        if not asks or None in asks:
            raise _refused(
                "permit-lost", "a pack does not say how many failed attempts are loss of contact",
                "failed_attempts at third_person in every pack that has it",
            )  # fmt: skip
        most = max(a for a in asks if a is not None)
    _refuse_reached(ledger, case.intake, asked.debtors, most)


def third_person_values(packs: Packs, moment: int, zone: str) -> list[ThirdPersonValue]:
    """How third persons may be asked on the day of a moment, of every limit that blocks."""
    day = datetime.fromtimestamp(moment, ZoneInfo(zone)).date()
    return [
        value
        for dated in packs.dated
        if isinstance(dated.limit, ThirdPersonLimit) and dated.limit.mode == "block"
        for value in (dated.limit.values[dated.position],)
        if value.from_ <= day and (value.to is None or day <= value.to)
    ]


def _refuse_status(project: Project, case: Case) -> None:
    accounts, day = case.intake.accounts, case.day
    effects = apply_statuses(accounts, case.intake.statuses, project.statuses, day)
    at = pc.index(to_table(accounts)["account_id"], case.account).as_py()
    has = [s for s in str(to_table(effects)["status"][at].as_py()).split(",") if s]
    wanted = STATUS_OF.get(case.why)
    if wanted is not None and wanted not in has:
        raise _refused(
            "permit-status", f"the account does not have the status '{wanted}' in the newest night",
            "a reason that stands on record",
        )  # fmt: skip
    for status, entry in project.statuses.in_force(day):
        closed = entry.channels is not None and case.channel not in entry.channels
        if status.code in has and status.code != wanted and (closed or not entry.tier):
            raise _refused(
                "permit-status",
                f"the account's status '{status.code}' does not allow it",
                "an account that is worked, by a call or visit",
            )


def _silenced(ledger: Ledger, asked: Asked, moment: int) -> bool:
    """Whether a debtor wants no contact at all, or somebody else to be spoken to."""
    return any(
        w.kind in _SILENT and w.received <= moment and (w.ends is None or moment < w.ends)
        for w in wishes_of(ledger, asked.debtor_ids, [])
    )


def _refuse_reached(
    ledger: Ledger, intake: Intake, debtors: Sequence[Mapping[str, object]], most: int | None
) -> None:
    """Each number of each debtor is dead or, with `most`, failed so often since they last spoke."""
    table = to_table(intake.parties)
    counted, open_, best = 0, 0, 0
    for debtor in debtors:
        party = str(debtor["party_id"])
        made = contacts_of(ledger, [party], [], 0)
        spoken = max((c.at for c in made if c.incoming or c.outcome in _SPOKEN), default=-1)
        rows = table.filter(pc.equal(table["party_id"], party))["phone"].drop_null().to_pylist()
        numbers = {point_of("phone", str(n)) for n in rows}
        numbers |= {c.point for c in made if c.point is not None and c.point[0] == "phone"}
        if not numbers:
            raise _refused(
                "permit-lost", "the bank has no number of a debtor, so none tells of lost contact",
                "a number at which the debtor was tried",
            )  # fmt: skip
        failures = list(_failures(ledger, sorted(numbers), spoken + 1))
        left = [n for n in failures if n is not None and (most is None or n < most)]
        counted, open_ = counted + len(failures), open_ + len(left)
        best = max([best, *left])
    if open_ or not counted:
        needed = "" if most is None else f", or {most} failed attempts in a row"
        raise _refused(
            "permit-lost",
            f"{open_} of {counted} numbers of the debtors may still reach them"
            f" (failed attempts in a row since they last spoke: at most {best})",
            f"of every number that it is out of service{needed}",
        )


def _failures(ledger: Ledger, numbers: Sequence[Reach], since: int) -> Iterator[int | None]:
    """Of each number how many attempts in a row failed; None: it is out of service."""
    states = point_states(ledger, numbers, since)
    found = dict(zip(states.point, range(len(states.point)), strict=True))
    for number in numbers:
        at = found.get(number)
        if at is None:
            yield 0
        elif states.state[at] == UNUSABLE:
            yield None
        else:
            yield int(states.failures[at])


def _refused(code: str, message: str, expected: str) -> InputRefusedError:
    return InputRefusedError(
        Problem(
            code=code, message=message, expected=expected,
            mend="nobody else is asked about the debtor until that is so",
        )
    )  # fmt: skip
