"""Words that are looked for: how they are found, where, and when they are harmless."""

import pickle
from datetime import date

import pytest
from wordings import found, made, one_list


@pytest.mark.parametrize(
    "text",
    [
        "您会坐牢的", "坐 牢", "坐　牢", "坐·牢", "坐*牢", "坐-牢", "坐.牢",
        "坐\u200b牢", "坐\u00ad牢",
        "坐\u3164牢", "坐，牢", "坐️牢", "￼坐﹏牢",
    ],
)  # fmt: skip
def test_what_stands_within_a_word_does_not_hide_it(text: str) -> None:
    (hit,) = found(one_list("zh_CN: [坐牢]"), text)
    assert hit[0] == "坐" and hit[-1] == "牢"


@pytest.mark.parametrize(
    "text",
    [
        "You will be ARRESTED.", "arrest", "Arresting", "ａｒｒｅｓｔ", "ar-rest", "a r r e s t",
        "a.r.r.e.s.t", "аrrеst", "ar\u200brest", "árrest", "*arrest*", "ar\u00adrest",
    ],
)  # fmt: skip
def test_english_words_are_found_with_their_endings_and_disguises(text: str) -> None:
    assert len(found(one_list("en: ['arrest*']"), text)) == 1


def test_an_english_word_is_not_found_within_another() -> None:
    wording = one_list("en: [sue, 'late fee*']")
    assert found(wording, "We issued it; pursue the issue. A translate feeling.") == []
    assert found(wording, "We sue. Late  fees, late\nfee") == ["sue", "Late  fees", "late\nfee"]


def test_traditional_characters_are_found_where_they_stand() -> None:
    assert found(one_list("zh_CN: [后果自负]"), "否則，後果自負！") == ["後果自負"]


def test_a_gap_ends_with_the_sentence_and_with_its_width() -> None:
    wording = one_list("zh_CN: [告知…(家人|单位)], within: 5")
    assert found(wording, "将告知您的家人。") == ["告知您的家人"]
    assert found(wording, "将告知您，并通知您的家人。") == []
    assert found(wording, "我行将告知。您的家人") == []
    assert found(wording, "我行将告知\n您的家人") == []


def test_a_gap_in_english_goes_on_behind_a_line_and_ends_with_a_sentence() -> None:
    wording = one_list("en: ['tell…employer']")
    assert len(found(wording, "We will tell\nyour employer")) == 1
    assert found(wording, "We will tell you. Your employer") == []
    assert found(wording, "We will tell you\n\nYour employer") == []
    assert len(found(wording, "tell of CNY 1.50 your employer")) == 1


def test_a_negation_holds_within_its_clause_only() -> None:
    wording = one_list("zh_CN: [告知…家人], unless: {zh_CN: [不会…]}")
    assert found(wording, "我行不会告知您的家人") == []
    assert found(wording, "我行不会向外告知您的家人") == []
    assert found(wording, "我行告知您，但不会联系家人") == []
    assert found(wording, "我们不会罢休，将告知您的家人") == ["告知您的家人"]
    assert found(wording, "我行不会告知您的家人，却告知了他的家人") == ["告知了他的家人"]


@pytest.mark.parametrize("parts", [" ", "\u3000", "   ", "\t", "\u00a0", "——", "……", "，"])
def test_a_blank_or_a_dash_between_chinese_words_ends_a_clause_as_a_comma_does(parts: str) -> None:
    wording = one_list("zh_CN: [坐牢], unless: {zh_CN: [请…, 不会…, …除外]}")
    assert found(wording, f"如已还款请忽略{parts}再不还款就抓你坐牢") == ["坐牢"]
    assert found(wording, f"如已还款请忽略{parts}再不还款就抓你坐 牢") == ["坐 牢"]
    assert found(wording, f"抓你坐牢{parts}已还款的除外") == ["坐牢"]
    assert found(wording, "如已还款请忽略再不还款就抓你坐牢") == []
    assert found(wording, "我们不会，坐牢的是你") == ["坐牢"]


