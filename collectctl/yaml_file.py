"""YAML as text with positions: every scalar stays the text that was typed, and knows its place.

Duplicate keys, anchors, aliases, tags, merge keys, deep nesting and giant files are refused on the
event stream, before any node is built. Refuses to know what a value means.
"""

import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml
from yaml.composer import Composer
from yaml.resolver import Resolver

from collectctl.problems import Problem, Span

FORMAT = "collectctl/1"
MAX_BYTES = 2_000_000
MAX_DEPTH = 30
Plain = str | list["Plain"] | dict[str, "Plain"]
"""A document without positions: text, lists and mappings only."""
Path_ = tuple[str | int, ...]
"""Keys and list positions from the root of a document to a value."""


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file that could be read: `plain` values, and the place of each by its path."""

    file: str
    text: str
    plain: dict[str, Plain]
    _nodes: Mapping[Path_, tuple[yaml.Node | None, yaml.Node]]
    """Path to the key's node (None in a list) and the value's node."""

    def paths(self) -> Iterator[Path_]:
        """Every path in the document, in the order of the file."""
        return iter(self._nodes)

    def has(self, path: Sequence[str | int]) -> bool:
        """Whether the document has a value at this path."""
        return tuple(path) in self._nodes

    def span(self, path: Sequence[str | int], *, of_key: bool = False) -> Span:
        """Where the value at `path` (or its nearest ancestor that exists) stands."""
        place = tuple(path)
        while place and place not in self._nodes:
            place = place[:-1]
        if not place:
            return self.at_index(0, 1)
        key, value = self._nodes[place]
        node = key if of_key and key is not None else value
        if isinstance(node, yaml.CollectionNode) and key is not None:
            node = key
        mark = node.start_mark.index
        end = node.end_mark.index
        line_end = self.text.find("\n", mark)
        return self.at_index(mark, max(1, min(end, line_end if line_end >= 0 else end) - mark))

    def inside(self, path: Sequence[str | int], offset: int, length: int = 1) -> Span:
        """Where character `offset` (from 0) of the scalar at `path` stands in the file.

        Exact for plain, quoted and literal block scalars; the text to count in is `scalar(path)`.
        """
        places = self._characters(tuple(path))
        if not places:
            return self.span(path)
        at = places[min(offset, len(places) - 1)] + (1 if offset >= len(places) else 0)
        return self.at_index(at, length)

    def scalar(self, path: Sequence[str | int]) -> str:
        """The raw text of the scalar at `path`, one character for each of `inside`'s offsets.

        Unlike the plain value, a folded or literal block keeps its line breaks here.
        """
        return "".join(self.text[i] for i in self._characters(tuple(path)))

    def _characters(self, path: Path_) -> list[int]:
        """File offsets of the scalar's characters, quotes and block header left out."""
        node = self._nodes[path][1]
        start, end = node.start_mark.index, node.end_mark.index
        if not isinstance(node, yaml.ScalarNode):
            return []
        if node.style in ("|", ">"):
            body = self.text.index("\n", start) + 1 if "\n" in self.text[start:end] else end
            return list(range(body, end))
        if node.style not in ("'", '"'):
            return list(range(start, end))
        places, at = [], start + 1
        while at < end - 1:
            places.append(at)
            doubled = node.style == "'" and self.text[at : at + 2] == "''"
            at += 2 if doubled else 1
        return places

    def at_index(self, index: int, length: int) -> Span:
        """The place of character `index` (from 0) of the file's text."""
        line = self.text.count("\n", 0, index) + 1
        begin = self.text.rfind("\n", 0, index) + 1
        end = self.text.find("\n", index)
        return Span(
            file=self.file,
            line=line,
            column=index - begin + 1,
            length=length,
            excerpt=self.text[begin : end if end >= 0 else len(self.text)],
        )


def digest(data: bytes) -> str:
    """The SHA-256 of the bytes in hexadecimal: how this program names content."""
    return hashlib.sha256(data).hexdigest()


