"""A third person permitted to be asked, with every reason not to."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import typer

from collectctl import durable
from collectctl.archive.faults import disk_faults
from collectctl.commands.feeds_session import moment_of
from collectctl.commands.gate_answer import packs_of
from collectctl.commands.release_session import in_force, refuse_overtaken
from collectctl.commands.rules_sources import inputs_of, laid_out
from collectctl.commands.session import Session, run_log, session
from collectctl.commands.signing import operating_user
from collectctl.commands.stages import refuse_used
from collectctl.compliance.gate.bar_parties import FINAL
from collectctl.compliance.gate.moments import FOREVER
from collectctl.config import Bilingual
from collectctl.ledger.contacts import complete_to
from collectctl.ledger.permissions import (
    Permission,
    Why,
    permissions,
    record_permission,
    still_to_come,
)
from collectctl.problems import ConfigError, InputRefusedError, Problem
from collectctl.project import Project
from collectctl.reports.permission import Card, permission_card
from collectctl.stages.circumstances import Circumstances
from collectctl.stages.gated import work_day
from collectctl.stages.gating import Line, Question, around_account, line_of, shown
from collectctl.stages.permitting import (
    STATUS_OF,
    Asked,
    Case,
    refuse_unlost,
    third_person,
    third_person_values,
)
from collectctl.stages.recalling import known_to
from collectctl.versions.known import person_of, refusal, refuse_account

HEADINGS = (
    "permission", "account", "person", "why", "evidence", "asked by", "approved by", "channel",
    "opens", "closes", "state",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed."""

    account: str
    party: str
    why: Why
    evidence: str
    by: str
    approved_by: str
    channel: Literal["call", "visit"]
    to: Path
    at: str | None
    dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What it came to."""

    problems: tuple[Problem, ...] = ()
    braked: bool = False
    """A brake holds the night: nothing was looked at."""
    number: int | None = None
    """None: nothing was recorded."""
    word: str = ""
    """The result in words."""


def permit_one(root: Path, wanted: Wanted) -> Given:
    """Records the permission and writes its card, both or neither.

    Raises:
        CollectctlError: a reason not to, each with its own code.
        typer.BadParameter: something that was typed cannot be.
    """
    if not all(text.strip() for text in (wanted.evidence, wanted.by, wanted.approved_by)):
        raise typer.BadParameter("--evidence, --by and --approved-by say something")
    refuse_used(wanted.to)
    now = datetime.now(UTC)
    with session(root, "gate permit") as here, run_log(here, "gate-permit") as log:
        day = here.last_night()
        run = None if day is None else here.published(day)
        if day is None or run is None:
            raise ConfigError(
                Problem(
                    code="nothing-published", message="no night is published yet",
                    expected="a night, by whose people and statuses it is judged",
                    mend="collectctl run",
                )
            )  # fmt: skip
        refuse_overtaken(here, run)
        if run.state == "braked":
            log.note(day, "braked: nobody permitted")
            return Given(braked=True)
        project, said = in_force(here, run, now, wanted.at)
        packs_of(project)
        _refuse_people(project, wanted)
        zone = project.settings.zone
        moment = int(now.timestamp()) if wanted.at is None else moment_of(wanted.at, zone)
        assert moment is not None  # noqa: S101 - it was typed
        if moment >= work_day(project, day)[1]:
            raise InputRefusedError(
                Problem(
                    code="night-past",
                    message=f"the day that the night of {day} was for is over",
                    expected="the day after the business date",
                    mend="run the newest night; what this one knows of people is no longer right",
                )
            )  # fmt: skip
        with laid_out(inputs_of(f"night:{day}", root, None)) as laid:
            case = Case(
                intake=laid.intake, day=day, account=wanted.account, party=wanted.party,
                channel=wanted.channel, why=wanted.why, moment=moment,
            )  # fmt: skip
            asked = third_person(case)
            refuse_unlost(project, here.ledger, case, asked)
            around = around_account(laid.intake, wanted.account)
        line = _judged(project, here, wanted, asked, _When(moment=moment, around=around))
        word = (
            f"one {wanted.channel} from {shown(line.moment, zone)} until {shown(line.until, zone)}"
        )
        if wanted.dry_run:
            log.note(day, "a third person would be permitted")
            return Given(problems=said, word=f"would be permitted: {word} (dry run)")
        number = _recorded(project, here, wanted, asked, line)
        log.note(day, f"permission {number} was recorded", said)
    return Given(problems=said, number=number, word=f"permission {number}: {word}")


def listed(root: Path) -> list[tuple[str, ...]]:
    """Every permission, a row each, as it stands now."""
    now = datetime.now(UTC)
    with session(root, "gate permissions", reads=True) as here:
        zone = here.versions.project(here.versions.on(now.date())).settings.zone
        return [
            (
                str(p.number), p.account_id, p.party_id, p.why, p.evidence, p.asked_by,
                p.approved_by, p.channel, shown(p.opens, zone), shown(p.closes, zone), p.state,
            )
            for p in permissions(here.ledger, int(now.timestamp()), FINAL)
        ]  # fmt: skip


def _refuse_people(project: Project, wanted: Wanted) -> None:
    """Raises unless whoever approves it may, gives the command, and did not ask for it."""
    person = person_of(project.authority, wanted.approved_by)
    refuse_account(person, operating_user())
    if not person.roles & project.authority.permits:
        roles = ", ".join(sorted(project.authority.permits))
        raise refusal(
            "not-authorised",
            f"{wanted.approved_by} holds no role that may permit it ({roles or 'there is none'})",
            "let somebody permit it whom authority.yaml names for it under 'permits'",
        )
    if wanted.by.strip() == wanted.approved_by:
        raise refusal(
            "permit-self",
            f"{wanted.by} asks for it and cannot permit it",
            "let another person permit it",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _When:
    """The moment that is judged, and what the exports say of where people are."""

    moment: int
    around: Circumstances


def _judged(project: Project, here: Session, wanted: Wanted, asked: Asked, when: _When) -> Line:
    """The gate's answer, which is that nothing speaks against it.

    Raises:
        InputRefusedError: `permit-limits`.
    """
    zone, moment = project.settings.zone, when.moment
    known = known_to(project, complete_to(here.ledger)).get("contacts", -FOREVER)
    more = still_to_come(here.ledger, wanted.party, asked.point, known, moment)
    question = Question(
        account=wanted.account, rows=[(asked.person, wanted.channel)], at=moment, usual=(zone,),
        around=when.around, approved=True, more=more, debtors=asked.debtor_ids,
    )  # fmt: skip
    line = line_of(project, here.ledger, question)
    against = [
        f"{s.limit.id} ({s.limit.limit.title.get('en')}),"
        f" {'for good' if s.until >= FOREVER else f'until {shown(s.until, zone)}'}"
        for s in line.spoke
        if s.limit.limit.mode == "block"
    ]
    against += [f"feed {name} is not known up to the beginning of the day" for name in line.unknown]
    if not third_person_values(project.packs, moment, zone):
        against.append("no pack says how a third person may be asked on that day")
    if line.answer != "allow" and not against:
        against.append("the limits together leave no moment")
    if against:
        raise InputRefusedError(
            Problem(
                code="permit-limits", message="limits speak against it: " + "; ".join(against),
                expected="a moment at which none does",
                mend="nobody is asked; 'collectctl gate explain' names each limit's source",
            )
        )  # fmt: skip
    return line


def _recorded(
    project: Project, here: Session, wanted: Wanted, asked: Asked, line: Line
) -> int:  # fmt: skip
    """The number under which it is recorded, its card written before that is certain."""
    given = Permission(
        number=0, account_id=wanted.account, party_id=wanted.party, point=asked.point,
        why=wanted.why, evidence=wanted.evidence, asked_by=wanted.by.strip(),
        approved_by=wanted.approved_by, channel=wanted.channel, opens=line.moment,
        closes=line.until, recorded_at=here.started_at,
    )  # fmt: skip

    def write(number: int) -> None:
        data = permission_card(_card(project, number, given, asked))
        with disk_faults("writing the card"):
            durable.make_folder(wanted.to)
            durable.write_file(wanted.to / f"permission-{number}.html", data)

    try:
        return record_permission(here.ledger, given, write)
    except BaseException:
        # without its record there is no permission, so there is no card either
        for card in wanted.to.glob("permission-*.html"):
            card.unlink(missing_ok=True)
        raise


def _card(project: Project, number: int, given: Permission, asked: Asked) -> Card:
    documents, zone = project.documents, project.settings.zone
    # the project's own title may name the department, which says it all
    bank = None if documents is None else documents.bank
    name = "" if asked.person.get("name") is None else str(asked.person["name"])
    return Card(
        number=number,
        bank=Bilingual(zh_CN="银行", en="the bank") if bank is None
        else Bilingual(zh_CN=bank.zh_CN.name, en=bank.en.name),
        hotline="" if bank is None else bank.zh_CN.hotline, name=name, channel=given.channel,
        place=given.point[1], sought=asked.sought, affairs=given.why in STATUS_OF,
        opens=shown(given.opens, zone), closes=shown(given.closes, zone), zone=zone,
        asked_by=given.asked_by, approved_by=given.approved_by, sample=project.settings.sample,
    )  # fmt: skip
