"""三岗十八级: which level somebody stands on and what it pays, on any day, and why. No database in here.

Every number comes in with `Rules` and `PayTable`; another scheme (四岗十八级, 16 or 24 levels) is other numbers.

    level = clamp(lowest of the post + whole steps of counted years + degree + licence + early − penalty)

Years are settled by the calendar year: what a year is worth is known when its appraisal is, on 1 January.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

EXCELLENT, COMPETENT, BASIC, INCOMPETENT = "excellent", "competent", "basic", "incompetent"
GRADE_WORDS = {EXCELLENT: "优秀", COMPETENT: "合格", BASIC: "基本合格", INCOMPETENT: "不合格"}
DEGREE, LICENCE = "degree", "licence"
YEAR = 12  # months
HORIZON = 60  # years ahead that are looked at for the next level


@dataclass(frozen=True)
class Post:
    """岗: one kind of post and the levels it spans."""

    key: int
    name: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class Bonus:
    """What a title of `group` (DEGREE, LICENCE) is worth: levels, or years of service that it counts as."""

    title: str
    name: str
    group: str
    levels: int = 0
    years: int = 0


@dataclass(frozen=True)
class Rules:
    """One version of a scheme's rules. `posts` by key, `bonuses` by title."""

    step_years: int
    posts: Mapping[int, Post]
    counted_grades: frozenset = frozenset({EXCELLENT, COMPETENT})
    counts_unappraised: bool = True
    counts_part_years: bool = False
    bonuses: Mapping[str, Bonus] = field(default_factory=dict)
    early_run: int = 0  # so many excellent years in a row are one level; 0: there is no early promotion
    early_limit: int = 0  # times in a career
    penalty_levels: int = 0  # for each incompetent year

    @property
    def step_months(self):
        return self.step_years * YEAR


@dataclass(frozen=True)
class Record:
    """What is known of a person. `posts`: (first day on which it counts, post key); `breaks`: (first day, last day)."""

    hired_on: date
    posts: tuple = ()
    grades: Mapping[int, str] = field(default_factory=dict)
    titles: tuple = ()  # (title, the day it was obtained)
    breaks: tuple = ()
    prior_months: int = 0


@dataclass(frozen=True)
class Term:
    """One part of the sum, with its words for the person concerned."""

    name: str
    levels: int
    words: str


@dataclass(frozen=True)
class Placing:
    level: int
    post: Post
    terms: tuple
    months: int  # counted, with those that titles are worth
    left_out: tuple  # (year, why it does not count)
    early_count: int
    on: date

    @property
    def raw(self):
        return sum(term.levels for term in self.terms if term.name != "clamp")


# --- Service ----------------------------------------------------------------------------------------------------------
def months_in(record, year):
    """Months of `year` on whose last day somebody was in post and in no break: the month of entry counts."""
    since = record.hired_on.month if record.hired_on.year == year else 1
    if not record.breaks:
        return 13 - since
    days = [last_day(year, month) for month in range(since, 13)]
    return sum(not any(first <= day and (not until or day <= until) for first, until in record.breaks) for day in days)


