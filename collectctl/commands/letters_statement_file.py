"""What `collectctl letters statement` writes, and what is to be said about it."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from collectctl.archive.nights import Night
from collectctl.commands.letters_night import night_of, refuse_stranger
from collectctl.commands.letters_sides import documents_of
from collectctl.commands.rules_sources import inputs_of, laid_out
from collectctl.commands.session import Session, session
from collectctl.commands.terminal import say
from collectctl.compliance.contacts import DEFAULT_LANGUAGE
from collectctl.documents.catalog import Documents, Form
from collectctl.documents.drafts import draft, file_of, print_pdf, unprintable
from collectctl.documents.records import Letter
from collectctl.documents.writer import Writer
from collectctl.ledger.contacts import complete_to
from collectctl.ledger.payments import payments_of
from collectctl.problems import ConfigError, InputRefusedError, Problem, did_you_mean
from collectctl.project import Project
from collectctl.stages.account_letter import account_letter, owed_on, payments_since
from collectctl.stages.gated import work_day
from collectctl.stages.gating import shown
from collectctl.stages.recalling import known_to
from collectctl.stages.standing import standing_of

STATEMENT = "account-statement"


def made_statement(
    root: Path, account: str, day: date | None, now: int, language: str | None, *, pdf: bool
) -> bytes:
    """The statement of an account as it stands at the end of a day, else of today.

    Raises:
        CollectctlError: nothing is in force or published, the account is not known, or its debt
            cannot be stated.
    """
    with session(root, "letters statement", reads=True) as here:
        zone = here.versions.project(here.versions.on(date.max)).settings.zone
        made_for = day or datetime.fromtimestamp(now, ZoneInfo(zone)).date()
        project = here.versions.project(here.versions.on(made_for))
        documents = documents_of(project)
        _refuse_without(documents)
        night = night_of(root, project.settings.archive, None, until=made_for)
        refuse_stranger(night, account)
        form, letter = _letter(here, (project, night), account, made_for, language)
        for line in _told(here, project, night, made_for):
            say(line)
    found = draft(Writer(documents), form, "account", letter)
    if not pdf:
        return file_of(documents, found)
    lacking = unprintable(found)
    if lacking is not None:
        raise InputRefusedError(
            Problem(
                code="glyph-missing",
                message=f"the font of print PDFs has no character {lacking}",
                mend="write an .html file instead, and print it with a font that has it",
            )
        )
    return print_pdf(documents, [found], made_for)


def _refuse_without(documents: Documents) -> None:
    if STATEMENT in documents.ids and "letter" in documents.forms(STATEMENT):
        return
    raise ConfigError(
        Problem(
            code="unknown-document",
            message=f"the configuration in force has no letter '{STATEMENT}'",
            expected=f"a document '{STATEMENT}' with a form 'letter' in documents.yaml",
            mend=did_you_mean(STATEMENT, documents.ids)
            or "copy it from a project that 'collectctl init' makes, and propose it",
        )
    )


def _letter(
    here: Session, of: tuple[Project, Night], account: str, day: date, language: str | None
) -> tuple[Form, Letter]:
    """The form and what stands in it; says what the statuses of the account are."""
    project, night = of
    documents = documents_of(project)
    with laid_out(inputs_of(f"night:{night.business_date}", here.root, None)) as laid:
        read, intake = laid.desk.project, laid.intake
        owed = owed_on(read, intake, account, documents.addressees(STATEMENT))
        spoken = language or owed.details["language"] or DEFAULT_LANGUAGE
        form = documents.forms_by_key[STATEMENT, "letter", spoken]
        span = work_day(project, night.business_date)[0], work_day(project, day)[0]
        paid = payments_since(payments_of(here.ledger, [account]), span, project.settings.zone)
        letter = account_letter(owed, form, day, paid)
        standing = standing_of(read, intake, account, night.business_date)
    if standing.status:
        say(f"the account has the status {standing.status}: {standing.because.en}")
    if standing.represented:
        say("somebody represents the customer in this matter")
    return form, letter


def _told(here: Session, project: Project, night: Night, day: date) -> Iterator[str]:
    """From when the figures are, and up to when payments are known."""
    yield f"the debt is that of the night of {night.business_date}"
    moment = known_to(project, complete_to(here.ledger)).get("payments")
    if moment is None:
        yield "no feed tells of payments: ask for what was paid since"
    elif moment < work_day(project, day)[0]:
        until = shown(moment, project.settings.zone) if moment > 0 else "nothing yet"
        yield f"payments are known up to {until}: ask for what was paid since"
