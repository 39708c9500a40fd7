"""The scope matrix: two sister communities with one row of everything, and each person who works in the first one.

The walk over models, admins, pages and API routes makes a model that is added later without scope fail here.
"""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten, get_fields_from_path
from django.db.models import ForeignKey, ManyToManyField
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import Notification, SavedFilter
from checklists.models import (
    Activity,
    ActivityPhoto,
    Booking,
    Dispatch,
    Evidence,
    Need,
    NeedPhoto,
    Project,
    Resource,
    ResourceException,
    Turn,
    TurnSwap,
)
from checklists.services import needs
from govern.scoping import ScopedAdminMixin, ScopedFieldsMixin, ScopedRelatedFilter, ScopedViewMixin, is_scoped
from grids.models import Building, Grid
from organizations.models import Organization, Unit
from patrols.models import CareHousehold, ErrandShare, Incident, IncidentPhoto, Note, Round
from tests import factories
from tests.cadres.plants import cadre_rows
from tests.checklists.lists import sheet_of
from tests.checklists.plants import checklist_rows
from tests.deliberations.plants import deliberation_rows
from tests.grids.plants import ground_rows
from tests.organizations.plants import organization_rows
from tests.patrols.plants import patrol_rows
from tests.places import account_rows, make_place
from tests.volunteers.plants import volunteer_rows
from volunteers.models import Report, UnitReport, YearReview

OUR_APPS = ("accounts", "organizations", "cadres", "grids", "volunteers", "checklists", "patrols", "deliberations")
OUR_MODELS = [model for app in OUR_APPS for model in apps.get_app_config(app).get_models()]
# The same for everybody in the installation: no community owns a row of these.
SHARED = {
    "User",
    "PhoneCode",  # nobody's to see
    "Role",
    "Parameter",
    "ParameterValue",
    "PrivacyNotice",
    "Category",
    "Question",
    "CalendarDay",
    "Street",
    "District",
    "StandardAnswer",
    "Matter",
    "Skill",
    "PositionClass",
    "PointRule",
    "MessageTopic",
    "WatchedWord",
    # The scheme of community workers' posts, its rules and its pay.
    "Scheme",
    "Track",
    "Rulebook",
    "TrackRange",
    "QualificationBonus",
    "PayTable",
    "PayLevel",
    "Allowance",
}

pytestmark = pytest.mark.django_db


def plant(number, category):
    """One row of every model that belongs to somebody, in a community of its own: ({model: row}, {role: person})."""
    place = make_place(number, category)
    found = {}
    for plants in (
        account_rows,
        organization_rows,
        cadre_rows,
        ground_rows,
        volunteer_rows,
        checklist_rows,
        patrol_rows,
        deliberation_rows,
    ):
        for row in plants(place):
            found.setdefault(type(row), row)
    people = {role: factories.make_post(role=role, organization=place.body) for role in ("supervisor", "volunteer")}
    people["street_staff"] = factories.make_post(role="street_staff", organization=place.body.parent)
    return found, {
        "community_staff": place.clerk,
        "grid_worker": place.worker,
        "unit_liaison": place.liaison,
        **people,
    }


@pytest.fixture
def world():
    category = factories.make_category()
    mine, people = plant(1, category)
    sisters, _ = plant(2, category)
    return mine, sisters, people


def our_admins():
    return [(model, registered) for model, registered in admin.site._registry.items() if model in OUR_MODELS]


def routes(patterns=None, prefix="", namespace=""):
    """(qualified name, pattern text, callback) of every URL of the project."""
    for each in patterns if patterns is not None else get_resolver().url_patterns:
        text = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield f"{namespace}{each.name}", text, each.callback
        else:
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from routes(each.url_patterns, text, inner)