def last_day(year, month):
    return date(year + month // 12, month % 12 + 1, 1) - date.resolution


def counted_service(record, rules, on):
    """(months that count on the day `on`, [(year, why it does not count)])."""
    months, left_out = record.prior_months, []
    for year in range(record.hired_on.year, on.year):
        served = months_in(record, year)
        grade = record.grades.get(year)
        if not served:
            left_out.append((year, "不在岗"))
        elif grade is None and not rules.counts_unappraised:
            left_out.append((year, "没有考核结果"))
        elif grade is not None and grade not in rules.counted_grades:
            left_out.append((year, f"考核{GRADE_WORDS[grade]}"))
        else:
            months += YEAR if rules.counts_part_years else served
    return months, tuple(left_out)


def early_promotions(record, rules, on):
    """(times that a run of excellent years earned a level, years of the run still open). No year is used twice."""
    if not rules.early_run:
        return 0, 0
    count = run = 0
    for year in range(record.hired_on.year, on.year):
        run = run + 1 if record.grades.get(year) == EXCELLENT else 0
        if run == rules.early_run and count < rules.early_limit:
            count, run = count + 1, 0
    return count, min(run, rules.early_run)


def post_on(record, rules, on):
    """The post that counts on the day `on`; before the first one, the first one."""
    known = sorted(record.posts, key=lambda pair: pair[0])
    begun = [key for first, key in known if first <= on]
    return rules.posts[begun[-1] if begun else known[0][1]]


def best_bonus(record, rules, group, on):
    """Only the highest title of a group counts; None where there is none."""
    held = {title for title, obtained_on in record.titles if obtained_on is None or obtained_on <= on}
    worth = [each for title, each in rules.bonuses.items() if title in held and each.group == group]
    return max(worth, key=lambda each: each.levels * rules.step_months + each.years * YEAR, default=None)


# --- The level --------------------------------------------------------------------------------------------------------
def place(record, rules, on):
    """The level on the day `on`, with every term of the sum. LookupError for a post that the rules do not know."""
    post = post_on(record, rules, on)
    months, left_out = counted_service(record, rules, on)
    degree, licence = (best_bonus(record, rules, group, on) for group in (DEGREE, LICENCE))
    extra = sum(each.years for each in (degree, licence) if each)
    served, months = months, months + extra * YEAR
    early_count, _ = early_promotions(record, rules, on)
    bad = sum(1 for year, grade in record.grades.items() if grade == INCOMPETENT and year < on.year)
    terms = [
        Term("post", post.lowest, f"{post.name}从 {post.lowest} 级起"),
        Term("years", months // rules.step_months, _years_words(served, extra, rules)),
    ]
    terms += [
        Term(each.group, each.levels, f"{each.name}加 {each.levels} 级")
        for each in (degree, licence)
        if each and each.levels
    ]
    if early_count:
        terms.append(Term("early", early_count, f"连续 {rules.early_run} 年优秀，提前晋级 {early_count} 次"))
    if bad and rules.penalty_levels:
        terms.append(
            Term("penalty", -bad * rules.penalty_levels, f"{bad} 个年度不合格，降 {bad * rules.penalty_levels} 级")
        )
    raw = sum(term.levels for term in terms)
    level = min(max(raw, post.lowest), post.highest)
    if level != raw:
        words = f"{post.name}最高 {post.highest} 级" if raw > level else f"{post.name}最低 {post.lowest} 级"
        terms.append(Term("clamp", level - raw, words))
    return Placing(level, post, tuple(terms), months, left_out, early_count, on)


def _years_words(served, extra, rules):
    more = f"，另按 {extra} 年计学历资格" if extra else ""
    return f"计入工龄 {in_years(served)}{more}，每 {rules.step_years} 年一级"


def in_years(months):
    years, rest = divmod(months, YEAR)
    return f"{years} 年 {rest} 个月" if rest and years else f"{rest} 个月" if rest else f"{years} 年"


# --- What is missing --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Way:
    """One way to the next level. `kind`: years, early, a title, top; `on`: the earliest day, where there is one."""

    kind: str
    words: str
    on: date | None = None


def ways_up(record, rules, on):
    """What is missing to the next level, each way by itself; at the top of the post, which post leads further."""
    now = place(record, rules, on)
    first = next_way(record, rules, now)
    if first is not None and first.kind == "top":
        return [first]
    ways = [way for way in (first, _by_early(record, rules, on)) if way]
    return ways + list(_by_titles(record, rules, on, now))


def next_way(record, rules, now):
    """The way that is open to everybody: so many years more; or that `now`, a placing, is the top."""
    if now.level < now.post.highest:
        return _by_years(record, rules, now.on, now)
    further = [post for post in rules.posts.values() if post.highest > now.post.highest]
    words = "；".join(f"任{post.name}最高可到 {post.highest} 级" for post in further)
    return Way("top", f"已到{now.post.name}的最高级" + (f"。{words}" if words else ""))


def _by_years(record, rules, on, now):
    assumed = dict(record.grades)
    for count in range(1, HORIZON):
        year = on.year + count
        assumed.setdefault(year - 1, COMPETENT)
        then = date(year, 1, 1)
        # The run of excellent years is another way up, and told as such.
        if place(replace(record, grades=assumed), replace(rules, early_limit=now.early_count), then).level > now.level:
            return Way("years", f"再有 {count} 个年度考核合格，{year} 年 1 月升到 {now.level + 1} 级", then)
    return None


def _by_early(record, rules, on):
    count, run = early_promotions(record, rules, on)
    if not rules.early_run or count >= rules.early_limit:
        return None
    left = rules.early_run - run
    words = f"再连续 {left} 个年度考核优秀，可提前升 1 级（已提前 {count} 次，最多 {rules.early_limit} 次）"
    return Way("early", words, date(on.year + left, 1, 1))


def _by_titles(record, rules, on, now):
    for bonus in rules.bonuses.values():
        with_it = replace(record, titles=(*record.titles, (bonus.title, None)))
        gain = place(with_it, rules, on).level - now.level
        if gain > 0:
            yield Way(bonus.title, f"取得{bonus.name}，次年 1 月起加 {gain} 级")


# --- The pay ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Allowance:
    """津贴: so many yuan a month to whoever holds the post and the title named; None stands for any."""

    name: str
    amount: Decimal
    post: int | None = None
    title: str | None = None


@dataclass(frozen=True)
class PayTable:
    """Yuan a month. `coefficients` by level; `performance_percent` of the level's pay is paid for performance."""

    base: Decimal
    coefficients: Mapping[int, Decimal]
    performance_percent: Decimal = Decimal(0)
    probation_months: int = 0
    probation_percent: Decimal = Decimal(100)
    rounding: Decimal = Decimal(1)
    allowances: tuple = ()


@dataclass(frozen=True)
class Pay:
    basic: Decimal
    performance: Decimal
    allowances: tuple  # (name, amount)
    is_probation: bool

    @property
    def total(self):
        return self.basic + self.performance + sum((amount for _, amount in self.allowances), Decimal(0))


def pay(record, placing, table, *, level=None):
    """What `placing` pays on its day, at another `level` if one is given. LookupError for a level without coefficient.

    On probation there is the set share of the basic pay and no performance pay (西安 2020); the year after an
    incompetent one has no performance pay either (本溪 2023).
    """
    level, on = level or placing.level, placing.on
    whole = rounded(table.base * table.coefficients[level], table.rounding)
    performance = rounded(whole * table.performance_percent / 100, table.rounding)
    basic = whole - performance
    is_probation = on < record.hired_on + relativedelta(months=table.probation_months)
    if is_probation:
        basic, performance = rounded(basic * table.probation_percent / 100, table.rounding), Decimal(0)
    elif record.grades.get(on.year - 1) == INCOMPETENT:
        performance = Decimal(0)
    return Pay(basic, performance, _allowances(record, placing, table), is_probation)


def _allowances(record, placing, table):
    """Those of the post, of everybody, and of titles only the highest one in each name."""
    held = {title for title, obtained_on in record.titles if obtained_on is None or obtained_on <= placing.on}
    best = {}
    for each in table.allowances:
        fits = (each.post in (None, placing.post.key)) and (each.title is None or each.title in held)
        if fits and each.amount > best.get(each.name, Decimal(0)):
            best[each.name] = each.amount
    return tuple(best.items())


def rounded(amount, to):
    return (amount / to).quantize(Decimal(1), ROUND_HALF_UP) * to
