"""Words of the morning's page for codes that the program itself declares."""

from collections.abc import Mapping

from collectctl.config import Bilingual


def _both(zh: str, en: str) -> Bilingual:
    return Bilingual(zh_CN=zh, en=en)


DISPOSITION_WORDS: Mapping[str, Bilingual] = {
    "worked": _both("已安排", "Worked"),
    "waiting": _both("排队中", "Waiting"),
    "held": _both("暂停", "Held"),
    "blocked": _both("不得联系", "Blocked"),
    "no_action": _both("无需处理", "No action"),
    "manual": _both("人工", "Manual"),
    "excluded": _both("按状态除外", "Excluded"),
}
EXPORT_WORDS: Mapping[str, Bilingual] = {
    "accounts": _both("逾期账户", "Overdue accounts"),
    "parties": _both("关系人", "Parties"),
    "statuses": _both("账户状态", "Statuses"),
    "falling_due": _both("即将到期", "Falling due"),
    "statements": _both("月账单", "Statements"),
    "decisions": _both("措施决定", "Decisions on steps"),
    "contacts": _both("联系记录", "Contacts made"),
    "wishes": _both("客户意愿", "What people asked for"),
}
FEED_STATE_WORDS: Mapping[str, Bilingual] = {
    "arrived": _both("已到", "arrived"),
    "absent": _both("未到", "absent"),
    "empty": _both("空文件，未采用", "a file without a byte, not used"),
}
STATE_WORDS: Mapping[str, Bilingual] = {
    "arrived": _both("已到", "arrived"),
    "absent": _both("未到（允许）", "absent, as allowed"),
    "empty": _both("为空（允许）", "empty, as allowed"),
}