@pytest.mark.parametrize(
    "text",
    ["不 会 坐 牢", "不会因欠 500 元坐牢", "不会因 CNY 500 坐牢", "不会（绝不）坐牢", "不会 坐牢"],
)
def test_characters_spaced_out_and_blanks_around_numbers_end_no_clause(text: str) -> None:
    assert found(one_list("zh_CN: [坐牢], unless: {zh_CN: [不会…]}"), text) == []


def test_a_context_may_follow_or_share_letters() -> None:
    wording = one_list("zh_CN: [冻结, 记录], unless: {zh_CN: [冻结…信用卡, …有误]}")
    assert found(wording, "我行已冻结您的信用卡") == []
    assert found(wording, "记录确有误") == []
    assert found(wording, "冻结工资。信用卡") == ["冻结"]
    assert found(wording, "冻结工资，记录确有误") == ["冻结"]


def test_a_context_with_gaps_on_both_sides_may_stand_anywhere_in_the_clause() -> None:
    wording = one_list("zh_CN: [您母亲], unless: {zh_CN: […授权…]}")
    assert found(wording, "您母亲已持授权书来我行") == []
    assert found(wording, "经授权可以寄给您母亲") == []
    assert found(wording, "我们去找您母亲，授权书请寄来") == ["您母亲"]
    assert found(wording, "授权书请寄来，否则我们去找您母亲") == ["您母亲"]
    english = one_list("en: ['your mother'], unless: {en: ['…consent*…']}")
    assert found(english, "Your mother may call if you consent") == []
    assert found(english, "We call your mother, consent or not") == ["your mother"]


def test_words_that_have_a_name_stand_for_each_of_them() -> None:
    wording = made(
        LATER.split("\n      - {from: 2026-01-01", maxsplit=1)[0]
        + """
      - from: 2026-01-01
        source: s
        verified: house
        words: {zh_CN: {kin: 父母|配偶}, en: {kin: famil*|mother in law}}
        unless: {zh_CN: [祝<kin>]}
        terms:
          - {id: one, why: w, zh_CN: ['您(的|)<kin>'], en: ['tell…your <kin>']}
"""
    )
    assert found(wording, "问您的父母和您配偶") == ["您的父母", "您配偶"]
    assert found(wording, "祝父母安康，祝配偶安康") == []
    assert found(wording, "We tell your families") == ["tell your families"]
    assert found(wording, "Tell it to your mother-in-law") == ["Tell it to your mother-in-law"]


@pytest.mark.parametrize(
    ("phrase", "text", "hit"),
    [
        ("co worker*", "your co-workers know", "co-workers"),
        ("co worker*", "your co workers know", "co workers"),
        ("is a", "it is a debt", "is a"),
        ("us", "pay us.5 more", "us"),
        ("a*…debt", "an old debt", "an old debt"),
        ("see you in court", "S E E Y O U I N C O U R T", "S E E Y O U I N C O U R T"),
        ("(tell|ring)…(the boss|hr)", "We ring, then, HR", "ring, then, HR"),
        ("famil*…know", "Familiar faces know", "Familiar faces know"),
    ],
)
def test_an_english_phrase_is_found_however_its_words_are_parted(
    phrase: str, text: str, hit: str
) -> None:
    assert found(one_list(f"en: ['{phrase}']"), text) == [hit]


def test_a_finding_says_its_limit_term_source_and_reason() -> None:
    wording = one_list("zh_CN: [老赖]")
    (hit,) = wording.find("您是老 赖", channel="letter", tone="firm", purpose="demand")
    assert (hit.limit, hit.term, hit.start, hit.end, hit.mode) == (
        "test.words",
        "one",
        2,
        5,
        "block",
    )
    assert (hit.words.zh_CN, hit.words.en) == ("词（s 3）", "Words (s 3)")
    assert (hit.why.get("zh_CN"), hit.why.get("en")) == ("不当", "wrong")


def test_a_list_speaks_about_its_channels_tones_and_purposes_only() -> None:
    wording = one_list("zh_CN: [起诉]", "tones: [care]\n    purposes: [demand, final]")
    told = {
        (channel, tone, purpose)
        for channel in ("letter", "script", "email")
        for tone in ("care", "legal")
        for purpose in ("final", "offer")
        if found(wording, "起诉", channel=channel, tone=tone, purpose=purpose)
    }
    assert told == {("letter", "care", "final"), ("script", "care", "final")}


