"""Addresses as people say them: “翡翠湾3栋2单元501”, “翡翠湾三号楼2-501”, “ 翡翠湾 ３＃楼”.

What is typed and what is stored are brought to one form (`plain`, `quarter_key`, `building_key`) and compared by
equality on indexed columns, `Quarter.search_name` and `Building.search_name`.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.apps import apps

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
TENS = {"十": 10, "百": 100, "千": 1000}
CHINESE_NUMBER = re.compile("[零〇一二三四五六七八九十百千]+")
DASHES = re.compile("[-‐‑‒–—―－~～_/／]+")
NOISE = re.compile(r"[^0-9A-Z一-鿿㐀-䶿#\- ]")
LONE = frozenset("百千零〇")  # 百步亭, 千岛湖: no number stands there

SIGN = r"(?:[A-Z]?\d+[A-Z]?(?:-\d+(?=号?[栋幢座]|号楼|#))?|[A-Z]|[甲乙丙丁东西南北])"
STRONG = re.compile(rf"({SIGN})(?:号?[栋幢座]楼?|号楼|#楼?|#?号院?楼)")
WEAK = re.compile(rf"({SIGN})(?:楼|号)")
DASHED = re.compile(r"(\d+[A-Z]?)((?:-\d+[A-Z]?){1,3})[室号]?$")
LAST = re.compile(r"(\d+[A-Z]?)$")
UNIT = re.compile(r"^-*(\d+|[A-Z甲乙丙丁])单元")
FLOOR = re.compile(r"^-*(\d+)(?:层|楼|F)")
ROOM = re.compile(r"^-*(\d{1,4}[A-Z]?)(?:室|号|房|户)?$")
PAIR = re.compile(r"^-*(\d{1,2})-(\d{1,4}[A-Z]?)[室号]?$")
TRIPLE = re.compile(r"^-*(\d{1,2})-(\d{1,2})-(\d{1,4}[A-Z]?)[室号]?$")
QUARTER_TAIL = re.compile("(?:住宅)?小区$")
BUILDING_TAIL = re.compile("(?:号?[栋幢座]楼?|号楼|#楼?|号|楼)$")
LONGEST = 60
SHORTEST_HEAD = 2  # signs of a quarter's name below which too much would fit
LONGEST_HEAD = 40
MOST_QUARTERS = 60


@dataclass(frozen=True)
class Address:
    """What the words of an address say; each part "" where they do not. `head` is what stands before the building."""

    head: str
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""


@dataclass(frozen=True)
class Hit:
    """A building that the words may mean; `exact` where quarter and building are named just so."""

    building: object
    unit: str
    floor: str
    room: str
    exact: bool

    @property
    def community(self):
        return self.building.quarter.community

    @property
    def words(self):
        """红星社区 · 翡翠湾3栋: what is offered to choose from."""
        return f"{self.community} · {self.building}"

    @property
    def detail(self):
        """2单元501: what stands behind the building."""
        return f"{self.unit and f'{self.unit}单元'}{self.room or (self.floor and f'{self.floor}楼')}"


def arabic(words):
    """“三十二” is 32 and “二〇一” is 201; a sign that is no number by itself stays."""
    if words in LONE:
        return words
    if not set(words) & TENS.keys():
        return "".join(str(DIGITS[sign]) for sign in words)
    total, digit = 0, None
    for sign in words:
        if sign in TENS:
            total += (1 if digit is None else digit) * TENS[sign]
            digit = None
        else:
            digit = (digit or 0) * 10 + DIGITS[sign]
    return str(total + (digit or 0))


def plain(text):
    """One form for all spellings: half width, upper case, Arabic numbers, one kind of dash, single spaces."""
    words = unicodedata.normalize("NFKC", text)[: LONGEST * 2].upper()
    words = DASHES.sub("-", words)
    words = CHINESE_NUMBER.sub(lambda found: arabic(found.group()), words)
    return " ".join(NOISE.sub(" ", words).split())[:LONGEST]


def quarter_key(name):
    """A quarter's name to be compared: “翡翠湾（二期）小区” is 翡翠湾2期."""
    words = plain(name).replace(" ", "").replace("-", "").replace("#", "")
    return QUARTER_TAIL.sub("", words) or words


def building_key(name):
    """A building's number to be compared: “三号楼”, “3#” and “3幢” are all 3."""
    words = plain(name).replace(" ", "")
    return BUILDING_TAIL.sub("", words) or words


def parse(text):
    """The Address that `text` says. Pure: what it knows of the places is their grammar alone."""
    words = plain(text)
    if found := STRONG.search(words):
        return _behind(words[: found.start()], found.group(1), words[found.end() :])
    if (found := WEAK.search(words)) and found.start() > 0:
        return _behind(words[: found.start()], found.group(1), words[found.end() :])
    tight = words.replace(" ", "") if not re.search(r"\d \d", words) else words.replace(" ", "-")
    if found := DASHED.search(tight):
        return _behind(tight[: found.start()], found.group(1), found.group(2))
    if (found := LAST.search(tight)) and found.start() > 0:
        return Address(quarter_key(tight[: found.start()]), found.group(1))
    return Address(quarter_key(tight))


