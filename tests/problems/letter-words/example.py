"""A letter in which words stand that a pack does not allow."""

from datetime import date
from pathlib import Path

from collectctl.compliance.packs.reader import read_packs
from collectctl.compliance.wording.assembled import wording_of
from collectctl.documents.catalog import read_documents
from collectctl.documents.lint.forms import read_forms
from collectctl.documents.lint.letters import letter_lint
from collectctl.documents.lint.told import Told

NAME = "packs/small.yaml"
TEXT = "<h1>Notice</h1>\n\n<p>Dear A</p>\n<p>0001 CNY 1.00 1.00 0.00</p><p>Jail waits for you</p>"


def provoke(bank: Path) -> str:
    """Looks at one finished text."""
    config = bank / "config"
    files = {p.relative_to(config).as_posix(): p.read_bytes() for p in config.rglob("*.*")}
    documents, problems = read_documents(files)
    assert documents is not None, problems
    packs, problems = read_packs({NAME: files[NAME]})
    assert packs is not None, problems
    read, _ = read_forms(documents.written, documents.shared)
    one = next(r for r in read if (r.form.language, r.form.channel) == ("en", "letter"))
    told = Told(wording_of(packs, date(2026, 11, 18)))
    lint = letter_lint(one, documents.bank.en, documents.bank.sms_signature.en, told)
    return "\n".join(f"{f.code}: {f.reason}" for f in lint.examine_stored(TEXT))
