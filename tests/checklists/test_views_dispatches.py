from datetime import timedelta
from io import BytesIO

from auditlog.models import LogEntry
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase, override_settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from checklists.models import Dispatch, Need, NeedEvent, Resource
from checklists.services import dispatches, links, needs, photos
from checklists.views.cards import Clock
from organizations.photos import clean_photo
from tests.factories import (
    at,
    make_building,
    make_category,
    make_community,
    make_duty,
    make_grid,
    make_liaison,
    make_need,
    make_post,
    make_quarter,
    make_resource,
    make_superuser,
    make_unit,
    make_user,
)

Status = Need.Status
PHONE = "13855556666"


def picture(name="photo.jpg"):
    out = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


# Session and user 2, working calendar 2, permissions 2, reach 6, unit and its three lists and resources 5, what may be
# grabbed 2, grids and their needs 3, unread messages 1, the session written back 3.
QUERIES_OF_HOME = 39  # of somebody who is both: the list of a grid and the page of a unit
QUERIES_OF_LIST = 15


class Desk(TestCase):
    """One unit with a resource and a liaison, and a need in its hands."""

    @classmethod
    def setUpTestData(cls):
        cls.community = make_community()
        cls.building = make_building(make_quarter(cls.community))
        cls.unit = make_unit(cls.community.organization, name="第二小学")
        cls.liaison = make_liaison(cls.unit)
        cls.category = make_category("课后托管")
        cls.resource = make_resource(cls.unit, cls.category, name="托管班")

    def setUp(self):
        self.client.force_login(self.liaison)

    def row(self, status=Status.DISPATCHED, resource=None, **fields):
        fields.setdefault("building", self.building)
        fields.setdefault("contact_phone", PHONE)
        fields.setdefault("address_detail", "2单元501")
        need = make_need(status, resource=resource or self.resource, category=self.category, **fields)
        return Dispatch.objects.get(need=need)

    def url(self, verb, row):
        return reverse(f"desk:dispatch_{verb}", args=[row.pk])

    def post(self, verb, row, **data):
        return self.client.post(self.url(verb, row), data, follow=True)

    def state(self, row):
        row = Dispatch.objects.select_related("need").get(pk=row.pk)
        return row.status, row.need.status


