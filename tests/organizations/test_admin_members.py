"""党员 and 组织关系转接 in the workplace: a street with two communities, the clerk of each, and a foreign street."""

from datetime import timedelta

from auditlog.models import LogEntry
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from govern.dates import months_after
from organizations.models import Organization, PartyMember, Transfer
from organizations.services.transfers import propose_transfer, release
from tests.factories import make_branch, make_member, make_organization, make_post
from tests.organizations.test_admin import sheet
from tests.organizations.test_services_members import number

Kind, Status = Organization.Kind, Transfer.Status
TODAY = timezone.localdate


def url(name, *args, model="partymember"):
    return reverse(f"admin:organizations_{model}_{name}", args=args)


class World(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.root = make_organization(Kind.INDUSTRY_COMMITTEE)
        cls.own, cls.near = (make_organization(Kind.COMMITTEE, cls.root, name=f"{name}社区党委") for name in "甲乙")
        cls.branch = make_branch(cls.own, name="甲支部")
        cls.other_branch = make_branch(cls.near, name="乙支部")
        cls.foreign_branch = make_branch(name="远方支部")
        cls.clerk, cls.near_clerk = (make_post(organization=body) for body in (cls.own, cls.near))
        cls.street = make_post(role="street_staff", organization=cls.root)
        cls.member = make_member(cls.branch, name="周明", phone="13812345678", identity_number=number(7))
        cls.near_member = make_member(cls.other_branch, name="吴乙", identity_number=number(9))
        cls.foreign_member = make_member(cls.foreign_branch, name="远方人", identity_number=number(11))

    def setUp(self):
        self.client.force_login(self.clerk)

    def as_user(self, user):
        self.client.force_login(user)
        return self.client


class ListTests(World):
    def names(self, **query):
        return [row.name for row in self.client.get(url("changelist"), query).context["cl"].result_list]

    def test_shows_the_own_register_masked(self):
        response = self.client.get(url("changelist"))
        self.assertContains(response, "138****5678")
        for words in ("13812345678", number(7), "吴乙", "远方人"):
            self.assertNotContains(response, words)

    def test_finds_by_name_and_by_whole_numbers(self):
        for words in ("周", "13812345678", number(7)):
            self.assertEqual(self.names(q=words), ["周明"], words)
        for words in ("1381234", number(9), "%"):
            self.assertEqual(self.names(q=words), [], words)

    def test_filters(self):
        fresh = make_member(self.branch, "probationary", name="新人", joined_on=months_after(TODAY(), -13))
        make_member(self.branch, "probationary", name="快了", joined_on=months_after(TODAY(), -11))
        make_member(self.branch, "probationary", name="还早", joined_on=TODAY())
        make_member(self.branch, name="走了", left_on=TODAY(), leaving="deceased")
        self.assertEqual(self.names(probation="over"), [fresh.name])
        self.assertEqual(self.names(probation="due"), ["快了"])
        self.assertEqual(self.names(here="gone"), ["走了"])
        self.assertEqual(len(self.names(here="all")), 5)
        self.assertEqual(len(self.names(under=self.own.pk)), 4)
        for key in (self.near.pk, "x", "9" * 30):
            self.assertEqual(self.names(under=key), [])
        self.as_user(self.street)
        self.assertEqual(self.names(under=self.near.pk), ["吴乙"])

    def test_export_is_masked_and_scoped(self):
        heads, *rows = sheet(self.client.get(url("export")))
        self.assertEqual([row[heads.index("姓名")] for row in rows], ["周明"])
        self.assertEqual(rows[0][heads.index("手机号")], "138****5678")
        self.assertEqual(rows[0][heads.index("身份证号")], f"990{'*' * 11}{number(7)[-4:]}")

    def test_queries_do_not_grow_with_rows(self):
        group = make_organization(Kind.BUILDING_GROUP, self.branch)
        for page in ("changelist", "export"):
            self.client.get(url(page))
            with CaptureQueriesContext(connection) as before:
                self.client.get(url(page))
            for _ in range(6):
                make_member(self.branch, group=group)
            with self.subTest(page), self.assertNumQueries(len(before)):
                self.client.get(url(page))
            self.assertLess(len(before), 20)


class WriteTests(World):
    def fields(self, **fields):
        return {
            "branch": self.branch.pk,
            "name": "孙丽",
            "gender": "female",
            "stage": "full",
            "joined_on": "2010-07-01",
            "full_on": "2011-07-01",
            "employment": "in_service",
            "identity_number": number(20).lower(),
            **fields,
        }

    def test_registers_through_the_service(self):
        response = self.client.post(url("add"), self.fields())
        made = PartyMember.objects.get(name="孙丽")
        self.assertRedirects(response, url("change", made.pk))
        self.assertEqual((made.branch, made.identity_number), (self.branch, number(20)))
        self.assertEqual(made.events.get().actor, self.clerk)

    def test_what_is_refused_stands_beside_its_field(self):
        table = [
            ({"identity_number": number(7)}, "identity_number", "已登记在“甲支部”"),
            ({"identity_number": number(11)}, "identity_number", "另一个党支部（不在您的管辖范围）"),
            ({"identity_number": "12"}, "identity_number", "您填了 2 位"),
            ({"full_on": ""}, "full_on", "正式党员要填转正日期"),
            ({"joined_on": "2999-01-01"}, "joined_on", "不能晚于今天"),
            ({"phone": "138"}, "phone", "您填了 3 位"),
            ({"branch": self.foreign_branch.pk}, "branch", ""),
            ({"branch": self.own.pk}, "branch", ""),
        ]
        for fields, field, words in table:
            with self.subTest(fields):
                response = self.client.post(url("add"), self.fields(**fields))
                errors = response.context["adminform"].form.errors
                self.assertEqual(list(errors), [field])
                self.assertIn(words, errors[field][0])
                self.assertNotContains(response, "远方支部")
        self.assertEqual(PartyMember.objects.count(), 3)

    def test_corrects_facts_and_keeps_the_numbers(self):
        page = self.client.get(url("edit", self.member.pk))
        for words in ("13812345678", number(7)):
            self.assertNotContains(page, words)
        fields = self.fields(
            name="周小明", identity_number="", phone="", branch=self.other_branch.pk, stage="probationary"
        )
        self.assertRedirects(self.client.post(url("edit", self.member.pk), fields), url("change", self.member.pk))
        self.member.refresh_from_db()
        kept = (self.member.phone, self.member.identity_number, self.member.branch, self.member.stage)
        self.assertEqual(kept, ("13812345678", number(7), self.branch, "full"))
        self.assertEqual(self.member.events.get().note, "姓名、入党日期、转正日期")

    def test_probation_to_full_on_the_page(self):
        fresh = make_member(self.branch, "probationary", joined_on=months_after(TODAY(), -13))
        page = self.client.get(url("change", fresh.pk))
        self.assertContains(page, "预备期已满")
        early = (TODAY() - timedelta(days=100)).isoformat()
        refused = self.client.post(url("act", fresh.pk, "confirm"), {"on": early, "note": "大会通过"})
        self.assertContains(refused, "才满", status_code=422)
        self.assertContains(refused, "大会通过", status_code=422)
        for words in ("已转为正式党员", "已经办过"):
            done = self.client.post(url("act", fresh.pk, "confirm"), {"on": TODAY().isoformat()}, follow=True)
            self.assertContains(done, words)
        self.assertEqual(fresh.events.count(), 1)

    def test_leaving_and_the_group(self):
        group = make_organization(Kind.BUILDING_GROUP, self.branch, name="3栋党小组")
        self.client.post(url("act", self.member.pk, "assign-group"), {"group": group.pk})
        self.assertContains(self.client.get(url("change", self.member.pk)), "3栋党小组")
        gone = {"leaving": "transferred", "on": TODAY().isoformat()}
        self.assertContains(self.client.post(url("act", self.member.pk, "leave"), gone, follow=True), "已登记离开")
        page = self.client.get(url("change", self.member.pk))
        self.assertNotContains(page, "登记离开")
        self.assertRedirects(self.client.get(url("edit", self.member.pk)), url("change", self.member.pk))
        undone = self.client.post(url("act", self.member.pk, "undo-leaving"), {"reason": "登记错了人"}, follow=True)
        self.assertContains(undone, "回到原党支部的名册")

    def test_reveals_by_a_click_that_is_written_down(self):
        for field, value in (("phone", "13812345678"), ("identity_number", number(7))):
            reveal = reverse("accounts:reveal", args=["organizations", "partymember", self.member.pk, field])
            self.assertContains(self.client.post(reveal), value)
        self.assertEqual(LogEntry.objects.filter(action=LogEntry.Action.ACCESS, actor=self.clerk).count(), 2)

    def test_foreign_members_are_not_there(self):
        names = [("change",), ("edit",), ("transfer",), ("history",), ("act", "leave"), ("act", "confirm")]
        for member in (self.near_member, self.foreign_member):
            for name, *verb in names:
                for method in (self.client.get, self.client.post):
                    with self.subTest(name, method=method.__name__):
                        self.assertEqual(method(url(name, member.pk, *verb)).status_code, 404)
            reveal = reverse("accounts:reveal", args=["organizations", "partymember", member.pk, "phone"])
            self.assertEqual(self.client.post(reveal).status_code, 404)
        self.assertEqual(self.client.post(url("act", self.member.pk, "vanish")).status_code, 404)


class TransferTests(World):
    def begin(self, user=None, member=None, target=None):
        return propose_transfer(
            member or self.member, target=target or self.other_branch, reason="搬家", actor=user or self.clerk
        )

    def act(self, transfer, verb, user, **fields):
        return self.as_user(user).post(url("act", transfer.pk, verb, model="transfer"), fields, follow=True)

    def test_begins_from_the_members_page(self):
        page = url("transfer", self.member.pk)
        self.assertNotContains(self.client.get(page), "发起转接")
        self.assertContains(self.client.get(page, {"q": "没有的"}), "没有名称含这些字的党支部")
        found = self.client.get(page, {"q": "乙社"})
        self.assertContains(found, "乙社区党委／乙支部")
        refused = self.client.post(page, {"target": self.other_branch.pk, "reason": ""})
        self.assertContains(refused, "请填写转接原因", status_code=422)
        self.assertContains(refused, "乙支部", status_code=422)
        for target in ("", "x", self.branch.pk, self.own.pk):
            self.assertEqual(self.client.post(page, {"target": target, "reason": "搬家"}).status_code, 422)
        self.client.post(page, {"target": self.other_branch.pk, "reason": "搬家"})
        transfer = Transfer.objects.get()
        for method in (self.client.get, self.client.post):
            self.assertRedirects(method(page), url("change", transfer.pk, model="transfer"))

    def test_both_sides_confirm_on_the_page(self):
        transfer = self.begin()
        self.assertContains(self.client.get(url("changelist", model="transfer"), {"turn": "mine"}), "我方确认转出")
        self.assertContains(self.act(transfer, "receive", self.near_clerk), "您这一步不用再办")
        self.assertContains(self.act(transfer, "release", self.clerk), "已同意转出")
        waiting = self.as_user(self.near_clerk).get(url("changelist", model="transfer"), {"turn": "mine"})
        self.assertContains(waiting, "我方确认接收")
        self.assertContains(self.act(transfer, "receive", self.near_clerk), "已接收")
        self.member.refresh_from_db()
        self.assertEqual(self.member.branch, self.other_branch)
        self.assertContains(self.as_user(self.near_clerk).get(url("change", self.member.pk)), "转入乙支部")
        self.assertEqual(self.as_user(self.clerk).get(url("change", self.member.pk)).status_code, 404)
        self.assertContains(self.client.get(url("change", transfer.pk, model="transfer")), "已转接")
        self.assertContains(self.act(transfer, "withdraw", self.clerk), "您这一步不用再办")

    def test_declined_with_a_reason_that_is_kept(self):
        transfer = release(self.begin(), actor=self.clerk)
        self.assertEqual(self.act(transfer, "decline", self.near_clerk, reason="").status_code, 422)
        self.assertContains(self.act(transfer, "decline", self.near_clerk, reason="材料不全"), "材料不全")

    def test_who_asks_does_not_learn_where_before_the_answer(self):
        fields = {
            "name": "周明",
            "identity_number": number(7).lower(),
            "target": self.other_branch.pk,
            "reason": "搬来",
        }
        request = url("add", model="transfer")
        self.as_user(self.near_clerk)
        wrong = self.client.post(request, {**fields, "name": "周某"})
        self.assertContains(wrong, "没有查到这个姓名和身份证号", status_code=422)
        self.assertEqual(self.client.post(request, {**fields, "target": self.branch.pk}).status_code, 422)
        page = self.client.post(request, fields, follow=True)
        transfer = Transfer.objects.get()
        listed = self.client.get(url("changelist", model="transfer"))
        for answer in (page, listed):
            self.assertContains(answer, "对方党支部（确认后显示）")
            self.assertNotContains(answer, "甲支部")
        self.assertNotContains(page, "138****5678")
        self.assertEqual(sheet(self.client.get(url("export", model="transfer")))[1][2], "对方党支部（确认后显示）")
        self.act(transfer, "release", self.clerk)
        told = self.as_user(self.near_clerk).get(url("change", transfer.pk, model="transfer"))
        self.assertContains(told, "甲支部")

    def test_a_transfer_between_others_is_not_there(self):
        far = make_member(self.foreign_branch)
        chief = make_post(role="platform_admin")
        transfer = propose_transfer(far, target=self.other_branch, reason="搬家", actor=chief)
        for name, *verb in [("change",), ("history",), ("act", "release"), ("act", "withdraw")]:
            for method in (self.client.get, self.client.post):
                self.assertEqual(method(url(name, transfer.pk, *verb, model="transfer")).status_code, 404)
        self.assertNotContains(self.client.get(url("changelist", model="transfer")), far.name)
        self.assertEqual(len(sheet(self.client.get(url("export", model="transfer")))), 1)

    def test_queries_do_not_grow_with_rows(self):
        self.begin()
        listed = url("changelist", model="transfer")
        self.client.get(listed)
        with CaptureQueriesContext(connection) as before:
            self.client.get(listed)
        for _ in range(8):
            self.begin(member=make_member(self.branch))
        with self.assertNumQueries(len(before)):
            self.client.get(listed)
        self.assertLess(len(before), 20)

    def test_readers_do_not_act(self):
        reader = make_post(role="auditor")
        self.assertEqual(self.as_user(reader).get(url("changelist")).status_code, 403)
        self.assertEqual(self.as_user(reader).get(url("add", model="transfer")).status_code, 403)
