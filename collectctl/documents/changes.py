"""What changed between two catalogues of documents, as those who get the letters see it.

Knows that a text is compared with every telling case, and groups what is the same. Refuses to know
where the catalogues come from.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from collectctl.columns import LANGUAGES
from collectctl.documents.cases import Case
from collectctl.documents.catalog import Documents, Form
from collectctl.documents.comparing import Change, compare
from collectctl.documents.drafts import draft, drafts, plain_text
from collectctl.documents.writer import Writer, lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change of a document in a language, shown with the first case that shows it."""

    document: str
    language: str
    channels: tuple[str, ...]
    """The forms that change in the same way."""
    case: str
    """Of the first of these forms."""
    more: int
    """How many other cases of that form change in the same way."""
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one form."""

    document: str
    channel: str
    language: str
    cases: int
    changed: int
    """In how many cases it reads otherwise."""
    unseen: bool
    """Its text is another, and no case shows where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What `documents.yaml` says otherwise."""

    document: str
    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that differs."""

    differences: tuple[Difference, ...]
    rows: tuple[Row, ...]
    facts: tuple[Fact, ...]
    added: tuple[tuple[str, str], ...]
    """Document and form; an empty form is the whole document."""
    removed: tuple[tuple[str, str], ...]
    shared: tuple[str, ...]
    """Languages in which the shared texts differ and no case shows where."""

    @property
    def found(self) -> bool:
        """Whether anything differs."""
        return bool(
            self.differences or self.facts or self.added or self.removed or self.shared
            or any(row.unseen for row in self.rows)
        )  # fmt: skip


def compared(
    old: Documents, new: Documents, cases: Sequence[Case], document: str | None,
    language: str | None,
) -> Comparison:  # fmt: skip
    """The catalogues compared, one document or language alone if it is named."""
    ids = [d for d in dict.fromkeys((*new.ids, *old.ids)) if document in (None, d)]
    languages = [spoken for spoken in LANGUAGES if language in (None, spoken)]
    both = [d for d in ids if d in old.ids and d in new.ids]
    writers = Writer(old), Writer(new)
    differences: list[Difference] = []
    rows: list[Row] = []
    for name in both:
        for spoken in languages:
            told, counted = _of_document(writers, name, spoken, cases)
            differences += told
            rows += counted
    return Comparison(
        differences=tuple(differences),
        rows=tuple(rows),
        facts=tuple(fact for name in both for fact in _facts(old, new, name)),
        added=tuple(_only(new, old, ids)),
        removed=tuple(_only(old, new, ids)),
        shared=tuple(s for s in languages if _shared_unseen(old, new, s, rows)),
    )


def _of_document(
    writers: tuple[Writer, Writer], name: str, language: str, cases: Sequence[Case]
) -> tuple[list[Difference], list[Row]]:
    """The differences of a document in a language, those of equal edits once, and its rows."""
    old, new = (writer.documents.forms_by_key for writer in writers)
    grouped: dict[object, list[tuple[str, str, tuple[Change, ...]]]] = {}
    rows = []
    for form in new.values():
        before = old.get((name, form.channel, language))
        if (form.document, form.language) != (name, language) or before is None:
            continue
        found = list(_with_each_case(writers, before, form, cases))
        changed = [(case, changes) for case, changes in found if changes]
        for case, changes in changed:
            edits = tuple(change.edit for change in changes)
            grouped.setdefault(edits, []).append((form.channel, case, changes))
        rows.append(
            Row(
                document=name, channel=form.channel, language=language, cases=len(found),
                changed=len(changed), unseen=before.source != form.source and not changed,
            )
        )  # fmt: skip
    return [_difference(name, language, group) for group in grouped.values()], rows


def _difference(
    name: str, language: str, group: Sequence[tuple[str, str, tuple[Change, ...]]]
) -> Difference:
    first, case, changes = group[0]
    return Difference(
        document=name, language=language, channels=tuple(dict.fromkeys(c for c, _, _ in group)),
        case=case, more=sum(channel == first for channel, _, _ in group) - 1, changes=changes,
    )  # fmt: skip


def _with_each_case(
    writers: tuple[Writer, Writer], before: Form, form: Form, cases: Sequence[Case]
) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Each case that either version is shown with, and what is different then."""
    shown = [{d.case: d for d in drafts(w, f, cases)[0]}
             for w, f in zip(writers, (before, form), strict=True)]  # fmt: skip
    for case in cases:
        if case.id not in shown[0] and case.id not in shown[1]:
            continue
        texts = []
        for writer, one, there in zip(writers, (before, form), shown, strict=True):
            letter = case.letter(form.language, one.title)
            if case.id in there:
                texts.append(there[case.id].plain)
            elif lacking(one, letter):
                texts.append("")  # this version cannot be written in this case
            else:
                texts.append(plain_text(one, draft(writer, one, case.id, letter).text))
        yield case.id, compare(*texts)


def _facts(old: Documents, new: Documents, name: str) -> Iterator[Fact]:
    pairs = [(f"title {s}", *(d.title(name, s) for d in (old, new))) for s in LANGUAGES]
    pairs.append(("purpose", old.purpose(name), new.purpose(name)))
    pairs.append(("tone", old.tone(name), new.tone(name)))
    to, now = (", ".join(sorted(d.addressees(name))) for d in (old, new))
    pairs.append(("addressees", to, now))
    for what, before, after in pairs:
        if before != after:
            yield Fact(document=name, name=what, old=before, new=after)


def _only(these: Documents, others: Documents, ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Documents, and forms of documents that both have, that the others lack."""
    for name in ids:
        if name in these.ids and name not in others.ids:
            yield name, ""
        elif name in these.ids:
            yield from ((name, f) for f in sorted(these.forms(name) - others.forms(name)))


def _shared_unseen(old: Documents, new: Documents, language: str, rows: Iterable[Row]) -> bool:
    differ = any(old.macros[language, m] != new.macros[language, m] for m in (True, False))
    return differ and not any(row.changed for row in rows if row.language == language)
