"""The names that a project's rule files use, as far as they can be read.

An analyst asks for completion while a file is half written, so nothing is checked here: what has no
name yet is left out. Refuses to know JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from collectctl.columns import Dictionary
from collectctl.rules.chains import MANUAL
from collectctl.rules.tables import read_table
from collectctl.yaml_file import Document, Path_

OUTPUT_TYPES = ("enum", "list", "document", "code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Every name that rule files may use."""

    dictionary: Dictionary
    documents: Mapping[str, str]
    """Documents with their titles."""
    channels: tuple[str, ...]
    computed: Mapping[str, str]
    """Derived columns and scorecards with their labels."""
    segments: tuple[str, ...]
    parameters: Mapping[str, str]
    """With their titles."""
    tiers: tuple[str, ...]
    treatments: tuple[str, ...]
    addons: tuple[str, ...]
    rules: tuple[str, ...]
    """Of the tiers."""
    outputs: Mapping[str, tuple[str, tuple[str, ...], bool]]
    """Type, values, and whether they have an order."""
    experiments: tuple[str, ...]

    def columns(self, *types: str) -> list[str]:
        """The dictionary's columns of these types, or all."""
        every = self.dictionary.columns.values()
        return [c.name for c in every if not types or c.type in types]

    def tests(self) -> list[str]:
        """Everything that a condition may name."""
        return [*self.dictionary.columns, *self.computed, *self.segments, "tier", "treatment"]


def names_in(
    rules: Sequence[Document], documents: Document | None, dictionary: Dictionary,
    channels: Sequence[str],
) -> Names:  # fmt: skip
    """The names in the rule files and in the catalogue of documents."""
    treated = list(_ids(rules, "treatments"))
    return Names(
        dictionary=dictionary, channels=tuple(channels),
        documents={} if documents is None else _labelled([documents], "documents"),
        computed=_labelled(rules, "derive", "label") | _labelled(rules, "scorecards"),
        segments=tuple(_labelled(rules, "segments")),
        parameters=_labelled(rules, "parameters"),
        tiers=_texts(rules, ("tiers", "order")), treatments=(*treated, "otherwise"),
        addons=tuple(_ids(rules, "addons")), rules=(*_ids(rules, "tiers"), "otherwise"),
        outputs=dict(_outputs(rules)), experiments=tuple(_labelled(rules, "experiments")),
    )  # fmt: skip


def _keys(document: Document, at: Path_) -> list[str]:
    size = len(at) + 1
    return [str(p[-1]) for p in document.paths() if len(p) == size and p[:-1] == at]


def _text(document: Document, at: Path_) -> str | None:
    if not document.has(at) or any(p[: len(at)] == at and p != at for p in document.paths()):
        return None
    return document.scalar(at).strip() or None


def _labelled(files: Sequence[Document], key: str, label: str = "title") -> dict[str, str]:
    """The names below a key, each with its label in both languages if it has one."""
    found: dict[str, str] = {}
    for document in files:
        for name in _keys(document, (key,)):
            at = (key, name, label)
            both = [_text(document, (*at, language)) for language in ("zh_CN", "en")]
            texts = [t for t in (*both, _text(document, at)) if t is not None]
            found.setdefault(name, " / ".join(dict.fromkeys(texts)))
    return found


def _texts(files: Sequence[Document], at: Path_) -> tuple[str, ...]:
    found = (
        _text(document, (*at, i))
        for document in files
        for i in range(sum(p[:-1] == at for p in document.paths()))
    )
    return tuple(dict.fromkeys(t for t in found if t is not None))


def _ids(files: Sequence[Document], chain: str) -> Iterator[str]:
    """The ids of a chain's rules, from its list or its table."""
    for document in files:
        for i in range(sum(p[:-1] == (chain, "rules") for p in document.paths())):
            name = _text(document, (chain, "rules", i, "id"))
            if name is not None and name != MANUAL:
                yield name
        if _text(document, (chain, "table")) is not None:
            table, _ = read_table(document, (chain, "table"))
            headings = [] if table is None else [h.text for h in table.headings]
            if table is not None and "id" in headings:
                yield from (row[headings.index("id")].text for row in table.rows)


def _outputs(files: Sequence[Document]) -> Iterator[tuple[str, tuple[str, tuple[str, ...], bool]]]:
    for document in files:
        for name in _keys(document, ("outputs",)):
            at = ("outputs", name)
            kind = _text(document, (*at, "type"))
            if kind in OUTPUT_TYPES:
                values = _texts([document], (*at, "values"))
                yield name, (kind, values, _text(document, (*at, "order")) == "true")
