"""The scope matrix: two sister communities with one row of everything, and each person who works in the first one.

The walk over models, admins, pages and API routes makes a model that is added later without scope fail here.
"""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.core.files.base import ContentFile
from django.db.models import ForeignKey, ManyToManyField
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Notification, PrivacyNotice, SavedFilter
from cadres import models as cadres
from checklists.models import (
    Activity,
    ActivityEvent,
    ActivityPhoto,
    Appraisal,
    Assignment,
    Bid,
    Booking,
    Dispatch,
    Enrolment,
    Evidence,
    Expense,
    Inquiry,
    Milestone,
    Need,
    NeedPhoto,
    Project,
    ProjectEvent,
    Publication,
    Resource,
    ResourceException,
    Rota,
    Run,
    Support,
    Turn,
    TurnSwap,
)
from checklists.services import dispatches, needs
from govern.scoping import ScopedAdminMixin, ScopedFieldsMixin, ScopedRelatedFilter, ScopedViewMixin, is_scoped
from grids.models import Building, Grid, Instructor
from organizations.models import LeadershipTerm, Organization
from organizations.services.elections import nominate, prepare_election
from organizations.services.terms import begin_term
from organizations.services.transfers import propose_transfer
from patrols.models import CareHousehold, ErrandShare, Incident, IncidentPhoto, Note, Round
from tests import factories
from tests.checklists.lists import sheet_of
from tests.patrols.plants import ground_rows, patrol_rows