class TestEveryModel:
    def test_has_a_scope_of_its_own(self):
        unscoped = [model.__name__ for model in OUR_MODELS if not is_scoped(model)]
        assert unscoped == []

    def test_is_shared_or_planted_here(self, world):
        mine, _, _ = world
        missing = [model.__name__ for model in OUR_MODELS if model.__name__ not in SHARED and model not in mine]
        assert missing == []

    def test_hides_the_sister_community_from_everybody(self, world):
        _, sisters, people = world
        leaks = []
        for role, user in people.items():
            for model, row in sisters.items():
                for door in ("visible_to", "editable_by", "deletable_by"):
                    if getattr(model._default_manager.all(), door)(user).filter(pk=row.pk).exists():
                        leaks.append(f"{role} {door} {model.__name__}")
        assert leaks == []

    def test_shows_the_own_community_to_its_clerk(self, world):
        mine, _, people = world
        hidden = [
            model.__name__
            for model, row in mine.items()
            if not model._default_manager.visible_to(people["community_staff"]).filter(pk=row.pk).exists()
        ]
        # Posts are the safety officer's, openings of cases the auditor's, ballots, their codes and
        # the marks of who answered nobody's.
        assert sorted(hidden) == ["Ballot", "BallotCode", "CaseOpening", "Post", "SurveyAnswerer"]

    def test_shows_nothing_to_strangers_and_those_who_left(self, world):
        from django.contrib.auth.models import AnonymousUser

        mine, _, people = world
        gone = people["community_staff"]
        gone.is_active = False
        for model in mine:
            assert not model._default_manager.visible_to(AnonymousUser()).exists()
            assert not model._default_manager.visible_to(gone).exists()


