"""The closed list of elements: the starter's texts keep to it, and what does not is named."""

import re
from pathlib import Path

import pytest

from collectctl.documents.elements import LETTER, SCRIPT, Kind, examine

GOLDEN = Path(__file__).parents[2] / "golden" / "letters"
TYPST = Path(__file__).parents[3] / "collectctl" / "templates" / "letter.typ"


@pytest.mark.parametrize(
    "golden",
    sorted([*GOLDEN.glob("*.letter.txt"), *GOLDEN.glob("*.script.txt")]),
    ids=lambda p: p.stem,
)
def test_every_text_of_the_starter_keeps_to_the_list(golden: Path) -> None:
    kind: Kind = "letter" if golden.stem.endswith("letter") else "script"
    for text in re.split(r"^=== .* ===$", golden.read_text("utf-8"), flags=re.MULTILINE):
        if not text.strip():
            continue
        tree, faults = examine(text, kind)
        assert faults == ()
        assert tree is not None and len(tree) > 2


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ("<p>a<br>b</p>", "line 1, column 12: mismatched tag"),
        ("<p>a</p>\n<p>&nbsp;</p>", "line 2, column 4: undefined entity"),
        ("<p>a", "line 1, column 7: mismatched tag"),
        ('<p>see <a href="x">here</a></p>', "<a> is not on the list"),
        ('<p style="x">a</p>', "attribute 'style' on <p>"),
        ('<p class="loud">a</p>', "class 'loud' on <p>"),
        ("<p><ul><li>a</li></ul></p>", "<ul> in <p>"),
        ('<p class="who">a</p>', '<p class="who"> in <letter>'),
        ("words", "words directly in <letter>"),
        ('<div class="other"><p>a</p></div>', '<div class="other"> is not on the list'),
        ("<header><h1>a</h1></header>", "<header> is not on the list"),
        (
            '<table class="debt"><tr><td colspan="0">a</td></tr></table>',
            "'colspan' of <td> is no whole number from 1 to 12",
        ),
    ],
)
def test_what_is_not_on_the_list_is_named_without_its_words(markup: str, fault: str) -> None:
    tree, faults = examine(markup, "letter")
    assert faults == (fault,)
    assert (tree is None) == fault.startswith("line")


def test_all_faults_of_a_letter_are_found_at_once() -> None:
    _, faults = examine('<h3>a</h3><p id="x">b<img src="y"/></p><p id="z">c</p>', "letter")
    assert faults == (
        "<h3> is not on the list", "attribute 'id' on <p>", "<img> is not on the list",
    )  # fmt: skip


def test_a_response_form_with_boxes_a_cut_and_nested_lists_keeps_to_the_list() -> None:
    _, faults = examine(
        '<hr class="cut"/><div class="form"><h2>Reply</h2><p><i class="box"></i> I object</p>'
        '<table class="debt list"><tr><th class="left" colspan="2">a</th></tr>'
        '<tr class="sum"><td>1</td><td>2<br/>3</td></tr></table></div>'
        "<ol><li>a <span>b</span><ul><li>c</li></ul></li></ol>",
        "letter",
    )
    assert faults == ()


def test_a_script_has_a_shorter_list() -> None:
    assert set(SCRIPT) - {"script", "header"} < set(LETTER)
    _, faults = examine('<h2>a</h2><p class="close">b</p>', "script")
    assert faults == ("<h2> is not on the list", "class 'close' on <p>")


def test_paper_has_an_answer_for_each_element_of_the_list() -> None:
    """Each tag and each class that makes an element is a word of the typst file."""
    words = set(re.findall(r'"([a-z0-9]+)"', TYPST.read_text("utf-8")))
    said = {part for name in LETTER for part in name.split(".")} - {"letter"}
    # What is laid out as any paragraph, cell, row, cover of words or seal, by its place alone.
    by_place = {
        "p",
        "td",
        "li",
        "span",
        "div",
        "form",
        "reach",
        "name",
        "refs",
        "cut",
        "bank",
        "debt",
        "logo",
    }
    assert said - words - by_place == set()
