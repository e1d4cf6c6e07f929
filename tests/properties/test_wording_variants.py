"""However a listed word is disguised, it is found; and only what a text says is."""

import pytest
from gates import packs
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC
from wordings import DAY, SHIPPED, in_a_text_for, phrases_of, samples, shipped_limits

from collectctl.compliance.packs.shapes import WordingLimit
from collectctl.compliance.wording.assembled import wording_of

WORDING = wording_of(packs(*SHIPPED), DAY)
LISTED = [
    (name, limit, term, language, phrase)
    for name, limit in shipped_limits().items()
    if isinstance(limit, WordingLimit)
    for term, language, phrase in phrases_of(limit.values[-1])
]
HIDDEN = st.sampled_from(["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u3164", "\ufe0f"])
BETWEEN = {
    "zh_CN": st.one_of(
        HIDDEN, st.sampled_from([" ", "　", "·", "*", "-", "_", ".", "、", "/", "~", ""])
    ),
    "en": st.one_of(HIDDEN, st.sampled_from(["-", "*", "_", "'", ""])),
}
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
TRADITIONAL = OpenCC("s2t")


@st.composite
def disguised(draw: st.DrawFn) -> tuple[str, WordingLimit, str, str]:
    """A list, one of its terms, and the phrase as somebody might hide it."""
    name, limit, term, language, phrase = draw(st.sampled_from(LISTED))
    text = draw(st.sampled_from(list(samples(phrase, language, 200))))
    if draw(st.booleans()):
        text = text.upper() if language == "en" else TRADITIONAL.convert(text)
    if draw(st.booleans()):
        text = text.translate(WIDE)
    parts = [
        char + (draw(BETWEEN[language]) if char != " " and following != " " else "")
        for char, following in zip(text, text[1:] + " ", strict=True)
    ]
    return name, limit, term, "".join(parts)


@settings(max_examples=300, deadline=None)
@given(disguised())
def test_a_listed_word_is_found_however_it_is_hidden(
    hidden: tuple[str, WordingLimit, str, str],
) -> None:
    name, limit, term, text = hidden
    found = in_a_text_for(WORDING, limit, f"甲乙。{text}。丙丁")
    hits = [hit for hit in found if (hit.limit, hit.term) == (name, term)]
    assert hits
    for hit in hits:
        assert 3 <= hit.start < hit.end <= 3 + len(text)


@pytest.mark.parametrize("channel", ["letter", "script"])
@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_can_be_looked_at_and_places_lie_in_it(channel: str, text: str) -> None:
    for hit in WORDING.find(text, channel=channel, tone="care", purpose="demand"):
        assert 0 <= hit.start < hit.end <= len(text)
