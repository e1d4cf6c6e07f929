"""`collectctl approve`: a person takes responsibility for a braked night or a proposed change."""

from datetime import date
from pathlib import Path

import typer

from collectctl.calendar import parse_day
from collectctl.commands.options import PROJECT
from collectctl.commands.terminal import say


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command(name="approve")(approve)


def approve(
    what: str = typer.Argument(
        metavar="NIGHT|PROPOSAL",
        help="The braked night, as 2026-11-20, or the number that 'rules apply' gave.",
    ),
    by: str = typer.Option(..., "--by", help="Who approves: a staff number."),
    reason: str | None = typer.Option(
        None, "--reason", help="For a night: why the change is right, in a sentence."
    ),
    reference: str | None = typer.Option(
        None, "--reference", help="For a proposal: where the decision is written down."
    ),
    undecided: list[str] = typer.Option(
        [], "--undecided", help="For a proof left undecided: its number and why, as '1: …'."
    ),
    signature: Path | None = typer.Option(
        None, "--signature", help="For a proposal: its signature, made with ssh-keygen -Y sign."
    ),
    project: Path = PROJECT,
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would be recorded."),
) -> None:
    """Approve a night that a brake holds, or a proposed change of the configuration.

    Nothing in the night or the proposal changes; the ledger keeps who approved and why.
    """
    day = parse_day(what)
    if day is not None:
        if reason is None:
            raise typer.BadParameter("a night is approved with --reason")
        _night(project, day, by, reason, dry_run=dry_run)
        return
    if reference is None:
        raise typer.BadParameter("a proposal is approved with --reference")
    _proposal(project, what, by, reference, _numbered(undecided), signature, dry_run=dry_run)


def _night(project: Path, day: date, by: str, reason: str, *, dry_run: bool) -> None:
    from collectctl.commands.session import run_log, session
    from collectctl.ledger.record import check_approval, record_approval

    with session(project, "approve") as here, run_log(here, "approve") as log:
        if dry_run:
            check_approval(here.ledger, day, by, reason)
            say(f"would approve the night of {day}")
            return
        record_approval(here.ledger, day, by, reason, here.started_at)
        log.note(day, "approved")
    say(f"approved the night of {day}")


def _proposal(
    project: Path,
    number: str,
    by: str,
    reference: str,
    undecided: dict[int, str],
    signature: Path | None,
    *,
    dry_run: bool,
) -> None:
    from collectctl.commands.session import run_log, session
    from collectctl.commands.signing import operating_user, verified
    from collectctl.versions.approving import Word, approve, checker, proposal_text

    with session(project, "approve") as here, run_log(here, "approve") as log:
        version = here.versions.find(number)
        signed = None
        if signature is not None:
            person = checker(here.versions, version, by)
            signed = verified(proposal_text(here.versions, version), person, signature)
        word = Word(
            by=by,
            account=operating_user(),
            reference=reference,
            undecided=undecided,
            signature=signed,
            recorded_at=here.started_at,
        )
        parts = approve(
            here.versions, version, word, here.ledger, last_night=here.last_night(), dry_run=dry_run
        )
        if not dry_run:
            log.note(version.starts, f"approved {version.proposal[:12]}: {', '.join(parts)}")
    say(f"{'would approve' if dry_run else 'approved'} {', '.join(parts)}")
    left = [part for part in version.waits_for if part not in parts]
    if left:
        say(f"still waiting for {', '.join(left)}")
    else:
        say(f"in force from {version.starts}")


def _numbered(undecided: list[str]) -> dict[int, str]:
    """Each undecided proof's number with the reason why it may go live."""
    found = {}
    for text in undecided:
        number, _, why = text.partition(":")
        if not number.strip().isdecimal() or not why.strip():
            raise typer.BadParameter(f"'{text}' is not of the form '1: why it may go live'")
        found[int(number)] = why.strip()
    return found