class TestWorkplace:
    def test_every_admin_uses_the_adapters(self):
        for _, registered in our_admins():
            assert isinstance(registered, ScopedAdminMixin), registered
            for inline in registered.inlines:
                assert issubclass(inline, ScopedFieldsMixin), inline
            for item in registered.list_filter:
                name = item[0] if isinstance(item, list | tuple) else item
                if not isinstance(name, str):
                    continue
                field = get_fields_from_path(registered.model, name)[-1]
                if isinstance(field, ForeignKey | ManyToManyField) and field.related_model.__name__ not in SHARED:
                    # Empty or not names no row.
                    assert item != name, f"{registered}: {name}"
                    assert issubclass(item[1], ScopedRelatedFilter | admin.EmptyFieldListFilter), (
                        f"{registered}: {name}"
                    )

    def test_lists_details_and_history_hide_the_sister_community(self, world, client):
        mine, sisters, people = world
        seen = []
        for role in ("community_staff", "street_staff"):
            client.force_login(people[role])
            for model, _ in our_admins():
                if model not in sisters or not people[role].has_perm(
                    f"{model._meta.app_label}.view_{model._meta.model_name}"
                ):
                    continue
                base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
                page = client.get(reverse(f"{base}_changelist"))
                assert page.status_code == 200, base
                pks = (
                    {row.pk for row in flatten([list(page.context["cl"].result_list)])}
                    if page.context and "cl" in page.context
                    else set()
                )
                assert sisters[model].pk not in pks, base
                for name in ("change", "history", "delete"):
                    answer = client.get(reverse(f"{base}_{name}", args=[sisters[model].pk]))
                    assert answer.status_code in (403, 404), f"{base}_{name}: {answer.status_code}"
                    if name == "change":
                        assert answer.status_code == 404, base
                seen.append(model)
        assert len(seen) > 15

    def test_forms_offer_no_foreign_row(self, world, rf):
        _, sisters, people = world
        request = rf.get("/")
        request.user = people["community_staff"]
        for _, registered in our_admins():
            if not registered.has_add_permission(request) or registered.model is Need:
                continue
            form = registered.get_form(request)()
            for name, field in form.fields.items():
                queryset = getattr(field, "queryset", None)
                if queryset is not None and queryset.model in sisters:
                    foreign = queryset.filter(pk=sisters[queryset.model].pk)
                    assert not foreign.exists(), f"{registered}: {name}"

    def test_autocomplete_finds_no_foreign_row(self, world, client):
        _, sisters, people = world
        client.force_login(people["community_staff"])
        asked = 0
        for model, registered in our_admins():
            for name in registered.autocomplete_fields:
                field = model._meta.get_field(name)
                answer = client.get(
                    reverse("admin:autocomplete"),
                    {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": name},
                )
                if answer.status_code == 403:
                    continue
                asked += 1
                ids = {row["id"] for row in answer.json()["results"]}
                if field.related_model in sisters:
                    assert str(sisters[field.related_model].pk) not in ids, f"{model.__name__}.{name}"
        assert asked

    @pytest.mark.parametrize("name", ["need", "resource", "activity", "project"])
    def test_export_and_print_hold_only_the_own_rows(self, name, world, client):
        mine, sisters, people = world
        model = apps.get_model("checklists", name)
        client.force_login(people["community_staff"])
        words = {Need: lambda row: row.spoken_code}.get(model, lambda row: row.name)
        heads, *rows = sheet_of(client.get(reverse(f"admin:checklists_{name}_export")))
        page = client.get(reverse(f"admin:checklists_{name}_print")).content.decode()
        assert len(rows) == model.objects.visible_to(people["community_staff"]).count()
        for text in (str(rows), page):
            assert words(mine[model]) in text
            assert words(sisters[model]) not in text

    def test_steps_on_a_foreign_need_are_404(self, world, client):
        _, sisters, people = world
        client.force_login(people["community_staff"])
        for verb in ("accept", "dispatch", "withdraw", "finish"):
            answer = client.post(reverse("admin:checklists_need_step", args=[sisters[Need].pk, verb]))
            assert answer.status_code == 404


class TestInterface:
    def test_every_route_uses_the_adapter(self):
        viewsets = {
            callback.cls for _, text, callback in routes() if text.startswith("api/") and hasattr(callback, "cls")
        } - {next(cb.cls for name, _, cb in routes() if name == "schema")}
        assert viewsets
        for each in viewsets:
            assert issubclass(each, ScopedViewMixin), each

    def test_lists_and_details_hide_the_sister_community(self, world, client):
        mine, sisters, people = world
        names = {
            name: callback.cls.queryset.model
            for name, text, callback in routes()
            if text.startswith("api/") and name.endswith("-list")
        }
        assert names
        for role, user in people.items():
            client.force_login(user)
            for name, model in names.items():
                answer = client.get(reverse(name))
                if answer.status_code == 403:
                    continue
                assert answer.status_code == 200, (role, name)
                if model in sisters:
                    assert sisters[model].pk not in {row["id"] for row in answer.json()["results"]}, (role, name)
                    detail = reverse(name.replace("-list", "-detail"), args=[sisters[model].pk])
                    assert client.get(detail).status_code == 404, (role, detail)

    def test_a_foreign_filter_value_is_400(self, world, client):
        from grids.models import Community

        _, sisters, people = world
        client.force_login(people["community_staff"])
        assert client.get("/api/needs/", {"community": sisters[Community].pk}).status_code == 400

    def test_strangers_get_nothing(self, client):
        for name, text, _ in routes():
            if text.startswith("api/") and name.endswith("-list"):
                assert client.get(reverse(name)).status_code == 403, name


# Every page that names a row by pk, and whose row it is. A new one has to be added here, or the walk fails.
PK_PAGES = {
    "desk:dispatch_detail": Dispatch,
    "desk:dispatch_take": Dispatch,
    "desk:dispatch_decline": Dispatch,
    "desk:dispatch_start": Dispatch,
    "desk:dispatch_finish": Dispatch,
    "desk:resource_change": Resource,
    "desk:resource_pause": Resource,
    "desk:resource_book": Resource,
    "desk:resource_except": Resource,
    "desk:resource_extend": Resource,
    "desk:booking_cancel": Booking,
    "desk:exception_remove": ResourceException,
    "desk:dispatch_book": Dispatch,
    "desk:dispatch_feedback": Dispatch,
    "desk:need_grab": Need,
    "desk:photo": NeedPhoto,
    "desk:project_detail": Project,
    "desk:project_photo": Evidence,
    "grids:building_poster": Building,
    "accounts:notification_read": Notification,
    "accounts:savedfilter_delete": SavedFilter,
    "checklists:activity_detail": Activity,
    "checklists:activityphoto_detail": ActivityPhoto,
    "desk:turn_detail": Turn,
    "desk:turn_swap": Turn,
    "desk:turn_hand_over": Turn,
    "desk:turnswap_agree": TurnSwap,
    "desk:turnswap_refuse": TurnSwap,
    "desk:turnswap_withdraw": TurnSwap,
    "desk:activity_detail": Activity,
    "desk:activity_change": Activity,
    "desk:activity_announce": Activity,
    "desk:activity_book_venue": Activity,
    "desk:activity_free_venue": Activity,
    "desk:activity_hold": Activity,
    "desk:activity_conclude": Activity,
    "desk:activity_add_photos": Activity,
    "desk:activity_unannounce": Activity,
    "desk:activity_cancel": Activity,
    "desk:activity_photo": ActivityPhoto,
    "grids:grid_poster": Grid,
    "notes:detail": Note,
    "notes:topic": Note,
    "notes:visit": Note,
    "notes:need": Note,
    "patrol_desk:household_detail": CareHousehold,
    "patrol_desk:round_detail": Round,
    "patrol_desk:incident_detail": Incident,
    "patrol_desk:incident_photo": IncidentPhoto,
    "patrol_desk:need_detail": Need,
    "patrol_desk:errand_detail": ErrandShare,
    "reports:unit_report": Unit,
    "reports:unit_report_print": UnitReport,
    "reports:member_resubmit": Report,
    "reports:review_print": YearReview,
}
# What a volunteer asks for hangs on who that is, and some of it (a team, an open position) is there for everybody; the
# unit's years are tested with the unit's desk.
VOLUNTEERS_PAGES = {
    *("claims:create", "claims:photo", "claims:detail", "claims:reveal", "claims:act"),
    *("me:team", "me:team_join", "me:team_leave", "me:team_phone", "me:team_act", "me:muster", "me:muster_end"),
    *("me:position", "me:position_act", "me:rate", "volunteers:team", "reports:year", "reports:year_print"),
}


class TestPages:
    def test_every_page_by_pk_is_in_the_table(self):
        found = {
            name
            for name, text, _ in routes()
            # A resident's pages hang on the receipt code, a unit's link on its token; both have tests of their own.
            if "pk>" in text
            and not text.startswith(("admin/", "api/"))
            and not {"<str:code>", "<str:number>", "<str:token>"} & set(text.split("/"))
        }
        with_more = {"accounts:reveal", "desk:project_step", "checklists:resource_detail", "patrol_desk:incident_act"}
        assert found - set(PK_PAGES) - VOLUNTEERS_PAGES - with_more == set()

    def test_a_foreign_row_is_404(self, world, client):
        _, sisters, people = world
        for role, user in people.items():
            client.force_login(user)
            for name, model in PK_PAGES.items():
                for method in (client.get, client.post):
                    answer = method(reverse(name, args=[sisters[model].pk]))
                    assert answer.status_code in (403, 404, 405), f"{role} {name}: {answer.status_code}"

    def test_reveal_of_a_foreign_row_is_404_and_leaves_no_trace(self, world, client):
        from auditlog.models import LogEntry

        _, sisters, people = world
        client.force_login(people["community_staff"])
        before = LogEntry.objects.count()
        answer = client.post(reverse("accounts:reveal", args=["checklists", "need", sisters[Need].pk, "contact_phone"]))
        assert answer.status_code == 404
        assert LogEntry.objects.count() == before


class TestOnePersonTwoPosts:
    def test_supervisor_here_is_not_clerk_there(self, world):
        mine, sisters, people = world
        user = factories.make_post(role="supervisor", organization=sisters[Organization])
        factories.make_post(user, "community_staff", mine[Organization])
        user = type(user).objects.get(pk=user.pk)
        assert Need.objects.visible_to(user).filter(pk=sisters[Need].pk).exists()
        assert not Need.objects.editable_by(user).filter(pk=sisters[Need].pk).exists()
        assert Need.objects.editable_by(user).filter(pk=mine[Need].pk).exists()
        with pytest.raises(Exception, match="没有办理") as refused:
            needs.withdraw(sisters[Need], actor=user)
        assert refused.type.__name__ == "PermissionDenied"