class VerbTests(Desk):
    def test_take_start_finish_and_the_rating_comes_back(self):
        row = self.row()
        self.assertContains(self.client.get(reverse("desk:home")), "待接单")
        self.assertContains(self.post("take", row), "已接单。请在")
        self.assertContains(self.post("start", row), "已开始服务")
        done = self.post("finish", row, note="周三起有人带孩子。", photos=[picture(), picture()])
        self.assertContains(done, "已完成，谢谢")
        self.assertEqual(self.state(row), ("finished", "done"))
        self.assertEqual(row.need.photos.filter(stage="finished").count(), 2)
        needs.rate(
            row.need, actor=NeedEvent.Party.RESIDENT, satisfaction="satisfied", is_solved=True, note="老师很耐心"
        )
        home = self.client.get(reverse("desk:home"))
        self.assertContains(home, "满意，已解决")
        self.assertContains(home, "老师很耐心")
        event = NeedEvent.objects.get(need=row.need, to_status="done")
        self.assertEqual((event.actor, event.party), (self.liaison, "unit"))

    def test_every_verb_twice_is_harmless(self):
        row = self.row()
        for verb, data in (("take", {}), ("start", {}), ("finish", {"note": "好了。"})):
            with self.subTest(verb):
                self.post(verb, row, **data)
                before = self.state(row), NeedEvent.objects.filter(need=row.need).count()
                self.assertEqual(self.post(verb, row, **data).status_code, 200)
                self.assertEqual((self.state(row), NeedEvent.objects.filter(need=row.need).count()), before)

    def test_decline_asks_for_a_reason_and_keeps_the_words(self):
        row = self.row()
        answer = self.post("decline", row, note="老师在集训")
        self.assertContains(answer, "请选择不能接单的原因。")
        self.assertContains(answer, "老师在集训")
        self.assertContains(self.post("decline", row, reason="other"), "请写明原因。")
        self.assertContains(self.post("decline", row, reason="bribe"), "请选择不能接单的原因。")
        self.assertEqual(self.state(row), ("offered", "dispatched"))
        self.assertContains(self.post("decline", row, reason="no_people", note="老师在集训"), "已退回社区")
        self.assertEqual(self.state(row), ("declined", "accepted"))

    def test_taken_dispatch_can_be_given_back(self):
        row = self.row(Status.IN_SERVICE)
        self.post("decline", row, reason="no_time")
        self.assertEqual(self.state(row), ("declined", "accepted"))

    def test_finish_wants_words(self):
        row = self.row(Status.TAKEN)
        self.assertContains(self.post("finish", row, note="  "), "请写一句办理结果，居民会看到。")
        self.assertEqual(self.state(row), ("taken", "taken"))

    def test_bad_photos_lose_no_words_and_finish_nothing(self):
        row = self.row(Status.TAKEN)
        text = SimpleUploadedFile("说明.jpg", b"not a picture", "image/jpeg")
        cases = {"不是能打开的照片": [text], "最多 3 张照片": [picture() for _ in range(4)]}
        for words, files in cases.items():
            with self.subTest(words):
                answer = self.post("finish", row, note="孩子已安顿好", photos=files)
                self.assertContains(answer, words)
                self.assertContains(answer, "孩子已安顿好")
        self.assertEqual(self.state(row), ("taken", "taken"))
        self.assertFalse(row.need.photos.exists())

    def test_what_was_recalled_cannot_be_taken(self):
        row = self.row()
        dispatches.recall(row, actor=make_superuser())
        self.assertContains(self.post("take", row), "这张派单已收回")
        self.assertEqual(self.state(row), ("recalled", "accepted"))
        page = self.client.get(self.url("detail", row))
        self.assertContains(page, "已不在您的单位手里")
        self.assertNotContains(page, row.need.text)
        for verb in ("decline", "finish"):
            self.assertRedirects(self.client.get(self.url(verb, row)), self.url("detail", row))

    def test_suspended_need_can_only_be_given_back(self):
        row = self.row(Status.TAKEN)
        until = timezone.localdate() + timedelta(days=5)
        needs.suspend(row.need, actor=make_superuser(), reason="等开学", until=until)
        page = self.client.get(self.url("detail", row))
        self.assertContains(page, "已把这件事挂起")
        self.assertNotContains(page, self.url("start", row))
        self.assertContains(self.post("start", row), "您看到的是旧页面")
        self.assertContains(self.post("finish", row, note="好了。"), "您看到的是旧页面")
        self.assertEqual(self.state(row), ("taken", "suspended"))
        self.assertContains(self.post("decline", row, reason="no_time"), "已退回社区")

    def test_verbs_are_not_links(self):
        row = self.row()
        for verb in ("take", "start"):
            self.assertEqual(self.client.get(self.url(verb, row)).status_code, 405)


class ScopeTests(Desk):
    def test_another_unit_is_404(self):
        other = make_resource(make_unit(self.community.organization), self.category)
        row = self.row(resource=other)
        photos.add_photos(row.need, [clean_photo(picture())])
        for verb in ("detail", "decline", "finish"):
            self.assertEqual(self.client.get(self.url(verb, row)).status_code, 404, verb)
        for verb in ("take", "start", "decline", "finish"):
            self.assertEqual(self.client.post(self.url(verb, row), {"note": "x", "reason": "no_time"}).status_code, 404)
        photo = reverse("desk:photo", args=[row.need.photos.get().pk])
        self.assertEqual(self.client.get(photo).status_code, 404)
        self.assertEqual(self.client.get(reverse("desk:resource_change", args=[other.pk])).status_code, 404)
        pause = reverse("desk:resource_pause", args=[other.pk])
        self.assertEqual(self.client.post(pause, {"is_paused": "1"}).status_code, 404)
        self.assertEqual(self.state(row), ("offered", "dispatched"))

    def test_signs_in_first(self):
        row = self.row()
        self.client.logout()
        for url in (reverse("desk:home"), self.url("detail", row), reverse("desk:resource_change", args=[1])):
            self.assertRedirects(self.client.get(url), f"{reverse('accounts:login')}?next={url}")

    def test_liaison_whose_post_ended_sees_nothing(self):
        row = self.row()
        self.liaison.posts.update(ends_on=timezone.localdate() - timedelta(days=1), starts_on="2020-01-01")
        self.assertEqual(self.client.get(self.url("detail", row)).status_code, 404)
        self.assertContains(self.client.get(reverse("desk:home")), "还没有关联单位或网格")

    def test_photos_of_an_offered_need_are_shown(self):
        row = self.row()
        photos.add_photos(row.need, [clean_photo(picture())])
        url = reverse("desk:photo", args=[row.need.photos.get().pk])
        self.assertContains(self.client.get(self.url("detail", row)), url)
        answer = self.client.get(url)
        self.assertEqual((answer.status_code, answer["Content-Type"]), (200, "image/jpeg"))
        self.assertIn("private", answer["Cache-Control"])

    def test_home_asks_as_often_for_many_rows_as_for_one(self):
        def fill():
            for status in (Status.DISPATCHED, Status.IN_SERVICE, Status.CLOSED):
                resource = make_resource(self.unit, self.category, capacity=9)
                self.row(status, resource=resource, building=make_building(self.building.quarter))

        grid = make_grid(self.community)
        make_post(self.liaison, "grid_worker", self.community.organization)
        make_duty(grid=grid, user=self.liaison)
        fill()
        self.building.quarter.buildings.update(grid=grid)
        self.client.get(reverse("desk:home"))  # content types and the like are remembered from here on
        with self.assertNumQueries(QUERIES_OF_HOME):
            self.client.get(reverse("desk:home"))
        for _ in range(3):
            fill()
        self.building.quarter.buildings.update(grid=grid)
        with self.assertNumQueries(QUERIES_OF_HOME):
            self.client.get(reverse("desk:home"))
        with self.assertNumQueries(QUERIES_OF_LIST):
            self.client.get(reverse("desk:dispatch_list"))


