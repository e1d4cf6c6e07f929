"""One document written for somebody who looks at it: a preview, a statement, a letter of a case.

Knows which form is wanted and what it lacks. Refuses to know files; nights are written by `press`.
"""

from collections.abc import Callable

from collectctl.documents.catalog import Documents, Form
from collectctl.documents.channels import MARKUP
from collectctl.documents.environment import Texts, renderer
from collectctl.documents.records import CASES, Letter


class Writer:
    """The texts of a catalogue, each compiled when first needed."""

    def __init__(self, documents: Documents) -> None:
        """Compiles nothing yet."""
        self.documents = documents
        self._texts: dict[tuple[str, bool], Texts] = {}
        self._renderers: dict[tuple[str, str, str], Callable[[object], str]] = {}

    def write(self, form: Form, letter: Letter) -> str:
        """The text of a form; a short message with its signature. Ask `lacking` first."""
        key = (form.document, form.channel, form.language)
        if key not in self._renderers:
            kind = (form.language, form.channel in MARKUP)
            if kind not in self._texts:
                self._texts[kind] = Texts(
                    form.language, self.documents.macros[kind],
                    self.documents.bank.get(form.language), markup=kind[1],
                )  # fmt: skip
            self._renderers[key] = renderer(self._texts[kind].compile(form.source))
        text = self._renderers[key](addressed(letter, form.channel)).strip()
        if form.channel == "sms":
            return f"【{self.documents.bank.sms_signature.get(form.language)}】{text}"
        return text


def addressed(letter: Letter, channel: str) -> Letter:
    """The letter as a channel knows it: where somebody lives is no matter of an e-mail."""
    return letter._replace(address=None, postal_code=None) if channel == "email" else letter


def lacking(form: Form, letter: Letter) -> tuple[str, ...]:
    """The fields that the form needs and the letter has no value for, sorted."""
    missing = set()
    for record, name in form.needs:
        if record == "Letter":
            missing |= {name} if getattr(letter, name) is None else set()
        elif record == "Line":
            missing |= (
                {name} if any(getattr(line, name) is None for line in letter.lines) else set()
            )
        elif record.lower() in CASES:
            case = getattr(letter, record.lower())
            if case is not None and getattr(case, name) is None:
                missing.add(f"{record.lower()}.{name}")
    return tuple(sorted(missing))
