"""社区工作者 out of Excel: a line is somebody who is hired; who is on the list already stays as they are."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.imports import phone
from cadres import ladder, services
from cadres.models import CommunityWorker
from cadres.models.schemes import DEGREES, LICENCES
from cadres.resources import WorkerResource
from cadres.services.workers import TAKEN, tracks_in_use
from govern.fields import blind_index
from govern.imports import cells
from govern.imports.fillings import BAD, NEW, SAME, WHOLE_ROW, Field, Filling, Sheet
from organizations.imports.members import identity_number
from organizations.imports.naming import Named
from organizations.models import Organization

SKIPPED = ("organization", "identity_index", "phone_index")  # of what the model is asked
PERSON = ("name", "gender", "identity_number", "phone", "hired_on", "prior_months")
TITLES = (("degree", "degree_on"), ("licence", "licence_on"))
day = partial(cells.day, earliest=date(1980, 1, 1))


@dataclass(frozen=True)
class Newcomer:
    """Whom the rules place before there is a row."""

    name: str
    record: ladder.Record

    def __str__(self):
        return self.name


def options_of(titles):
    return {title.label: title for title in titles}


class WorkerFilling(Filling):
    model = CommunityWorker
    sheet = Sheet("社区工作者", "名", tuple(each.column_name for each in WorkerResource.fields.values()))
    label_heads = ("社区", "姓名")
    consent = "表里的人都知道社区登记这些信息。"
    most = 2000
    in_request = 100  # some 50 ms each, with its line of the ledger

    def __init__(self, user):
        self.books = {}
        super().__init__(user)

    def make_fields(self):
        mine = Organization.objects.allowed(self.user, "cadres.add_communityworker").active()
        self.communities = Named(mine.at_tier(Organization.Tier.COMMUNITY), "社区党组织")
        self.tracks = tracks_by_name()
        genders = {label: value for value, label in CommunityWorker.Gender.choices}
        degrees, licences = options_of(DEGREES), options_of(LICENCES)
        names = self.communities.offered(self.communities.names)

        def chosen(key, head, known, **more):
            return Field(key, head, cells.choice(known), options=tuple(known), **more)

        return (
            Field("organization", "社区", self.communities, True, next(iter(names), ""), "社区党组织的名称。", names),
            Field("name", "姓名", is_required=True, example="王小明"),
            chosen("gender", "性别", genders, is_required=True, example="男"),
            Field("identity_number", "身份证号", identity_number, hint="单元格设成文本，免得末几位变成 0。"),
            Field("phone", "手机号", phone, example="13800001234"),
            chosen("track", "岗位", self.tracks, is_required=True, example=next(reversed(self.tracks), "")),
            Field("hired_on", "入职日期", day, True, "2020-07-01", "社区工龄从这天起算。"),
            Field("prior_months", "以前的社区工龄（月）", cells.count, hint="在别处做社区工作、经认定的月数。"),
            chosen("degree", "学历", degrees, example="本科"),
            Field("degree_on", "学历取得日期", day, example="2015-07-01", hint="填了学历的要填。"),
            chosen("licence", "职业资格", licences),
            Field("licence_on", "资格取得日期", day, hint="填了职业资格的要填。"),
            Field("evidence", "入职依据", hint="聘用文件、合同编号等。"),
        )

    # --- Looking ------------------------------------------------------------------------------------------------------
    def rows(self, lines):
        rows = super().rows(lines)
        readable = [row for row in rows if row.action != BAD]
        self.tell_known(readable)
        for row in readable:
            if row.action == NEW:
                self.foresee(row)
        return rows

    def check(self, row, line):
        values, today = row.values, timezone.localdate()
        for title, obtained_on in TITLES:
            if values.get(title) and not values.get(obtained_on):
                row.refuse(self.head_of[obtained_on], "请填取得日期。")
        for name in ("hired_on", "degree_on", "licence_on"):
            if name in values and values[name] > today:
                row.refuse(self.head_of[name], "日期不能晚于今天。")
        if len(values.get("evidence", "")) > 200:
            row.refuse(self.head_of["evidence"], "最多 200 个字。")
        person = {name: values[name] for name in PERSON if name in values}
        self.judge(row, CommunityWorker(organization=values["organization"], **person), SKIPPED)
        self.is_twin(row, values.get("identity_number") or spot(row.subject))

    def tell_known(self, rows):
        """Who is on the list already: the same person is left alone, anything else is said. Two queries for all."""
        indexes = {blind_index(row.subject.identity_number) for row in rows if row.subject.identity_number}
        people = CommunityWorker.objects.select_related("organization")
        by_number = {each.identity_index: each for each in people.filter(identity_index__in=indexes)}
        where, names = {row.subject.organization_id for row in rows}, {row.subject.name for row in rows}
        by_spot = {spot(each): each for each in people.filter(organization__in=where, name__in=names)}
        mine = set(people.visible_to(self.user).filter(identity_index__in=indexes).values_list("pk", flat=True))
        for row in rows:
            number, nearby = row.subject.identity_number, by_spot.get(spot(row.subject))
            held = by_number.get(blind_index(number)) if number else nearby
            if held is not None:
                self.tell_held(row, held, is_mine=held is nearby or held.pk in mine)
            elif nearby is not None and not nearby.identity_number:
                row.refuse(self.head_of["identity_number"], f"{nearby}已登记，没有身份证号，请到本人那一页补上。")

    def tell_held(self, row, held, *, is_mine):
        if not is_mine:
            row.refuse(self.head_of["identity_number"], TAKEN)
        elif held.name != row.subject.name:
            row.refuse(self.head_of["name"], f"这个身份证号登记的是{held}，请核对。")
        elif held.status == CommunityWorker.Status.LEFT:
            row.refuse(WHOLE_ROW, f"{held}已在 {held.left_on:%Y-%m-%d} 离职，回来的请到本人那一页办理重新入职。")
        else:
            row.action = SAME
            row.details = [f"已登记在{held.organization}，{held.hired_on:%Y-%m-%d} 入职", "要改请到本人那一页"]

    def foresee(self, row):
        """The level that the first line of the ledger will have."""
        values, track, since = row.values, row.values["track"], row.values["hired_on"]
        titles, prior_months = tuple(self.held(values)), values.get("prior_months", 0)
        record = ladder.Record(since, posts=((since, track.pk),), titles=titles, prior_months=prior_months)
        newcomer = Newcomer(values["name"], record)
        try:
            book = self.book(track.scheme, since)
            placing = book.place(newcomer)
            book.pay(newcomer, placing)
        except ValidationError as error:
            self.tell(row, error)
        else:
            row.details = [f"{track} {placing.level} 级，{book.on:%Y-%m-%d} 起"]

    def book(self, scheme, hired_on):
        key = scheme.pk, hired_on
        if key not in self.books:
            self.books[key] = services.Book(scheme, services.first_graded_on(scheme, hired_on))
        return self.books[key]

    @staticmethod
    def held(values):
        return [(values[title], values[obtained_on]) for title, obtained_on in TITLES if values.get(title)]

    # --- Writing ------------------------------------------------------------------------------------------------------
    def save(self, row):
        values = row.values
        services.hire_worker(
            organization=values["organization"],
            track=values["track"],
            qualifications=self.held(values),
            evidence=values.get("evidence", ""),
            actor=self.user,
            **{name: values[name] for name in PERSON if name in values},
        )


def spot(worker):
    """Who somebody is where no identity number says it."""
    return worker.organization_id, worker.name, worker.hired_on


def tracks_by_name():
    """{what a cell says: the Track}, with the scheme where two schemes have a post of the same name."""
    rows = list(tracks_in_use().order_by("scheme", "position", "pk"))
    names = [row.name for row in rows]
    return {row.name if names.count(row.name) == 1 else f"{row}（{row.scheme}）": row for row in rows}