class ContactTests(Desk):
    def reveal(self, row, field="contact_phone", **headers):
        return self.client.post(
            reverse("accounts:reveal", args=["checklists", "need", row.need_id, field]), headers=headers
        )

    def opened(self):
        return LogEntry.objects.filter(action=LogEntry.Action.ACCESS)

    def test_no_page_holds_the_contact_in_full(self):
        for status in (Status.DISPATCHED, Status.TAKEN, Status.DONE):
            row = self.row(status)
            for url in (reverse("desk:home"), self.url("detail", row), reverse("desk:dispatch_list")):
                with self.subTest(status=status, url=url):
                    page = self.client.get(url)
                    for secret in (PHONE, "张大爷", "2单元501"):
                        self.assertNotContains(page, secret)

    def test_only_what_is_in_hand_opens_and_each_click_is_written_down(self):
        row = self.row()
        self.assertEqual(self.reveal(row).status_code, 404)
        self.assertNotContains(self.client.get(self.url("detail", row)), "reveal/")
        self.assertEqual(self.opened().count(), 0)
        self.post("take", row)
        self.assertContains(self.client.get(self.url("detail", row)), "reveal/")
        self.assertContains(self.reveal(row, **{"HX-Request": "true"}), f'href="tel:{PHONE}"')
        entry = self.opened().get()
        self.assertEqual((entry.actor, entry.additional_data["field"]), (self.liaison, "contact_phone"))
        self.post("finish", row, note="好了。")
        self.assertEqual(self.reveal(row).status_code, 404)
        self.assertEqual(self.opened().count(), 1)


class ResourceTests(Desk):
    def change(self, **data):
        url = reverse("desk:resource_change", args=[self.resource.pk])
        return self.client.post(url, {"capacity": "5", **data}, follow=True)

    def test_ring_shows_what_is_left(self):
        self.row(people_count=2)
        self.assertContains(self.client.get(reverse("desk:home")), "剩 3 / 5")

    def test_change_is_saved_and_the_waiting_needs_are_ranked_anew(self):
        waiting = make_need(Status.ACCEPTED, category=self.category, community=self.community)
        Need.objects.filter(pk=waiting.pk).update(match_due_at=None)
        until = timezone.localdate() + timedelta(days=30)
        self.assertContains(self.change(capacity="8", availability=["1", "2"], valid_until=until), "已保存")
        self.resource.refresh_from_db()
        self.assertEqual((self.resource.capacity, self.resource.availability, self.resource.valid_until), (8, 3, until))
        waiting.refresh_from_db()
        self.assertIsNotNone(waiting.match_due_at)

    def test_bad_input_is_told_beside_the_field(self):
        self.row(people_count=3)
        cases = [
            ({"capacity": "2"}, "名额不能少于本期已占用的人数。"),
            ({"capacity": "0"}, "名额至少为 1。"),
            ({"capacity": "很多"}, "名额请填整数"),
            ({"capacity": ""}, "请填写名额。"),
            ({"valid_until": "2020-01-01"}, "有效期不能早于今天"),
            ({"valid_until": "明年"}, "请填写日期"),
            ({"availability": ["3"]}, "3"),
        ]
        for data, words in cases:
            with self.subTest(data):
                page = self.change(**data)
                self.assertContains(page, words)
                self.assertTrue(page.context["form"].errors)
                self.assertContains(page, "剩 2 / 5")
        self.resource.refresh_from_db()
        self.assertEqual((self.resource.capacity, self.resource.reserved), (5, 3))

    def test_places_of_a_past_period_do_not_bind(self):
        Resource.objects.filter(pk=self.resource.pk).update(reserved=5, period_starts_on="2020-01-01")
        self.assertContains(self.change(capacity="2"), "已保存")

    def test_pause_and_resume(self):
        url = reverse("desk:resource_pause", args=[self.resource.pk])
        for _ in range(2):
            self.assertContains(self.client.post(url, {"is_paused": "1"}, follow=True), "恢复接单")
            self.assertTrue(Resource.objects.get(pk=self.resource.pk).is_paused)
        self.client.post(url, {"is_paused": "0"})
        self.assertFalse(Resource.objects.get(pk=self.resource.pk).is_paused)


