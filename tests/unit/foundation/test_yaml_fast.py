"""The fast reader of YAML: what it takes is what the other one takes, at the same places."""

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collectctl import yaml_file
from collectctl.yaml_file import Document, read_document

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(
    f for folder in ("config", "samples", "tests/problems") for f in (ROOT / folder).rglob("*.yaml")
)
PIECES = (
    "a", "b: ", "- ", "\n", "\n  ", "\n    ", " ", "'", '"', "|", "|\n", "|-\n", "|+\n", ">\n",
    "# c\n", ": ", "? ", "{", "}", "[", "]", ", ", "中文", "\t", "\u2028", "\x85", "\u00a0",
    "\ufeff", "😀", "1", "''", "\\n", "\\x41", "%YAML 1.1\n", "---\n", "...\n", "&a ", "*a", "!t ",
    "!!str ", "`", "@", "<<", ":", "-", "?", "<", "~", "null", "\r", "\\", "x: y\n", "k: [a, b]\n",
    "k: {a: b}\n", "\n\n", "|2\n", "|#", ">-#", " #", "#", ":}", "{a: }", "\x00", "\x7f", "\ufffe",
    "\ue000", "min: # c\n,",
)  # fmt: skip
HEAD = "format: collectctl/1\n"
RULES = (ROOT / "config/rules/overdue.yaml").read_text("utf-8")
hostile = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@st.composite
def broken_rules(draw: st.DrawFn) -> str:
    """A part of the starter with slips in it."""
    start = RULES.find("\n", draw(st.integers(0, len(RULES) - 400))) + 1
    text = RULES[start : start + draw(st.integers(10, 300))]
    for piece in draw(st.lists(st.sampled_from(PIECES), max_size=3)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + piece + text[at + draw(st.integers(0, 2)) :]
    return text


def told(event: yaml.Event) -> tuple[object, ...]:
    """All that this program looks at in an event."""
    names = ("value", "implicit", "tag", "anchor")
    style = getattr(event, "style", None) or None
    assert event.start_mark is not None
    assert event.end_mark is not None
    marks = event.start_mark.index, event.end_mark.index
    return type(event), *marks, style, *(getattr(event, n, None) for n in names)


def same_or_left_alone(text: str) -> bool:
    """Whether the fast reader took a text; then the other one takes it alike."""
    events: list[yaml.Event] = []
    taken = yaml_file._read_fast(text, events)
    if taken:
        slowly = list(yaml.parse(text, Loader=yaml.SafeLoader))
        assert list(map(told, events)) == list(map(told, slowly))
    return taken


def test_all_files_of_this_program_are_read_alike_and_nearly_all_of_them_fast() -> None:
    texts = [yaml_file._text(f.read_bytes(), f.name)[0] for f in FILES]
    taken = [same_or_left_alone(text) for text in texts]
    assert len(taken) > 30
    assert all(t for f, t in zip(FILES, taken, strict=True) if f.is_relative_to(ROOT / "config"))


@settings(max_examples=1500)
@given(hostile | broken_rules())
@example("{a: b?c}")
@example("|#")
@example("- {a: [b:]}\n")
@example("a:\tb")
@example("\ufeffa: b")
def test_a_hostile_text_is_read_alike_or_left_to_the_other_reader(text: str) -> None:
    same_or_left_alone(text)
    same_or_left_alone(HEAD + text)


def answer(text: str) -> tuple[object, ...]:
    document, problems = read_document(text.encode("utf-8", "surrogatepass"), "f.yaml")
    if not isinstance(document, Document):
        return None, problems
    return document.plain, [(p, document.span(p)) for p in document.paths()]


@settings(max_examples=400)
@given(hostile | broken_rules())
def test_an_answer_does_not_depend_on_whether_the_fast_reader_is_there(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        first = answer(HEAD + text)
        patch.setattr(yaml, "__with_libyaml__", False)
        assert answer(HEAD + text) == first


def test_what_is_nested_without_end_is_refused_before_all_of_it_is_read() -> None:
    events: list[yaml.Event] = []
    assert not yaml_file._read_fast(HEAD + "a: " + "[" * 1_000_000, events)
    assert len(events) < 50