def test_legal_lifts_what_only_legal_may() -> None:
    wording = one_list("zh_CN: [刑事]", "lifted_by: legal")
    assert found(wording, "刑事责任") == ["刑事"]
    assert found(wording, "刑事责任", lifted=frozenset({"legal"})) == []
    other = one_list("zh_CN: [刑事]")
    assert found(other, "刑事责任", lifted=frozenset({"legal"})) == ["刑事"]


LATER = """  words:
    kind: wording
    title: t
    mode: warn
    binding: house
    channels: [letter]
    values:
      - {from: 2026-01-01, to: 2026-01-31, source: s, verified: house,
         terms: [{id: one, zh_CN: [甲词], why: w}]}
      - {from: 2026-02-01, source: s, verified: house,
         terms: [{id: two, zh_CN: [乙词], why: w}]}
"""


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 12, 31), []), (date(2026, 1, 1), ["甲词"]), (date(2026, 1, 31), ["甲词"]),
        (date(2026, 2, 1), ["乙词"]),
    ],
)  # fmt: skip
def test_a_list_holds_on_its_own_days(day: date, words: list[str]) -> None:
    assert found(made(LATER, day), "甲词和乙词") == words


def test_a_worker_finds_what_its_parent_does() -> None:
    wording = one_list("zh_CN: [让(你|您)…没面子], en: ['deadbeat*']")
    text = "讓你沒面子 and DEADBEATS"
    handed = pickle.loads(pickle.dumps(wording))  # noqa: S301 - our own bytes
    assert found(handed, text) == found(wording, text) == ["讓你沒面子", "DEADBEATS"]


CLAUSES = """  demand:
    kind: clauses
    title: {zh_CN: 必备, en: Required}
    mode: block
    binding: house
    channels: [letter, call]
    purposes: [demand]
    values:
      - from: 2026-01-01
        source: s
        verified: house
        clauses:
          - {id: one, title: {zh_CN: 一, en: One},
             fields: [line.balance, bank.hotline|bank.address],
             phrases: {zh_CN: [[异议], [证据, 证明…材料]], en: [['object*'], [evidence]]}}
"""


def test_a_clause_asks_for_fields_and_for_one_phrase_of_each_group() -> None:
    wording = made(CLAUSES)
    (clause,) = wording.clauses("demand", "script")
    assert (clause.limit, clause.id, clause.title.en, clause.mode) == (
        "test.demand", "one", "One", "block",
    )  # fmt: skip
    assert wording.clauses("final", "letter") == wording.clauses("demand", "sms") == ()
    whole = {"line.balance", "bank.address"}
    assert not wording.missing(clause, whole, "提出異議，寄證明文件和材料", "zh_CN")
    assert not wording.missing(clause, whole, "Objections; evidence", "en")
    lacking = wording.missing(clause, {"bank.hotline"}, "证据", "zh_CN")
    assert (lacking.fields, lacking.phrases) == ((("line.balance",),), (("异议",),))
    assert wording.missing(clause, whole, "异议和证据", "en").phrases == (
        ("object*",),
        ("evidence",),
    )


MESSAGES = """  one:
    {kind: message, title: t, mode: block, binding: house, channels: [sms, wechat],
     values: [{from: 2026-01-01, total: 500, signature: {least: 2, most: 20}, characters: [¥],
               source: s, verified: house}]}
  two:
    {kind: message, title: t, mode: block, binding: house, channels: [sms],
     values: [{from: 2026-01-01, single: 70, total: 300, signature: {least: 3, most: 30},
               characters: ['&'], links: false, source: s, verified: house}]}
"""


def test_of_several_message_limits_the_strictest_holds() -> None:
    wording = made(MESSAGES)
    sms, wechat = wording.message("sms"), wording.message("wechat")
    assert sms is not None and wechat is not None
    assert (sms.single, sms.part, sms.total, sms.signature) == (70, None, 300, (3, 20))
    assert (sms.characters, sms.links) == (frozenset("¥&"), False)
    assert sms.origins["total"].limit == "test.two"
    assert (wechat.single, wechat.total, wechat.links) == (None, 500, True)
    assert wording.message("email") is None
