"""Invented places and people. No bureau, county or town of a real province is meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

PROVINCE = "岭海"

# name, code, share of the province's branches, customers in thousands (three size classes, domain.md Q9)
BUREAUS = [
    ("青江", "QJ", 11, 1260),
    ("桂源", "GY", 11, 1850),
    ("柳溪", "LX", 10, 1540),
    ("云岭", "YL", 9, 1120),
    ("南汀", "NT", 8, 940),
    ("宁川", "NC", 7, 760),
    ("龙泽", "LZ", 7, 690),
    ("岚阳", "LY", 6, 620),
    ("海岚", "HL", 6, 540),
    ("东麓", "DL", 6, 430),
    ("江屏", "JP", 5, 380),
    ("澄湖", "CH", 5, 290),
    ("西坪", "XP", 5, 260),
    ("北屏", "BP", 4, 210),
]

COUNTY_FIRST = "枫榕樟楠桐槐荷菱蒲苇鹭雁鹤岚砚栗茶杉竹松"
COUNTY_SECOND = "坪湾塘川浦源屏岗麓汀"
TOWN_FIRST = "双古上下大小新旧石沙高青白红乌黄长平安永兴福同和清寒金银铜铁"
TOWN_SECOND = "桥塘坪岭河田湾渡亭垌圩江冲坝洞岩滩桐檀槐柏松"
VILLAGE_SECOND = "村屯"

SURNAMES = (
    "黄韦李陈覃梁陆周何农蒙罗吴刘张王杨谢莫林卢邓曾唐蓝廖苏潘朱徐胡马郭赵孙冯"
    "彭许蒋叶余程魏吕丁任钟姚汪范石谭邹熊金陶贺龚文庞樊兰欧温祝甘单闭岑玉"
)
MALE = (
    "建军 志强 国华 海波 明辉 文斌 永康 振宇 伟东 家豪 立新 学文 庆丰 光荣 春生 德胜 俊杰 浩然 宏达 世杰 "
    "子健 天佑 景明 柏林 启航 绍武 卫国 耀辉 锦程 承志 少峰 昌盛 汉文 泽林 向阳 长青 万里 大勇 小龙 宗源 "
    "勇 刚 涛 磊 鹏 斌 波 军 明 亮 超 凯 健 峰 旭 锐 川 骏 毅 诚"
).split()
FEMALE = (
    "晓燕 丽娟 慧敏 雪梅 秀兰 海燕 美玲 春花 玉婷 小芳 佳怡 思琪 静怡 雅文 月华 冬梅 彩虹 艳红 素珍 若兰 "
    "雨桐 欣然 梦洁 文静 晓琳 凤英 桂香 紫薇 婉清 依诺 慧 静 倩 敏 婷 莉 颖 琳 洁 薇 丹 萍 芸 岚 娜 妍"
).split()

# leader, secretary, county … of the demo, so that the pages read like a story; the rest are drawn.
CAST = {
    "secretary": "周明",
    "leader": "韦国华",
    "county": "李倩",
    "bureau": "黄静怡",
    "province": "陈思远",
    "province2": "罗景明",
    "evaluator": "卢雅文",
    "reviewer": "蒙晓芸",
    "auditor": "范少峰",
    "admin": "石锐",
}


@dataclass
class Places:
    """Hands out every invented place name once."""

    counties: Iterator[str]
    towns: Iterator[str]

    @classmethod
    def shuffled(cls, rng: Random) -> "Places":
        counties = [first + second for first in COUNTY_FIRST for second in COUNTY_SECOND if first != second]
        towns = [first + second for first in TOWN_FIRST for second in TOWN_SECOND if first != second]
        rng.shuffle(counties)
        rng.shuffle(towns)
        far_towns = (f"{side}{town}" for side in "东西南北" for town in towns)
        return cls(counties=iter(counties), towns=iter([*towns, *far_towns]))


def person(rng: Random) -> str:
    """A plausible name; common surnames come more often."""
    surname = SURNAMES[min(int(rng.expovariate(1 / 16)), len(SURNAMES) - 1)]
    return surname + rng.choice(FEMALE if rng.random() < 0.36 else MALE)


def new_person(rng: Random, taken: set[str]) -> str:
    """A name that nobody in ``taken`` bears yet; it is added."""
    name = person(rng)
    while name in taken:
        name = person(rng)
    taken.add(name)
    return name


def village(rng: Random) -> str:
    return rng.choice(TOWN_FIRST) + rng.choice(TOWN_SECOND) + rng.choice(VILLAGE_SECOND)
