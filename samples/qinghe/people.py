"""People who do not exist: names as frequent as in a county, numbers that cannot be dialled.

Phones begin with 100 or 101, which no operator has; identity numbers have an unassigned region and
a wrong check digit; cards fail the Luhn check; mail goes to example.com and example.invalid.
"""

from dataclasses import dataclass
from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
"""Single-character surnames, from the most frequent to the least."""
RARE_SURNAMES = ("欧阳", "司徒", "诸葛", "上官", "覃", "仇", "逄", "亓", "禤", "乜", "㐱")
GIVEN = (
    *(
        "建国",
        "建军",
        "志强",
        "桂英",
        "秀兰",
        "玉梅",
        "国庆",
        "德福",
        "春花",
        "淑珍",
        "庆生",
        "水根",
    ),
    *(
        "伟",
        "芳",
        "娜",
        "敏",
        "静",
        "丽",
        "强",
        "磊",
        "军",
        "洋",
        "勇",
        "艳",
        "杰",
        "娟",
        "涛",
        "明",
    ),
    *(
        "超",
        "霞",
        "平",
        "刚",
        "鹏",
        "飞",
        "斌",
        "宇",
        "浩",
        "凯",
        "婷",
        "雪",
        "琳",
        "晶",
        "丹",
        "萍",
    ),
    *(
        "海燕",
        "晓东",
        "小红",
        "文博",
        "雅婷",
        "子轩",
        "梓涵",
        "浩然",
        "雨桐",
        "思远",
        "佳怡",
        "俊杰",
    ),
    *(
        "永胜",
        "金凤",
        "长林",
        "爱华",
        "立新",
        "东升",
        "满仓",
        "来喜",
        "招娣",
        "向阳",
        "守业",
        "兰芝",
    ),
)
RARE_GIVEN = (
    "喆",
    "垚",
    "犇",
    "淼",
    "焱",
    "翀",
    "頔",
    "堃",
    "旻",
    "㛃",
    "䶮",
    "𬭚",
    "𠮷平",
    "小𬱖",
)
MINORITY = (
    *("买买提·艾力", "古丽娜尔·吐尔逊", "阿卜杜拉·热合曼", "帕提古丽·库尔班", "扎西·多吉"),
    *(
        "卓玛·央金",
        "阿依努尔·买合木提江",
        "巴特尔·其其格",
        "艾山·玉素甫",
        "热依汗古丽·阿布都热西提",
    ),
)
FOREIGN = (
    *("Sarah Whitfield", "Daniel O'Connor", "Aiko Tanabe", "Miguel Ferreira", "Priya Raman"),
    *("Thomas Lindqvist", "Amara Okafor", "Jean-Luc Morel", "Elena Petrova", "Hassan Karimi"),
    *("Grace Mbeki", "Noah van Dijk", "Lucía Álvarez", "Owen Pritchard"),
)
TOWNS = (
    ("城关镇", "Chengguan", ("人民路", "建设街", "学府路", "河滨路", "新市街")),
    ("东乡镇", "Dongxiang", ("柳溪村", "上坪村", "石桥村", "榆树沟村")),
    ("西乡镇", "Xixiang", ("双塘村", "白果村", "老湾村", "麦场村")),
    ("北乡镇", "Beixiang", ("松岭村", "大坝村", "黄泥村", "羊角寨村")),
    ("南山镇", "Nanshan", ("竹坞村", "茶亭村", "云脚村", "枫树坳村")),
    ("河口镇", "Hekou", ("渡口街", "芦洲村", "沙咀村", "船埠村")),
)
"""One township for each branch; the county lies in a province that no map has."""
_LARGEST_SHARE = 260


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who somebody is and where they could be reached, if they existed."""

    party_id: str
    name: str
    id_no: str
    phone: str
    email: str
    wechat_id: str
    address: str
    postal_code: str
    language: str


def person(random: Random, number: int, town: int, *, foreign: bool = False) -> Person:
    """The person with this number, who lives in the township of branch `town`."""
    name = FOREIGN[number % len(FOREIGN)] if foreign else _name(random)
    return Person(
        party_id=f"P{number:06d}",
        name=name,
        id_no=_id_no(random),
        phone=_phone(random),
        email=_email(random, number),
        wechat_id=f"qh_{number:05d}" if chance(random, 45) else "",
        address=_address(random, town, foreign=foreign),
        postal_code=f"0990{town:02d}" if chance(random, 92) else "",
        language="en" if foreign else "zh_CN",
    )


def card_no(random: Random) -> str:
    """Sixteen digits in the shape of a card, with a check digit that is wrong."""
    body = "999999" + "".join(str(random.randrange(10)) for _ in range(9))
    doubled = [int(c) * (2 - i % 2) for i, c in enumerate(body)]
    right = -sum(d // 10 + d % 10 for d in doubled) % 10
    return body + str((right + 1 + random.randrange(9)) % 10)


def chance(random: Random, percent: int) -> bool:
    """True in about `percent` of a hundred calls."""
    return random.randrange(100) < percent


def _name(random: Random) -> str:
    if chance(random, 1):
        return random.choice(MINORITY)
    if chance(random, 3):
        return random.choice(RARE_SURNAMES) + random.choice(GIVEN)
    weights = [_LARGEST_SHARE // (i + 3) for i in range(len(SURNAMES))]
    surname = random.choices(SURNAMES, weights)[0]
    if chance(random, 3):
        return surname + random.choice(RARE_GIVEN)
    given = random.choice(GIVEN)
    if len(given) == 1 and chance(random, 35):
        given = random.choice("小晓文志国玉春海德永") + given
    return surname + given


def _id_no(random: Random) -> str:
    year, month, day = (
        random.randrange(1955, 2006),
        random.randrange(1, 13),
        random.randrange(1, 29),
    )
    body = (
        f"99{random.randrange(1, 100):02d}01{year}{month:02d}{day:02d}{random.randrange(1000):03d}"
    )
    factors = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    right = sum(int(c) * f for c, f in zip(body, factors, strict=True)) % 11
    return body + "10X98765432"[(right + 1 + random.randrange(10)) % 11]


def _phone(random: Random) -> str:
    if chance(random, 3):
        return ""
    return f"10{random.randrange(2)}{random.randrange(10**8):08d}"


def _email(random: Random, number: int) -> str:
    if not chance(random, 38):
        return ""
    return f"qh{number:06d}@example.{random.choice(('com', 'invalid'))}"


def _address(random: Random, town: int, *, foreign: bool) -> str:
    if chance(random, 2):
        return ""
    chinese, english, places = TOWNS[town]
    place = random.choice(places)
    number, unit = random.randrange(1, 200), random.randrange(1, 7)
    if foreign:
        return f"Room {unit}02, No. {number} Riverside Road, {english}, Qinghe County"
    if place.endswith("村"):
        return f"云岫省清河县{chinese}{place}{unit}组{number % 60 + 1}号"
    room = random.randrange(1, 19) * 100 + random.randrange(1, 5)
    return f"云岫省清河县{chinese}{place}{number}号{unit}栋{room}室"