def read_document(data: bytes, file: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document in the bytes of a configuration file, or the problems that stop it.

    Its first key must be `format: collectctl/1`. `file` is the name that messages show.
    """
    text, problem = _text(data, file)
    if problem is not None:
        return None, (problem,)
    events: list[yaml.Event] = []
    refused = _refuse_events(text, file, events)
    if refused is not None:
        return None, (refused,)
    root = _Composed(events).get_single_node()
    if not isinstance(root, yaml.MappingNode):
        problem = _whole(file, "config-shape", "the file is not a mapping", "keys, a line each")
        return None, (problem,)
    nodes: dict[Path_, tuple[yaml.Node | None, yaml.Node]] = {}
    problems: list[Problem] = []
    document = Document(file, text, {}, nodes)
    plain = _plain(root, (), document, problems)
    document = Document(file, text, plain if isinstance(plain, dict) else {}, nodes)
    if document.plain.get("format") != FORMAT:
        problems.append(
            Problem(
                code="config-format",
                message=_format_found(document),
                span=document.span(("format",)),
                expected=f"format: {FORMAT}",
                mend=f"write 'format: {FORMAT}' on the first line",
            )
        )
    return (None if problems else document), tuple(problems)


def _format_found(document: Document) -> str:
    found = document.plain.get("format")
    if isinstance(found, str):
        return f"the format '{found}' is not one that this program reads"
    return "the file does not say which format it has"


def _text(data: bytes, file: str) -> tuple[str, Problem | None]:
    if len(data) > MAX_BYTES:
        return "", _whole(
            file, "config-size", f"the file has {len(data):,} bytes", f"at most {MAX_BYTES:,} bytes"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", _whole(
            file, "config-encoding", f"byte {error.start + 1} is not UTF-8", "a UTF-8 file",
            "save the file as UTF-8",
        )  # fmt: skip
    return text.replace("\r\n", "\n"), None


def _whole(file: str, code: str, message: str, expected: str, mend: str | None = None) -> Problem:
    return Problem(code=code, message=message, span=Span(file=file), expected=expected, mend=mend)


class _Composed(Composer, Resolver):
    """Nodes from events that were parsed before, so that a text is parsed once."""

    def __init__(self, events: list[yaml.Event]) -> None:
        Composer.__init__(self)
        Resolver.__init__(self)
        self._left = deque(events)

    def check_event(self, *choices: type[yaml.Event]) -> bool:
        return isinstance(self._left[0], choices)

    def peek_event(self) -> yaml.Event:
        return self._left[0]

    def get_event(self) -> yaml.Event:
        return self._left.popleft()


def _refuse_events(text: str, file: str, events: list[yaml.Event]) -> Problem | None:
    """The first thing in the event stream that this program does not allow, if any.

    What was allowed is added to `events`; of a refused file they are never all.
    """
    blank = Document(file, text, {}, {})
    if _read_fast(text, events):
        return None
    events.clear()
    try:
        for event, refused in _looked_at(yaml.parse(text, Loader=yaml.SafeLoader)):
            events.append(event)
            if refused is not None:
                index = 0 if event.start_mark is None else event.start_mark.index
                code, message, expected = refused
                return Problem(
                    code=code, message=message, span=blank.at_index(index, 1), expected=expected
                )
    except yaml.MarkedYAMLError as error:
        return _syntax_problem(blank, error)
    except yaml.YAMLError:
        return _whole(file, "yaml-syntax", "a character YAML does not allow", "printable text")
    if not _has_document(events):
        return _whole(file, "yaml-empty", "the file is empty", f"format: {FORMAT}")
    return None


def _read_fast(text: str, events: list[yaml.Event]) -> bool:
    """Whether the events could be read by the ten times faster parser, and all are allowed.

    Where it is not built in, where the two parsers may differ, and where there is anything to say,
    the other one reads the text, so that answers depend on neither the machine nor the parser.
    """
    if not yaml.__with_libyaml__ or _TAKEN_APART.search(text) is not None:
        return False
    try:
        for event, refused in _looked_at(yaml.parse(text, Loader=yaml.CSafeLoader)):
            if refused is not None or _is_left_out(event):
                return False
            events.append(event)
    except yaml.YAMLError:
        return False
    return _has_document(events)


_TAKEN_APART = re.compile("[?\\t\\r\\x85\\u2028\\u2029\\ufeff]|[|>][-+0-9]*#")
"""What one parser takes and the other refuses, or takes for something else: question marks in
flow style, tabs, rare line ends, byte order marks, and a comment right behind a block's sign."""


def _is_left_out(event: yaml.Event) -> bool:
    """Whether it is a value that is not written at all: each parser gives it another place."""
    return isinstance(event, yaml.ScalarEvent) and not event.value and not event.style


def _has_document(events: list[yaml.Event]) -> bool:
    return any(isinstance(event, yaml.DocumentStartEvent) for event in events)


def _looked_at(
    events: Iterable[yaml.Event],
) -> Iterator[tuple[yaml.Event, tuple[str, str, str] | None]]:
    """Each event with what is not allowed about it, if anything."""
    depth = documents = 0
    for event in events:
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        yield event, _refused(event, depth, documents)


def _refused(event: yaml.Event, depth: int, documents: int) -> tuple[str, str, str] | None:
    """Code, message and expectation if this program does not allow the event."""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "yaml-anchor", "an anchor or alias", "the value itself, written out"
    if getattr(event, "tag", None):
        return "yaml-tag", "a tag", "a plain value"
    if documents > 1:
        return "yaml-documents", "a second document", "one document a file"
    if depth > MAX_DEPTH:
        return "yaml-depth", f"more than {MAX_DEPTH} levels", f"at most {MAX_DEPTH} levels"
    return None


def _syntax_problem(blank: Document, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    index = min(mark.index, max(0, len(blank.text) - 1)) if mark is not None else 0
    mend = None
    # The parser stumbles over the sign, or over what follows it.
    if any(c in "@`%>|[!*&" for c in blank.text[max(0, index - 1) : index + 1]):
        mend = "put quotes around a value that begins with > < ! [ @ * & %"
    return Problem(
        code="yaml-syntax",
        message=(error.problem or error.context or "not YAML"),
        span=blank.at_index(index, 1),
        expected="YAML",
        mend=mend or "look at the indentation and the quotes of this line and the one before",
    )


def _plain(node: yaml.Node, path: Path_, document: Document, problems: list[Problem]) -> Plain:
    nodes: dict[Path_, tuple[yaml.Node | None, yaml.Node]] = document._nodes  # type: ignore[assignment]  # noqa: SLF001 - being built
    if isinstance(node, yaml.SequenceNode):
        items: list[Plain] = []
        for i, child in enumerate(node.value):
            nodes[(*path, i)] = (None, child)
            items.append(_plain(child, (*path, i), document, problems))
        return items
    if not isinstance(node, yaml.MappingNode):
        return str(node.value)
    result: dict[str, Plain] = {}
    for key, child in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
            problems.append(
                Problem(
                    code="yaml-key",
                    message="a key that is not plain text",
                    span=document.at_index(key.start_mark.index, 1),
                    expected="a name, then a colon",
                )
            )
            continue
        here = (*path, key.value)
        if key.value in result:
            first = document.span(here, of_key=True).line
            problems.append(
                Problem(
                    code="duplicate-key",
                    message=f"key '{key.value}' is written twice (first on line {first})",
                    span=document.at_index(key.start_mark.index, len(key.value)),
                    expected="each key once",
                    mend="join the two or rename one",
                )
            )
            continue
        nodes[here] = (key, child)
        result[key.value] = _plain(child, here, document, problems)
    return result
