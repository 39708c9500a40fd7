"""民情日记: written by whoever is on duty there, read by its author and staff, turned into something once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from checklists.models import Need
from grids.models import Duty
from patrols.models import CareHousehold, Note
from patrols.services import notes
from tests import factories as make
from tests.checklists.residents import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def building():
    quarter = make.make_quarter()
    return make.make_building(quarter, grid=make.make_grid(quarter.community))


@pytest.fixture
def community(building):
    return building.quarter.community


@pytest.fixture
def worker(building):
    return make.make_worker_of(building.grid)


@pytest.fixture
def clerk(community, client):
    user = make.make_post(organization=community.organization)
    client.force_login(user)
    return user


@pytest.fixture
def typed(building):
    return {
        "channel": "grid",
        "building": building.pk,
        "address_detail": "2单元501",
        "category": make.make_category().pk,
        "text": "电梯又停了",
        "urgency": 1,
        "target_group": 1,
        "people_count": 1,
        "contact_name": "张阿姨",
        "contact_phone": "13812345678",
        "consent": "on",
    }


class TestWriting:
    def test_the_building_tells_the_grid(self, building, community, worker):
        note = notes.write_note(community=community, building=building, topic="elders", text=" 想要扶手 ", actor=worker)
        assert (note.grid, note.text, note.author) == (building.grid, "想要扶手", worker)

    def test_sent_twice_is_one_and_anothers_key_is_refused(self, community, worker, building):
        key = uuid4()
        told = {"community": community, "text": "灯坏了", "client_key": key}
        one, two = (notes.write_note(**told, actor=worker) for _ in "ab")
        assert one == two and Note.objects.count() == 1
        with pytest.raises(ValidationError):
            notes.write_note(**told, actor=make.make_worker_of(building.grid))

    def test_a_building_head_writes_for_the_own_community(self, building, community):
        head = make.make_post(make.make_user(), "grid_worker", community.organization)
        with pytest.raises(PermissionDenied):
            notes.write_note(community=community, text="灯坏了", actor=head)
        make.make_duty(Duty.Kind.BUILDING_HEAD, building=building, user=head)
        note = notes.write_note(community=community, building=building, text="灯坏了", actor=head)
        assert Note.objects.visible_to(head).get() == note
        with pytest.raises(PermissionDenied):
            notes.write_note(community=make.make_community(), text="灯坏了", actor=head)

    @pytest.mark.parametrize(
        "wrong", [{"building": "other"}, {"grid": "other"}, {"heard_at": "future"}, {"text": " "}, {"topic": "weather"}]
    )
    def test_wrong_input_is_told_beside_its_field(self, wrong, community, worker):
        values = {
            "building": make.make_building,
            "grid": make.make_grid,
            "heard_at": lambda: timezone.now() + timedelta(days=1),
        }
        ((name, value),) = wrong.items()
        told = {"text": "灯坏了", name: values[name]() if name in values else value}
        with pytest.raises(ValidationError) as refusal:
            notes.write_note(community=community, actor=worker, **told)
        assert name in refusal.value.error_dict and not Note.objects.exists()


class TestVerbs:
    def test_topic_once(self, community, clerk):
        note = make.make_note(community)
        at = timezone.now()
        assert notes.suggest_topic(note, actor=clerk, at=at).suggested_at == at
        assert notes.suggest_topic(note, actor=clerk).suggested_at == at
        assert Note.objects.became("topic").get() == note and not Note.objects.became("none").exists()

    def test_visit_is_due_today_and_never_later(self, community, building, clerk):
        today = timezone.localdate()
        late = make.make_household(building, due_on=today + timedelta(days=20))
        over = make.make_household(building, due_on=today - timedelta(days=2))
        for household, due_on in ((late, today), (over, over.due_on)):
            note = make.make_note(community)
            for _ in range(2):
                assert notes.plan_visit(note, household, actor=clerk).household == household
            household.refresh_from_db()
            assert household.due_on == due_on

    def test_households_of_others_are_refused(self, community, clerk):
        for household in (make.make_household(), make.make_household(make.make_building())):
            with pytest.raises(ValidationError):
                notes.plan_visit(make.make_note(community), household, actor=clerk)

    def test_author_and_staff_may_and_others_not(self, community, worker):
        note = make.make_note(community, worker)
        notes.suggest_topic(note, actor=worker)
        for stranger in (make.make_worker_of(), make.make_post(organization=make.make_organization())):
            with pytest.raises(PermissionDenied):
                notes.suggest_topic(note, actor=stranger)


class TestStaffPages:
    def url(self, name, *args):
        return reverse(f"admin:patrols_note_{name}", args=args)

    def test_list_filters_and_pins_its_queries(self, client, community, clerk, worker, django_assert_max_num_queries):
        for number in range(5):
            make.make_note(community, worker, topic="elders" if number else "parking", text=f"第{number}条")
        make.make_note(text="别处的话")
        client.get(self.url("changelist"))
        with django_assert_max_num_queries(17):
            text = words_of(client.get(self.url("changelist")))
        assert "第3条" in text and "别处的话" not in text
        text = words_of(client.get(self.url("changelist"), {"topic__exact": "parking"}))
        assert "第0条" in text and "第3条" not in text
        assert client.get(self.url("export"))["Content-Type"].endswith("sheet")

    def test_written_by_staff(self, client, community, building, clerk):
        typed = {"community": community.pk, "building": building.pk, "topic": "parking", "text": "没车位"}
        client.post(self.url("add"), typed)
        note = Note.objects.get()
        assert (note.author, note.grid) == (clerk, building.grid)
        answer = client.post(self.url("add"), {**typed, "building": make.make_building().pk})
        assert answer.status_code == 200 and Note.objects.count() == 1

    def test_becomes_a_need_once(self, client, community, building, clerk, typed):
        note = make.make_note(community, building=building)
        page = self.url("need", note.pk)
        form = client.get(page).context["form"]
        assert (form.initial["text"], form.initial["building"]) == (note.text, building.pk)
        for _ in range(2):
            client.post(page, typed)
        note.refresh_from_db()
        assert (note.need, note.need.channel) == (Need.objects.get(), "grid")

    def test_becomes_a_visit_to_somebody_new(self, client, community, building, clerk):
        note = make.make_note(community)
        answer = client.post(self.url("visit", note.pk), {"group": "other"})
        assert answer.status_code == 422 and "请填姓名" in words_of(answer)
        typed = {"building": building.pk, "room": "1单元101", "name": "王桂兰", "group": "lonely_elder"}
        for _ in range(2):
            client.post(self.url("visit", note.pk), typed)
        household = CareHousehold.objects.get()
        note.refresh_from_db()
        assert (note.household, household.due_on) == (household, timezone.localdate())

    def test_out_of_reach_is_not_there(self, client, clerk):
        note = make.make_note()
        for name in ("change", "need", "visit", "topic"):
            assert client.post(self.url(name, note.pk)).status_code == 404


class TestPhone:
    def test_the_author_moves_the_own_note_on(self, client, community, building, worker, typed):
        client.force_login(worker)
        note, foreign = make.make_note(community, worker, building=building), make.make_note()
        household = make.make_household(building, due_on=timezone.localdate() + timedelta(days=9))
        page = reverse("notes:detail", args=[note.pk])
        text = words_of(client.get(page))
        assert "转成需求" in text and "转成走访" in text and "建议列为议题" in text
        for _ in range(2):
            client.post(reverse("notes:topic", args=[note.pk]))
            assert client.post(reverse("notes:need", args=[note.pk]), typed)["Location"] == page
            client.post(reverse("notes:visit", args=[note.pk]), {"household": household.pk})
        note.refresh_from_db()
        assert (note.need, note.household) == (Need.objects.get(), household) and note.suggested_at
        for name in ("detail", "topic", "visit", "need"):
            assert client.get(reverse(f"notes:{name}", args=[foreign.pk])).status_code in (302, 404)
        assert client.post(reverse("notes:topic", args=[foreign.pk])).status_code == 404