OUR_APPS = ("accounts", "organizations", "cadres", "grids", "checklists", "patrols")
OUR_MODELS = [model for app in OUR_APPS for model in apps.get_app_config(app).get_models()]
# The same for everybody in the installation: no community owns a row of these.
SHARED = {
    "User",
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
    """One row of every model that belongs to somebody, in a community of its own; {model: row}."""
    body = factories.make_organization(Organization.Kind.COMMITTEE)
    community = factories.make_community(body, factories.make_street(district=factories.make_district()))
    branch = factories.make_organization(Organization.Kind.QUARTER_BRANCH, parent=body)
    quarter = factories.make_quarter(community, branch=branch)
    grid = factories.make_grid(community)
    building = factories.make_building(quarter, grid=grid)
    unit = factories.make_unit(body)
    liaison = factories.make_liaison(unit)
    resource = factories.make_resource(unit, category)
    need = factories.make_need("accepted", community=community, building=building, category=category)
    proposals = factories.make_proposals(need)
    row = dispatches.dispatch(need, resource, actor=factories.make_superuser())
    photo = NeedPhoto(need=need)
    picture = ContentFile(b"", name="x.jpg")
    with picture.open("wb"):
        Image.new("RGB", (4, 4)).save(picture.file, "JPEG")
    photo.image.save("x.jpg", picture)
    chief, now = factories.make_superuser(), timezone.now()
    notice = PrivacyNotice.objects.first()
    person = {"name": "李华", "phone": f"1360000{number:04}", "notice": notice}
    agreement = factories.make_agreement(unit)
    rota = Rota.objects.create(
        community=community, starts_on=date(2030, 1, 1), ends_on=date(2030, 12, 31), made_by=chief
    )
    turns = [
        Turn.objects.create(rota=rota, unit=unit, starts_on=date(2030, month, 1), ends_on=date(2030, month, 28))
        for month in (1, 2)
    ]
    activity = factories.make_activity(community=community, unit=unit)
    project = factories.make_project(community=community, unit=unit)
    run = Run.objects.create(district=community.street.district, queued_at=now)
    parts = [
        agreement,
        rota,
        turns[0],
        TurnSwap.objects.create(turn=turns[0], other_turn=turns[1], reason="忙", proposed_by=chief, proposed_at=now),
        activity,
        ActivityEvent.objects.create(activity=activity, to_status="planned", at=now),
        ActivityPhoto.objects.create(activity=activity, image="x.jpg"),
        Enrolment.objects.create(activity=activity, **person),
        project,
        ProjectEvent.objects.create(project=project, to_status="proposed", at=now),
        Milestone.objects.create(project=project, name="开工", starts_on=now.date(), due_on=now.date()),
        Expense.objects.create(project=project, amount=1, purpose="材料", recorded_by=chief),
        Evidence.objects.create(project=project, image="x.jpg"),
        Bid.objects.create(project=project, unit=unit, plan="做", submitted_by=chief, submitted_at=now),
        Appraisal.objects.create(project=project, satisfaction="satisfied", phone=person["phone"], notice=notice),
        Publication.objects.create(community=community, checklist="needs", changed_by=chief),
        ResourceException.objects.create(resource=resource, day=date(2030, 1, 1), half=0),
        Booking.objects.create(resource=resource, day=date(2030, 1, 2), half=0),
        Support.objects.create(need=need, **person),
        Inquiry.objects.create(need=need, question="几楼", asked_by=chief, asked_at=now, expires_at=now),
        run,
        Assignment.objects.create(run=run, need=need, resource=resource, score=1),
    ]
    social_worker = factories.make_worker(
        body, grades={2025: "competent"}, qualifications=[("bachelor", date(2020, 1, 1))]
    )
    simulation = cadres.Simulation.objects.create(
        scheme=cadres.Scheme.objects.get(), effective_on=date(2030, 1, number), prepared_at=now
    )
    simulation.lines.create(
        worker=social_worker,
        track=cadres.Track.objects.first(),
        level_before=1,
        level_after=2,
        pay_before=1,
        pay_after=2,
        outcome="rises",
    )
    instructor = Instructor.objects.create(quarter=quarter, name="陈老师", phone=f"1370000{number:04}")
    election = prepare_election(body, planned_on=now.date(), seats=3, actor=chief)
    member = factories.make_member(branch)
    quarter.residences.create(member=member)
    meeting = branch.meetings.create(
        kind="theme_day", topic="学党章", place="中心", host="周", starts_at=now, ends_at=now + timedelta(hours=1)
    )
    transfer = propose_transfer(member, target=factories.make_branch(body), reason="搬家", actor=chief)
    league = factories.make_league(body)
    councillor = factories.make_councillor(league)
    resolution = factories.make_resolution(league)
    unit_appraisal = league.appraisals.create(unit=unit, year=2026, total=90, grade="good")
    parts += [
        league,
        league.members.create(unit=unit, joined_on=league.founded_on),
        league.events.create(what="成立"),
        league.items.create(year=2026, heading="service", name="走访", due_on=date(2026, 12, 1)),
        councillor,
        resolution,
        resolution.meeting,
        resolution.meeting.attendances.create(councillor=councillor, way="door"),
        unit_appraisal,
        unit_appraisal.evidence.create(item="study", points=10, words="学了"),
    ]
    worker = factories.make_post(role="grid_worker", organization=body)
    clerk = factories.make_post(role="community_staff", organization=body)
    rows = [
        *parts,
        *ground_rows(community, grid, building, chief),
        *patrol_rows(community, grid, building, need, chief),
        member,
        member.events.create(kind="registered", effective_on=now.date(), at=now),
        meeting,
        meeting.events.create(to_status="planned", at=now),
        meeting.attendances.create(member=member, way="door"),
        meeting.photos.create(image="x.jpg"),
        meeting.grades.create(member=member, grade="qualified"),
        branch.talks.create(kind="members", partner=member, talker_name="周", partner_name="李", recorded_by=chief),
        transfer,
        transfer.events.get(),
        social_worker,
        social_worker.placements.get(),
        social_worker.interruptions.create(starts_on=date(2025, 1, 1), reason="病假"),
        social_worker.qualifications.get(),
        social_worker.events.get(),
        social_worker.appraisals.get(),
        social_worker.grade_entries.get(),
        simulation,
        simulation.lines.get(),
        body,
        community,
        branch,
        quarter,
        grid,
        building,
        unit,
        resource,
        need,
        proposals[0],
        row,
        photo,
        need.events.first(),
        factories.make_duty(grid=grid, user=worker),
        instructor,
        instructor.reviews.create(year=2025, grade="competent"),
        member.residence,
        LeadershipTerm.objects.create(organization=body, name="周书记", position="secretary"),
        begin_term(body, starts_on=now.date()),
        election,
        election.events.get(),
        nominate(election, name="周候选", actor=chief),
        body.versions.get(),
        body.events.create(kind="founded", effective_on=now.date(), at=now),
        clerk.posts.get(),
        Notification.objects.create(recipient=clerk, text="到期"),
        SavedFilter.objects.create(user=clerk, path="/admin/checklists/need/", name="我的", query="status=accepted"),
    ]
    people = {
        "community_staff": clerk,
        "grid_worker": worker,
        "unit_liaison": liaison,
        "supervisor": factories.make_post(role="supervisor", organization=body),
        "volunteer": factories.make_post(role="volunteer", organization=body),
        "street_staff": factories.make_post(role="street_staff", organization=body.parent),
    }
    found = {}
    for each in rows:
        found.setdefault(type(each), each)
    return found, people


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
        # Posts are the safety officer's.
        assert hidden == ["Post"]

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
                field = registered.model._meta.get_field(name.split("__")[0])
                if isinstance(field, ForeignKey | ManyToManyField) and field.related_model.__name__ not in SHARED:
                    # Empty or not names no row.
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
        assert found - set(PK_PAGES) - with_more == set()

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