class GridTests(Desk):
    def setUp(self):
        self.grid = make_grid(self.community, name="第一网格")
        self.building.grid = self.grid
        self.building.save()
        self.worker = make_post(make_user("李强"), "grid_worker", self.community.organization)
        make_duty(grid=self.grid, user=self.worker)
        self.client.force_login(self.worker)

    def test_own_grids_overdue_first_and_nothing_else(self):
        fields = {"category": self.category, "building": self.building, "contact_phone": PHONE}
        make_need(text="刚提的事", **fields)
        make_need(text="拖了很久的事", clock=timezone.now() - timedelta(days=60), **fields)
        make_need(Status.CLOSED, text="办完的事", resource=self.resource, **fields)
        make_need(text="别的楼的事", building=make_building(self.building.quarter))
        page = self.client.get(reverse("desk:home"))
        text = page.content.decode()
        self.assertLess(text.index("拖了很久的事"), text.index("刚提的事"))
        self.assertIn("已超期", text)
        self.assertNotIn("办完的事", text)
        self.assertNotIn("别的楼的事", text)
        self.assertNotIn(PHONE, text)
        self.assertNotIn("待接单", text)

    def test_contact_opens_by_a_logged_click(self):
        need = make_need(category=self.category, building=self.building, contact_phone=PHONE)
        url = reverse("accounts:reveal", args=["checklists", "need", need.pk, "contact_phone"])
        self.assertContains(self.client.get(reverse("patrol_desk:need_detail", args=[need.pk])), url)
        self.assertContains(self.client.post(url, headers={"HX-Request": "true"}), PHONE)
        self.assertEqual(LogEntry.objects.get(action=LogEntry.Action.ACCESS).actor, self.worker)

    def test_who_is_both_sees_both(self):
        make_post(self.worker, "unit_liaison", self.community.organization)
        self.unit.liaison = self.worker
        self.unit.save()
        page = self.client.get(reverse("desk:home"))
        self.assertContains(page, "待接单")
        self.assertContains(page, "第一网格")

    def test_who_is_neither_is_told_what_to_do(self):
        self.client.force_login(make_user())
        self.assertContains(self.client.get(reverse("desk:home")), "请社区工作人员把您设为单位的联络员")


