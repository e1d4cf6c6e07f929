"""The columns a workbook can show, and the words this room says of itself, in both languages.

Knows headings, tasks and what stands on the cover. Everything a bank may want to word otherwise
is in `queues.yaml` or in the dictionary of columns.
"""

from collections.abc import Mapping

from collectctl.sheets.table import Kind

Both = tuple[str, str]
"""Chinese, English."""

WORK: Mapping[str, Kind] = {
    "position": "int", "account_id": "text", "customer_id": "text", "name": "text",
    "phone": "text", "card_no": "text", "branch_code": "text", "product": "text",
    "currency": "text", "balance": "money", "overdue_amount": "money", "minimum_due": "money",
    "days_past_due": "int", "grade": "text", "customer_grade": "text", "treatment": "text",
    "tone": "text", "task": "text", "because": "text", "duties": "text", "missing": "text",
    "documents": "text", "window": "text", "calls": "int", "attempts": "int",
}  # fmt: skip
"""Columns that tonight's work fills, and how they stand in a cell."""

ENTRIES: Mapping[str, Kind] = {
    "outcome": "text", "next_on": "date", "promised": "money", "note": "text",
}  # fmt: skip
"""Columns that staff fill in."""

NEEDED = ("account_id", "currency", "outcome")
"""Columns no workbook does without: by them an answer finds its account, money its unit."""

LISTED = ("documents", "missing")
"""Columns that hold several codes, joined by commas."""

WAITING = (
    "team", "waiting", "task", "grade", "days_past_due", "currency", "balance", "overdue_amount",
    "branch_code", "customer_id", "account_id", "because",
)  # fmt: skip
"""The supervisor's list of what waits: no names and numbers, because nobody calls from it."""

WRAPPED: Mapping[str, int] = {
    "because": 40,
    "duties": 24,
    "note": 26,
    "missing": 14,
    "documents": 16,
}
"""Columns whose text goes on below itself, and their characters across."""

LABELS: Mapping[str, Both] = {
    "position": ("序号", "No."),
    "grade": ("评级", "Grade"),
    "customer_grade": ("客户评级", "Customer grade"),
    "treatment": ("策略", "Treatment"),
    "tone": ("语气", "Tone"),
    "task": ("任务", "Task"),
    "because": ("原因", "Why"),
    "duties": ("须做到", "Duties"),
    "missing": ("缺失信息", "Missing"),
    "documents": ("今晚备好的文书", "Prepared tonight"),
    "window": ("时段", "Hours"),
    "calls": ("可接通", "Calls"),
    "attempts": ("可拨打", "Attempts"),
    "team": ("小组", "Team"),
    "waiting": ("未分配原因", "Why it waits"),
    "outcome": ("处理结果", "Outcome"),
    "next_on": ("下次跟进日", "Next on"),
    "promised": ("承诺金额", "Promised"),
    "note": ("备注", "Note"),
}
"""Headings of columns that the dictionary does not have."""

TASKS: Mapping[str, Both] = {
    "call": ("电话", "Call"),
    "visit": ("上门", "Visit"),
    "legal": ("法务", "Legal"),
    "manual": ("人工判断", "Decide"),
}

HINTS: Mapping[str, Both] = {
    "outcome": ("从下拉列表中选择，不要改写文字", "choose from the list, do not retype it"),
    "next_on": ("下次跟进的日期，如 2026-01-31", "the day to follow up, such as 2026-01-31"),
    "promised": ("客户承诺的金额，只填数字，币种同本行", "digits only, in the currency of the row"),
}
"""Shown beside a cell that staff stand on."""

NO_CAPACITY = "no-capacity"
"""The reason of work that nobody of its team has room for."""
REASONS: Mapping[str, Both] = {NO_CAPACITY: ("小组今日已满", "the team is full today")}

TEXTS: Mapping[str, Both] = {
    "cover": ("封面", "Cover"),
    "list": ("待办", "Work"),
    "waiting_list": ("未分配", "Waiting"),
    "help": ("填写说明", "How to fill in"),
    "cover_title": ("今日待办", "Work for today"),
    "waiting_title": ("今日未分配", "Waiting today"),
    "help_title": ("填写说明", "How to fill in"),
    "team": ("小组", "Team"),
    "person": ("经办人", "Person"),
    "shared": ("全组共用", "shared by the team"),
    "everybody": ("主管", "for the supervisor"),
    "date": ("数据日期", "Run date"),
    "customers": ("客户数", "Customers"),
    "accounts": ("账户数", "Accounts"),
    "of_them": ("其中：", "of them: "),
    "owed": ("欠款总额", "Total owed"),
    "overdue": ("其中逾期", "Of it overdue"),
    "unchecked": (
        "系统尚未核对联系时段与次数限制：拨打或上门前请先核对。",
        "Contact limits (hours, how often) were not checked: check them before a call or visit.",
    ),
    "prepared": (
        "本表仅为备稿，不得据此联系客户；放行（release）时重新核对并另发。",
        "Prepared only: contact nobody by it. It is checked again and handed out by the release.",
    ),
    "released": (
        "只能在“时段”内联系；“可接通”“可拨打（未接通）”是分给本行的今日次数，用完即止；空白为不限。",
        "Contact within Hours; Calls and Attempts (no answer) are this row's share of today.",
    ),
    "first": (
        "清单已按先后排好，同一客户的账户排在一起：一次联系谈清全部账户。",
        "Most urgent first; accounts of one customer stand together: one contact covers all.",
    ),
    "personal": (
        "含个人信息：仅供经办使用，不得转发；打印件请妥善保管。",
        "Personal data, for the work of today alone: do not forward it, lock printouts away.",
    ),
    "waits": (
        "这些账户需要人工处理，但所属小组今日已满，明晚重新排队。",
        "These accounts need a person and their team is full: the next night queues them again.",
    ),
}


def said(both: Both, language: str) -> str:
    """The text in `zh_CN` or `en`."""
    return both[0] if language == "zh_CN" else both[1]
