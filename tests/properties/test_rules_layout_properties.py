"""Whatever a table looks like, laying it out keeps its meaning and puts its pipes in line."""

from hypothesis import given, settings
from hypothesis import strategies as st
from rulebooks import COLUMNS, RULESET, TREATMENTS

from collectctl.columns import read_dictionary
from collectctl.problems import display_width
from collectctl.rules.layout import laid_out
from collectctl.rules.rulebook import read_rulebook

DICTIONARY, _ = read_dictionary(COLUMNS.encode(), "columns.yaml")
BLANKS = st.sampled_from(["", " ", "   ", "\u3000"])
WORDS = st.text("-a中、é:' ～", min_size=1, max_size=9).filter(lambda t: bool(t.strip()))
BETWEEN = st.lists(st.sampled_from(["", "   ", "-- 说明 | x  ", "RULER"]), max_size=2)


@st.composite
def tables(draw: st.DrawFn) -> str:
    def line(cells: list[str]) -> str:
        padded = "|".join(draw(BLANKS) + c + draw(BLANKS) for c in cells)
        left, right = draw(st.sampled_from([("", ""), ("|", ""), ("", "|"), ("|", "|")]))
        return "    " + draw(st.sampled_from(["", "  "])) + left + padded + right

    ruler = "|".join(draw(st.sampled_from(["---", ":-----", "---:"])) for _ in range(5))
    lines = ["    " + line(["id", "product", "days", "tier", "because"]).strip()]
    for n in range(draw(st.integers(1, 5))):
        lines += [b and "    " + b.replace("RULER", ruler) for b in draw(BETWEEN)]
        product = draw(st.sampled_from(["-", "'惠农卡'", "'gold', '惠农卡'"]))
        lines.append(line([f"R{n}", product, f"[{n}..{n * 20}]", "A", draw(WORDS)]))
    return "\n".join(lines)


def _pipes(line: str) -> list[int]:
    return [display_width(line[:i]) for i, c in enumerate(line) if c == "|"]


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from(["\n", "\r\n"]))
def test_a_table_laid_out_means_the_same_has_its_pipes_in_line_and_stays(
    table: str, end: str
) -> None:
    assert DICTIONARY is not None
    tiers = f"  table: |  # told\n{table}\n  # below\n  otherwise: C"
    text = RULESET.format(more="", tiers=tiers, treatments=TREATMENTS, manual="hold")
    files = {"r.yaml": text.replace("\n", end).encode()}
    before, _ = read_rulebook(files, DICTIONARY)
    assert before is not None

    found = laid_out(files, DICTIONARY)

    after, _ = read_rulebook(found, DICTIONARY)
    assert after is not None
    assert after.digest == before.digest
    assert laid_out(found, DICTIONARY) == found
    old, new = text.split("\n"), found["r.yaml"].decode().replace(end, "\n").split("\n")
    assert len(old) == len(new)
    first = old.index("  table: |  # told") + 1
    last = old.index("  # below")
    assert new[:first] + new[last:] == old[:first] + old[last:]
    rows = [r for r in new[first:last] if r.strip() and not r.strip().startswith("-- ")]
    assert all(r == r.rstrip() for r in new[first:last])
    assert len({tuple(_pipes(r)) for r in rows}) == 1