class LinkTests(Desk):
    def setUp(self):
        pass  # nobody signs in here

    def url(self, verb, row):
        return reverse(f"desk:link_{verb}", args=[self.token(row)])

    def token(self, row):
        return links.make_link(row).rstrip("/").split("/")[-1]

    @override_settings(PUBLIC_URL="https://gov.example.cn")
    def test_link_is_absolute(self):
        self.assertTrue(links.make_link(self.row()).startswith("https://gov.example.cn/desk/d/"))

    def test_whole_way_without_an_account(self):
        row = self.row()
        self.assertContains(self.client.get(self.url("detail", row)), "您正在代表第二小学答复")
        self.assertContains(self.post("take", row), "已接单")
        self.post("start", row)
        self.assertContains(self.post("finish", row, note=""), "请写一句办理结果")
        self.assertContains(self.post("finish", row, note="好了。", photos=[picture()]), "已完成")
        self.assertEqual(self.state(row), ("finished", "done"))
        self.assertContains(self.post("take", row), "这张派单已完成")
        event = NeedEvent.objects.get(need=row.need, to_status="done")
        self.assertEqual((event.actor, event.party, event.dispatch), (None, "unit", row))

    def test_decline(self):
        row = self.row()
        self.assertContains(self.post("decline", row), "请选择不能接单的原因。")
        self.assertContains(self.post("decline", row, reason="no_time"), "已不在您的单位手里")
        self.assertEqual(self.state(row), ("declined", "accepted"))

    def test_contact_only_after_taking_and_each_click_is_written_down(self):
        row = self.row()
        reveal = reverse("desk:link_reveal", args=[self.token(row), "contact_phone"])
        self.assertContains(self.client.post(reveal, follow=True), "接单以后")
        self.post("take", row)
        self.assertNotContains(self.client.get(self.url("detail", row)), PHONE)
        self.assertEqual(LogEntry.objects.filter(action=LogEntry.Action.ACCESS).count(), 0)
        plain = self.client.post(reveal, REMOTE_ADDR="203.0.113.9")
        self.assertContains(plain, f'href="tel:{PHONE}"')
        entry = LogEntry.objects.get(action=LogEntry.Action.ACCESS)
        self.assertEqual((entry.actor, entry.remote_addr, entry.object_id), (None, "203.0.113.9", row.need_id))
        self.assertEqual(entry.additional_data, {"field": "contact_phone", "dispatch": row.pk})
        self.assertContains(self.client.post(reveal, headers={"HX-Request": "true"}), PHONE)
        self.assertEqual(self.client.get(reveal).status_code, 302)
        for field in ("text", "contact_phone_index"):
            url = reverse("desk:link_reveal", args=[self.token(row), field])
            self.assertEqual(self.client.post(url).status_code, 404)
        dispatches.recall(row, actor=make_superuser())
        self.assertNotContains(self.client.post(reveal, follow=True), PHONE)
        self.assertEqual(LogEntry.objects.filter(action=LogEntry.Action.ACCESS).count(), 2)

    def test_expired_and_forged(self):
        row = self.row()
        old = signing.TimestampSigner(salt=links.SALT)
        old.timestamp = lambda: signing.b62_encode(int(timezone.now().timestamp()) - 8 * 24 * 3600)
        expired = old.sign_object(row.pk)
        foreign = signing.dumps(row.pk, salt="another")
        absent = signing.dumps(row.pk + 1000, salt=links.SALT)
        cases = [(expired, 410, "已过期"), (foreign, 404, "不完整或不对"), (absent, 404, "不完整或不对")]
        cases += [(self.token(row)[:-2], 404, "不完整或不对"), ("x", 404, "不完整或不对")]
        for token, status, words in cases:
            for url in (reverse("desk:link_detail", args=[token]), reverse("desk:link_take", args=[token])):
                with self.subTest(url):
                    answer = self.client.post(url) if "take" in url else self.client.get(url)
                    self.assertContains(answer, words, status_code=status)
        self.assertEqual(self.state(row), ("offered", "dispatched"))

    def test_photos_of_this_need_only(self):
        row, other = self.row(), self.row()
        for each in (row, other):
            photos.add_photos(each.need, [clean_photo(picture())])
        own, foreign = (
            reverse("desk:link_photo", args=[self.token(row), each.need.photos.get().pk]) for each in (row, other)
        )
        self.assertEqual(self.client.get(own).status_code, 200)
        self.assertEqual(self.client.get(foreign).status_code, 404)
        dispatches.recall(row, actor=make_superuser())
        self.assertEqual(self.client.get(own).status_code, 404)

    def test_address_is_kept_nowhere_and_told_to_nobody(self):
        row = self.row()
        for answer in (self.client.get(self.url("detail", row)), self.client.get("/desk/d/x/")):
            self.assertIn("no-store", answer["Cache-Control"])
            self.assertEqual(answer["Referrer-Policy"], "strict-origin")

    def test_too_many_acts_from_one_address(self):
        row = self.row()
        answers = [self.client.post(self.url("take", row)).status_code for _ in range(31)]
        self.assertEqual((answers[0], answers[-1]), (302, 429))


class ClockTests(TestCase):
    def test_deadlines_are_said_in_working_time(self):
        clock = Clock(at("2026-11-20 16:00"))  # a Friday
        cases = [
            ("2026-11-20 16:40", "还剩 40 分钟", "warn"),
            ("2026-11-23 10:00", "还剩 3 个工作小时", "warn"),
            ("2026-11-23 18:00", "还剩 10 个工作小时", "ok"),
            ("2026-11-26 18:00", "还剩 4 个工作日", "ok"),
            ("2026-11-20 15:00", "已超期 1 个工作小时", "bad"),
        ]
        for until, words, tone in cases:
            with self.subTest(until):
                deadline = clock.deadline(at("2026-11-19 09:00"), at(until))
                self.assertEqual((deadline["words"], deadline["tone"]), (words, tone))
