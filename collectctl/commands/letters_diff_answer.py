"""How a comparison of letters is worded, on the terminal and as a page."""

import sys
from collections.abc import Iterator, Mapping, Sequence

from collectctl.commands.letters_sides import Edited
from collectctl.commands.terminal import Format, answer_table
from collectctl.documents.catalog import Documents
from collectctl.documents.changes import Comparison, Difference
from collectctl.documents.comparing import Piece
from collectctl.problems import visible
from collectctl.reports.letters_diff import DiffPage, Part, Side, diff_page

_GONE, _COME = ("[-", "-]"), ("{+", "+}")


def answer(found: Comparison, form: Format) -> None:
    """The changes as lines with a table, or rows of TSV or JSON where that is asked for."""
    headings: tuple[str, ...]
    if form is not Format.AUTO:
        headings = ("document", "language", "forms", "case", "more_cases", "old", "new")
        answer_table("letters", headings, list(_rows(found)), form=form)
        return
    lines = [*_said(found)]
    for one in found.differences:
        lines += [*([""] if lines else []), place(one), *_marked(one)]
    sys.stdout.writelines(visible(line) + "\n" for line in lines)
    if lines:
        sys.stdout.write("\n")
    counted = [
        (r.document, r.language, r.channel, str(r.cases), str(r.changed),
         "text differs, no case shows where" if r.unseen else "")
        for r in found.rows
        if r.changed or r.unseen
    ]  # fmt: skip
    if counted:
        headings = ("document", "language", "form", "cases", "changed", "note")
        answer_table("letters that changed", headings, counted, right=(3, 4))


def place(one: Difference) -> str:
    """Where a change stands, and how often it is the same."""
    told = f"{one.document}/{one.language}/{', '.join(one.channels)}/{one.case}"
    return told + (f" (the same in {one.more} more cases)" if one.more else "")


def _said(found: Comparison) -> Iterator[str]:
    """What is not seen in a text."""
    for word, pairs in (("added", found.added), ("removed", found.removed)):
        for document, form in pairs:
            yield f"{word}: {document}" + (f", form {form}" if form else "")
    for fact in found.facts:
        yield f"{fact.document}: {fact.name} was '{fact.old}' and is '{fact.new}'"
    for language in found.shared:
        yield f"the shared texts of {language} differ, and no case shows where"


def _marked(one: Difference) -> Iterator[str]:
    for change in one.changes:
        if change.old:
            yield "- " + _line(change.old, _GONE, marks=bool(change.new))
        if change.new:
            yield "+ " + _line(change.new, _COME, marks=bool(change.old))


def _line(pieces: Sequence[Piece], marks_: tuple[str, str], *, marks: bool) -> str:
    """The sentence; what changed within it is marked, and nothing where it stands alone."""
    begin, end = marks_ if marks else ("", "")
    return "".join(f"{begin}{p.text}{end}" if p.changed else p.text for p in pieces)


def _rows(found: Comparison) -> Iterator[tuple[str, ...]]:
    for word, pairs in (("added", found.added), ("removed", found.removed)):
        for document, name in pairs:
            yield document, "", name, "", "", *(("", word) if word == "added" else (word, ""))
    for fact in found.facts:
        yield fact.document, "", fact.name, "", "", fact.old, fact.new
    for language in found.shared:
        yield "", language, "shared texts", "", "", "", "differ, no case shows where"
    for row in found.rows:
        if row.unseen:
            told = "differs, no case shows where"
            yield row.document, row.language, row.channel, "", "", "", told
    for one in found.differences:
        for change in one.changes:
            before, after = ("".join(p.text for p in side) for side in (change.old, change.new))
            forms = ",".join(one.channels)
            yield one.document, one.language, forms, one.case, str(one.more), before, after


def page(found: Comparison, read: Edited, new: Documents, old: Documents) -> bytes:
    """The page with both versions side by side, in the project's language."""
    spoken = read.settings.language
    titles: Mapping[str, str] = {
        d: documents.title(d, spoken) for documents in (old, new) for d in documents.ids
    }
    cases = {case.id: case.title.get(spoken) for case in read.cases}
    return diff_page(
        DiffPage(
            bank=read.settings.title, said=tuple(_said(found)),
            parts=tuple(
                Part(
                    document=one.document, title=titles[one.document], language=one.language,
                    forms=one.channels, case=cases[one.case], more=one.more,
                    changes=tuple((_side(c.old), _side(c.new)) for c in one.changes),
                )
                for one in found.differences
            ),
            rows=tuple(
                (r.document, r.language, r.channel, r.cases, r.changed, r.unseen)
                for r in found.rows
                if r.changed or r.unseen
            ),
        ),
        spoken,
    )  # fmt: skip


def _side(pieces: Sequence[Piece]) -> Side:
    return tuple((piece.text, piece.changed) for piece in pieces)
