"""Export, print and publication of the four lists in the workplace: the columns, the filter, the scope."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from checklists.columns import LISTS
from checklists.models import Publication
from checklists.services.publications import publish
from tests import factories
from tests.checklists.lists import make_activity, make_project, sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return factories.make_community()


@pytest.fixture
def clerk(community, client):
    user = factories.make_post(role="community_staff", organization=community.organization)
    client.force_login(user)
    return user


def plant(community, words):
    """One row of each list whose name, place or unit holds `words`."""
    unit = factories.make_unit(community.organization, name=f"{words}单位")
    factories.make_resource(unit, name=f"{words}资源")
    factories.make_need("accepted", community=community, text=f"{words}灯坏了")
    make_activity(community, name=f"{words}活动", unit=unit)
    make_project(community, name=f"{words}项目", unit=unit)


class TestEveryList:
    @pytest.mark.parametrize("key", LISTS)
    def test_exports_and_prints_its_own_rows_in_the_offices_columns(self, key, client, clerk, community):
        plant(community, "本地")
        plant(factories.make_community(), "外地")
        checklist, base = LISTS[key], f"admin:checklists_{LISTS[key].model.lower()}"
        heads, *rows = sheet_of(client.get(reverse(f"{base}_export")))
        assert list(heads) == checklist.heads
        assert len(rows) == 1
        assert rows[0][0] == 1
        assert "外地" not in str(rows)
        page = client.get(reverse(f"{base}_print"))
        text = page.content.decode()
        assert page.context["heads"] == checklist.heads
        assert f"{community}{checklist.title}" in text
        assert "外地" not in text
        assert "（盖章）" in text

    @pytest.mark.parametrize("key", LISTS)
    def test_has_its_buttons(self, key, client, clerk):
        base = f"admin:checklists_{LISTS[key].model.lower()}"
        text = client.get(reverse(f"{base}_changelist")).content.decode()
        for name in ("import", "export", "print", "publication"):
            assert reverse(f"{base}_{name}") in text

    @pytest.mark.parametrize("key", LISTS)
    def test_shows_a_supervisor_no_import_and_no_publication(self, key, client, community):
        client.force_login(factories.make_post(role="supervisor", organization=community.organization))
        base = f"admin:checklists_{LISTS[key].model.lower()}"
        for name in ("import", "import_template", "publication", "print", "export"):
            assert client.get(reverse(f"{base}_{name}")).status_code in (302, 403)


class TestPrint:
    def test_follows_the_filter_and_masks(self, client, clerk, community):
        need = factories.make_need(community=community, contact_name="欧阳震华")
        factories.make_need("accepted", community=community)
        text = client.get(reverse("admin:checklists_need_print"), {"status__exact": "submitted"}).content.decode()
        assert "共 1 件" in text
        assert need.spoken_code in text
        assert need.masked_contact_phone in text
        assert "震华" not in text

    def test_for_the_wall_leaves_out_people_and_codes(self, client, clerk, community):
        need = factories.make_need(community=community)
        page = client.get(reverse("admin:checklists_need_print"), {"posted": "1"})
        assert page.context["heads"] == ["序号", *(column.head for column in LISTS["needs"].public_columns)]
        assert need.spoken_code not in page.content.decode()

    @pytest.mark.parametrize("asked", ["²", "9" * 30, "-1"])
    def test_what_is_no_community_harms_nobody(self, asked, client, clerk):
        page = client.get(reverse("admin:checklists_project_print"), {"community__id__exact": asked})
        assert page.status_code < 500

    @pytest.mark.parametrize("token", ["x" * 300, "A-b_c", "0" * 47])
    def test_an_address_that_is_no_upload_is_404(self, token, client, clerk):
        url = reverse("admin:checklists_project_import_preview", args=[token])
        assert [client.get(url).status_code, client.post(url, {"drop": "1"}).status_code] == [404, 404]

    def test_says_what_did_not_fit(self, client, clerk, community, monkeypatch):
        monkeypatch.setattr("checklists.admin.printing.MOST", 1)
        for _ in range(3):
            factories.make_need(community=community)
        text = client.get(reverse("admin:checklists_need_print")).content.decode()
        assert "还有 2 件没有印上" in text

    def test_costs_the_same_for_one_row_and_for_five(self, client, clerk, community, django_assert_max_num_queries):
        url = reverse("admin:checklists_need_print")
        factories.make_need(community=community)
        client.get(url)
        with django_assert_max_num_queries(30) as first:
            client.get(url)
        for _ in range(4):
            factories.make_need("taken", community=community)
        with django_assert_max_num_queries(len(first)):
            client.get(url)


class TestPublication:
    def url(self, community, key="needs"):
        return reverse(f"admin:checklists_{LISTS[key].model.lower()}_publication_change", args=[community.pk])

    def test_one_community_is_gone_to_at_once_and_several_are_listed(self, client, clerk, community):
        page = reverse("admin:checklists_need_publication")
        assert client.get(page).url == self.url(community)
        other = factories.make_community(street=community.street)
        factories.make_post(clerk, organization=other.organization)
        text = client.get(page).content.decode()
        assert str(community) in text
        assert str(other) in text

    def test_is_kept_and_leaves_a_trace(self, client, clerk, community):
        answer = client.post(self.url(community), {"columns": ["name", "status"], "is_public": "on"})
        assert answer.status_code == 302
        row = Publication.objects.get()
        assert (row.columns, row.is_public, row.changed_by) == (["name", "status"], True, clerk)
        assert LogEntry.objects.get_for_object(row).first().actor == clerk

    @pytest.mark.parametrize("key", LISTS)
    def test_nobody_can_choose_a_personal_column(self, key, client, clerk, community):
        for column in LISTS[key].columns:
            if column.may_be_public:
                continue
            answer = client.post(self.url(community, key), {"columns": [column.key], "is_public": "on"})
            assert answer.status_code == 422
            with pytest.raises(Exception, match="不能公开"):
                publish(community, key, columns=[column.key], is_public=True, actor=clerk)
        assert not Publication.objects.filter(is_public=True).exists()

    def test_public_without_columns_is_refused(self, client, clerk, community):
        answer = client.post(self.url(community), {"is_public": "on"})
        assert answer.status_code == 422
        assert "至少选一个栏目" in answer.content.decode()

    def test_preview_keeps_nothing(self, client, clerk, community):
        factories.make_need("accepted", community=community, text="楼道灯坏了")
        page = client.post(self.url(community), {"columns": ["text"], "preview": "1"})
        assert "楼道灯坏了" in page.content.decode()
        assert not Publication.objects.exists()

    def test_a_foreign_community_is_404(self, client, clerk):
        foreign = factories.make_community()
        assert client.get(self.url(foreign)).status_code == 404
        assert client.post(self.url(foreign), {"columns": ["name"]}).status_code == 404