def _behind(head, building, rest):
    unit = floor = room = ""
    rest = re.sub(r"(?<=\d) (?=\d)", "-", rest.strip()).replace(" ", "")
    if found := UNIT.match(rest):
        unit, rest = found.group(1), rest[found.end() :]
    if found := FLOOR.match(rest):
        floor, rest = found.group(1), rest[found.end() :]
    if found := TRIPLE.match(rest):
        unit, floor, room = unit or found.group(1), found.group(2), found.group(3)
    elif found := PAIR.match(rest):
        unit, room = unit or found.group(1), found.group(2)
    elif found := ROOM.match(rest):
        room = found.group(1)
    if room and not floor and len(room.rstrip("ABCDEFGH")) >= 3:
        floor = room.rstrip("ABCDEFGH")[:-2]
    return Address(quarter_key(head), building, unit, floor, room)


def readings(address):
    """(head, building) of each way to read it: in “阳光1003” the quarter may be 阳光, 阳光1, 阳光10 or 阳光100."""
    yield address.head, address.building
    for place in range(1, len(address.building)):
        if address.building[:place].isdecimal() and address.building[place:].isdecimal():
            yield address.head + address.building[:place], address.building[place:]


def pieces(head):
    """Every piece of `head` that a quarter's name could be: people put street and community before it."""
    head = head[-LONGEST_HEAD:]
    ends = range(SHORTEST_HEAD, len(head) + 1)
    return {head[start:end] for end in ends for start in range(end - SHORTEST_HEAD + 1)}


def find_buildings(text, user=None, community=None, limit=8):
    """The buildings in use that the words `text` may mean, the likeliest first, as a list of at most `limit` Hits.

    `user` narrows to what they see (None: everywhere), `community` to one community, where a bare “3栋” is enough.
    """
    address = parse(text)
    quarters = apps.get_model("grids", "Quarter").objects.all()
    buildings = apps.get_model("grids", "Building").objects.active().select_related("quarter__community", "grid")
    if user is not None:
        quarters, buildings = quarters.visible_to(user), buildings.visible_to(user)
    if community is not None:
        quarters = quarters.filter(community=community)
    for within in _narrowed(quarters, text):
        for head, key in readings(address):
            named = _named(within, head, is_bare_enough=community is not None)
            found = _numbered(buildings, named, head, key, limit) if named else []
            if found:
                parts = (address.unit, address.floor, address.room)
                return [Hit(row, *parts, _is_exact(row, head, key)) for row in found]
    return []


def _narrowed(quarters, text):
    """First those of a community that the words name, then all."""
    typed = "".join(text.split())[:LONGEST_HEAD]
    if "社区" in typed:
        front = typed[: typed.index("社区") + 2]
        names = {front[start:] for start in range(len(front) - 2)}
        yield quarters.filter(community__name__in=names)
    yield quarters


def _named(quarters, head, *, is_bare_enough):
    """The quarters that `head` names: whole or by a piece of it first, else those whose name holds it."""
    rows = quarters.select_related("community").order_by()
    if len(head) < SHORTEST_HEAD:
        return list(rows.filter(search_name__startswith=head)[:MOST_QUARTERS]) if is_bare_enough or head else []
    if found := list(rows.filter(search_name__in=pieces(head))[: MOST_QUARTERS * 4]):
        longest = max(len(each.search_name) for each in found)
        return [each for each in found if len(each.search_name) == longest][:MOST_QUARTERS]
    return list(rows.filter(search_name__contains=head)[:MOST_QUARTERS])


def _numbered(buildings, quarters, head, key, limit):
    """Their buildings that `key` names, by its whole first; all of them where it names none."""
    # “红星苑综合楼”: what stands behind the quarter's name is the building's.
    key = key or building_key(head.partition(quarters[0].search_name)[2])
    rows = buildings.filter(quarter__in=[each.pk for each in quarters]).order_by()
    found = list(rows.filter(search_name=key)[: limit * 8]) if key else []
    if not found and (not key or not key[0].isdecimal()):
        found = list(rows.order_by("quarter", "pk")[: limit * 8])
    elif not found:
        found = list(rows.filter(search_name__startswith=f"{key}-")[: limit * 8])
    return sorted(found, key=lambda row: (not _is_exact(row, head, key), row.quarter_id, _number(row), row.pk))[:limit]


def _is_exact(row, head, key):
    return bool(key) and row.search_name == key and bool(head) and head.endswith(row.quarter.search_name)


def _number(row):
    return int(digits.group()) if (digits := re.search(r"\d+", row.search_name)) else 0
