"""Writes a small card file in the layout of the UCI one: `python samples/uci/generate.py DIR`.

Two hundred invented accounts; the same seed gives the same bytes.
"""

import sys
from pathlib import Path
from random import Random

SEED = 2005
ACCOUNTS = 200
NIGHT = "2005-09-30"
HEADINGS = (
    *("ID", "LIMIT_BAL", "SEX", "EDUCATION", "MARRIAGE", "AGE"),
    *("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6"),
    *(f"BILL_AMT{n}" for n in range(1, 7)),
    *(f"PAY_AMT{n}" for n in range(1, 7)),
    "default.payment.next.month",
)
_CODES = (-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8)
_SHARES = (92, 190, 480, 123, 89, 11, 5, 3, 3, 2, 2)
"""How often each repayment code stands in September, of a thousand accounts."""


def card_file() -> str:
    """The file's text."""
    random = Random(SEED)
    rows = [_row(random, n) for n in range(1, ACCOUNTS + 1)]
    return "".join(",".join(row) + "\n" for row in (HEADINGS, *rows))


def _row(random: Random, number: int) -> tuple[str, ...]:
    limit = random.choice((10, 20, 30, 50, 80, 100, 150, 200, 300, 500)) * 1000
    late = random.choices(_CODES, _SHARES)[0]
    months = [late]
    while len(months) < 6:  # noqa: PLR2004 - half a year
        months.append(max(-2, months[-1] - random.choice((0, 0, 1, 1, 2))))
    bill = 0 if late == -2 else limit * random.randrange(1, 104) // 100  # noqa: PLR2004 - no use
    if number % 50 == 0:
        bill = -random.randrange(10, 2000)
    bills = [max(bill, 0) * random.randrange(70, 105) // 100 for _ in range(5)]
    paid = [b * random.choice((0, 3, 5, 10, 100)) // 100 for b in (max(bill, 0), *bills)]
    money = (f"{amount}.0" for amount in (bill, *bills, *paid))
    person = (
        *(random.choice("12"), random.choice("1123"), random.choice("12")),
        str(random.randrange(21, 70)),
    )
    default = "1" if random.randrange(100) < 15 + 10 * max(late, 0) else "0"
    return (str(number), f"{limit}.0", *person, *map(str, months), *money, default)


if __name__ == "__main__":
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    folder = root / "inbox" / NIGHT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cards.csv").write_bytes(card_file().encode())
