"""The starter rules as somebody would write them by hand: pandas' nullable types, first match.

No trace, no reasons, no settling; the bar that the rule language is held against.
"""
# ruff: noqa: PLR2004 - by hand means with the numbers in the rules

import numpy as np
import pandas as pd
import pyarrow as pa

COLUMNS = (
    "days_past_due", "credit_score", "broken_promises_6m", "balance", "credit_limit", "hardship",
    "contactable", "minimum_due", "currency",
)  # fmt: skip
_NULLABLE = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(),
}
_LEGAL = {"CNY": 1_000_000, "USD": 140_000, "HKD": 1_100_000}
_LATE = ("M4", "M5", "M6", "M6+")


def nullable(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns that the rules look at, in pandas' nullable types."""
    table = pa.Table.from_pandas(frame[list(COLUMNS)], preserve_index=False)
    found: pd.DataFrame = table.to_pandas(types_mapper=_NULLABLE.get)
    return found


def first_match(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Tier and treatment of each account."""
    df = nullable(frame)
    days = df["days_past_due"]
    used = (df["balance"] / df["credit_limit"]).round(4)
    risky = ((df["credit_score"] < 580) | (df["broken_promises_6m"] >= 2) | (used >= 0.95)).fillna(
        False
    )
    tier = _first(
        {
            "M0": days == 0,
            "M1-H": days.between(1, 30) & risky,
            "M1-L": days.between(1, 30) & ~risky,
            "M2-H": days.between(31, 60) & risky,
            "M2-L": days.between(31, 60) & ~risky,
            "M3-H": days.between(61, 90) & risky,
            "M3-L": days.between(61, 90) & ~risky,
            "M4": days.between(91, 120),
            "M5": days.between(121, 150),
            "M6": days.between(151, 180),
            "M6+": days > 180,
        },
        "MANUAL",
    )
    firm = tier.isin(["M2-H", "M3-L", "M3-H"])
    large = df["balance"] >= df["currency"].map(_LEGAL).astype("Int64")
    treatment = _first(
        {
            "due-reminder": (tier == "M0") & (df["minimum_due"] > 0).fillna(True),
            "grace": days.between(1, 3),
            "care": (days > 0) & df["hardship"].fillna(False),
            "ask-first": df["hardship"].isna() & tier.isin(_LATE),
            "pre-legal": tier.isin(_LATE[1:]) & large,
            "final": tier.isin(_LATE),
            "visit": firm & ~df["contactable"].fillna(True),
            "firm": firm,
            "overdue": tier == "M2-L",
            "remind": tier == "M1-H",
            "friendly": tier == "M1-L",
        },
        "otherwise",
    )
    return tier, treatment


def _first(rules: dict[str, pd.Series], otherwise: str) -> pd.Series:
    masks = [mask.fillna(False).to_numpy(bool) for mask in rules.values()]
    names = np.array([*rules, otherwise], object)
    which = np.select(masks, range(len(masks)), len(masks))
    return pd.Series(names[which], dtype="string")


def by_row(row: pd.Series) -> tuple[str, str]:
    """The same for one row, for `df.apply`."""
    days = row["days_past_due"]
    score, promises, limit = row["credit_score"], row["broken_promises_6m"], row["credit_limit"]
    risky = (
        (not pd.isna(score) and score < 580)
        or (not pd.isna(promises) and promises >= 2)
        or (not pd.isna(limit) and limit > 0 and round(row["balance"] / limit, 4) >= 0.95)
    )
    for last, low, high in (
        (0, "M0", "M0"), (30, "M1-L", "M1-H"), (60, "M2-L", "M2-H"), (90, "M3-L", "M3-H"),
        (120, "M4", "M4"), (150, "M5", "M5"), (180, "M6", "M6"),
    ):  # fmt: skip
        if days <= last:
            tier = high if risky else low
            break
    else:
        tier = "M6+"
    return tier, _treatment(row, tier, days)


def _treatment(row: pd.Series, tier: str, days: int) -> str:
    hardship = row["hardship"]
    if tier == "M0":
        return (
            "due-reminder" if pd.isna(row["minimum_due"]) or row["minimum_due"] > 0 else "otherwise"
        )
    if days <= 3:
        return "grace"
    if not pd.isna(hardship) and hardship:
        return "care"
    if pd.isna(hardship) and tier in _LATE:
        return "ask-first"
    if tier in _LATE[1:] and row["balance"] >= _LEGAL[row["currency"]]:
        return "pre-legal"
    if tier in _LATE:
        return "final"
    if tier in ("M2-H", "M3-L", "M3-H"):
        return "visit" if not pd.isna(row["contactable"]) and not row["contactable"] else "firm"
    return {"M2-L": "overdue", "M1-H": "remind", "M1-L": "friendly"}[tier]
