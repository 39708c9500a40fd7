"""A coherent little world: each maker fills in what it is not told, counters not dice, and a child takes its parent's
organization. The clock is an argument wherever a service takes one.
"""

from datetime import datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from cadres import services as cadres
from cadres.models import Appraisal, Track
from checklists.models import Activity, Category, Need, NeedEvent, Project, Resource, Rota, Turn
from checklists.services import dispatches, matching, needs
from govern.dates import month_start
from grids.models import Building, Community, District, Duty, Grid, Leave, Quarter, Street
from organizations.models import Agreement, League, Organization, PartyMember, Post, Role, Unit
from patrols.models import Admission, CareHousehold, FieldDesk, Incident, Matter, Note, Ticket
from patrols.services import incidents

SEQUENCE = count(1)
BEIJING = ZoneInfo("Asia/Shanghai")
PASSWORD = "correct horse battery"


def at(text):
    """'2026-11-20 09:00' in Beijing."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def make_user(name="王莉", **fields):
    number = next(SEQUENCE)
    fields.setdefault("username", f"user{number}")
    return User.objects.create_user(password=PASSWORD, name=name, **fields)


def make_superuser():
    return make_user("超级管理员", is_superuser=True)


def make_post(user=None, role="community_staff", organization=None, **fields):
    """A user in a post; returns the user, with fresh permissions."""
    user = user or make_user()
    Post.objects.create(user=user, role=Role.objects.get(code=role), organization=organization, **fields)
    return User.objects.get(pk=user.pk)


def make_organization(kind=Organization.Kind.COMMITTEE, parent=None, **fields):
    tier = Organization.TIER_OF_KIND[kind]
    if tier > 1 and parent is None:
        above = {
            2: Organization.Kind.INDUSTRY_COMMITTEE,
            3: Organization.Kind.COMMITTEE,
            4: Organization.Kind.QUARTER_BRANCH,
            5: Organization.Kind.BUILDING_GROUP,
        }[int(tier)]
        parent = make_organization(above)
    fields.setdefault("name", f"{Organization.Kind(kind).label}{next(SEQUENCE)}")
    organization = Organization(kind=kind, tier=tier, parent=parent, **fields)
    organization.save()
    organization.versions.create(name=organization.name, kind=kind, parent=parent, starts_on=organization.founded_on)
    return organization


def make_branch(parent=None, **fields):
    return make_organization(Organization.Kind.QUARTER_BRANCH, parent, **fields)


def make_member(branch=None, stage="full", **fields):
    day = timezone.localdate() - timedelta(days=1000)
    return PartyMember.objects.create(
        **{
            "branch": branch or make_branch(),
            "name": "周党员",
            "gender": "female",
            "stage": stage,
            "joined_on": day,
            "full_on": day + timedelta(days=365) if stage == "full" else None,
            **fields,
        }
    )


def make_district(**fields):
    number = next(SEQUENCE)
    return District.objects.create(**{"name": f"区县{number}", "code": f"{320500 + number % 1000:06}", **fields})


def make_street(**fields):
    number = next(SEQUENCE)
    fields.setdefault("district", District.objects.first() or make_district())
    return Street.objects.create(**{"name": f"街道{number}", "code": f"{320500000 + number}", **fields})


def make_community(organization=None, street=None, **fields):
    number = next(SEQUENCE)
    street = street or make_street()
    return Community.objects.create(
        **{
            "name": f"社区{number}",
            "code": f"{street.code}{number % 1000:03}",
            "street": street,
            "organization": organization or make_organization(),
            "hotline": "0512-12345678",
            **fields,
        }
    )


def make_quarter(community=None, **fields):
    return Quarter.objects.create(
        **{"name": f"小区{next(SEQUENCE)}", "community": community or make_community(), **fields}
    )


def make_grid(*communities, **fields):
    number = next(SEQUENCE)
    top = Grid.objects.filter(level="district").first() or Grid.objects.create(
        name="区级总网格", code="320500000000000", level="district"
    )
    grid = Grid.objects.create(**{"name": f"第{number}网格", "code": f"{number:015}", "parent": top, **fields})
    grid.communities.set(communities or [make_community()])
    return grid


def make_building(quarter=None, **fields):
    number = next(SEQUENCE)
    quarter = quarter or make_quarter()
    return Building.objects.create(
        **{"name": f"{number}栋", "quarter": quarter, "code": f"{quarter.community.code}{number:05}", **fields}
    )


def make_duty(kind=Duty.Kind.WORKER, **fields):
    number = next(SEQUENCE)
    return Duty.objects.create(**{"kind": kind, "name": "李强", "phone": f"139{number:08}", **fields})


def make_unit(organization=None, **fields):
    return Unit.objects.create(
        **{
            "name": f"单位{next(SEQUENCE)}",
            "kind": Unit.Kind.SCHOOL,
            "organization": organization or make_community().organization,
            **fields,
        }
    )


def make_liaison(unit, **fields):
    """A user who answers for `unit`, in the liaison's post."""
    user = make_post(make_user("赵联络", **fields), "unit_liaison", unit.organization)
    unit.liaison = user
    unit.save(update_fields=["liaison"])
    return user


def make_category(name=None, **fields):
    number = next(SEQUENCE)
    parent = fields.pop("parent", None) or Category.objects.create(name=f"大类{number}", icon="home")
    return Category.objects.create(
        **{
            "name": name or f"类别{number}",
            "parent": parent,
            "icon": "wrench",
            "response_hours": 8,
            "handling_hours": 40,
            **fields,
        }
    )


def make_resource(unit=None, category=None, **fields):
    return Resource.objects.create(
        **{
            "name": f"资源{next(SEQUENCE)}",
            "unit": unit or make_unit(),
            "category": category or make_category(),
            "capacity": 5,
            **fields,
        }
    )


def new_need(community=None, category=None, **fields):
    """An unsaved need, as a form makes it."""
    building = fields.get("building")
    community = community or (building.quarter.community if building else make_community())
    return Need(
        **{
            "community": community,
            "category": category or make_category(),
            "text": "楼道灯坏了，晚上看不见。",
            "contact_name": "张大爷",
            "contact_phone": f"138{next(SEQUENCE):08}",
            **fields,
        }
    )


def make_need(status=Need.Status.SUBMITTED, *, resource=None, clock=None, **fields):
    """A need brought to `status` through the services, as the parties would; `resource` serves it where one must."""
    clock = clock or timezone.now()
    staff = make_superuser()
    resident, system = NeedEvent.Party.RESIDENT, NeedEvent.Party.SYSTEM
    need = needs.submit_need(new_need(**fields), actor=resident, at=clock)
    S = Need.Status

    def reach(target):
        nonlocal need
        if target == S.SUBMITTED:
            return
        if target in (S.REJECTED,):
            needs.reject(need, actor=staff, reason="不属于社区职责。", at=clock)
            return
        if target == S.MERGED:
            into = make_need(community=need.community, category=need.category, clock=clock)
            needs.merge(need, into=into, actor=staff, at=clock)
            return
        if target == S.WITHDRAWN:
            needs.withdraw(need, actor=resident, at=clock)
            return
        if target == S.ESCALATED:
            needs.escalate(need, actor=staff, note="社区无力解决。", at=clock)
            return
        if need.status == S.SUBMITTED:
            needs.accept(need, actor=staff, at=clock)
        need.refresh_from_db()
        if target == S.ACCEPTED:
            return
        if target == S.SPLIT:
            needs.split(need, parts=[(need.category, "换灯泡", 1), (need.category, "查线路", 1)], actor=staff, at=clock)
            return
        if target == S.HANDED_OFF:
            needs.hand_off(need, actor=staff, to="区供电公司", note="线路归他们管。", at=clock)
            return
        if target == S.SUSPENDED:
            from datetime import timedelta

            until = timezone.localdate(clock) + timedelta(days=3)
            needs.suspend(need, actor=staff, reason="等配件。", until=until, at=clock)
            return
        row = dispatches.dispatch(
            need,
            resource or make_resource(make_unit(need.community.organization), need.category),
            actor=staff,
            at=clock,
        )
        if target == S.DISPATCHED:
            return
        dispatches.take(row, actor=NeedEvent.Party.UNIT, at=clock)
        if target == S.TAKEN:
            return
        if target == S.IN_SERVICE:
            dispatches.start_service(row, actor=NeedEvent.Party.UNIT, at=clock)
            return
        dispatches.finish_dispatch(row, actor=NeedEvent.Party.UNIT, note="换了灯泡。", at=clock)
        if target == S.DONE:
            return
        if target == S.REOPENED:
            needs.reopen(need, actor=resident, reason="又坏了。", at=clock)
            return
        needs.rate(need, actor=resident, satisfaction="satisfied", is_solved=True, at=clock)
        if target == S.CLOSED:
            needs.close(need, actor=system, at=clock)

    reach(S(status))
    return Need.objects.get(pk=need.pk)


def make_proposals(need):
    """Rank `need`, which is accepted, as the worker would."""
    matching.propose(need)
    return list(need.proposals.select_related("resource__unit"))


def make_agreement(unit=None, **fields):
    unit = unit or make_unit()
    today = timezone.localdate()
    return Agreement.objects.create(
        **{
            "number": f"协议{next(SEQUENCE)}",
            "organization": unit.organization,
            "unit": unit,
            "signed_on": today - timedelta(days=100),
            "starts_on": today - timedelta(days=100),
            "ends_on": today + timedelta(days=900),
            **fields,
        }
    )


def make_activity(status=Activity.Status.PLANNED, *, community=None, **fields):
    """The row as it would stand in `status`, without its story."""
    starts_at = timezone.now() + timedelta(days=3)
    return Activity.objects.create(
        **{
            "community": community or make_community(),
            "name": f"活动{next(SEQUENCE)}",
            "status": status,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "place": "社区活动室",
            "cancel_reason": "下雨" if status == Activity.Status.CANCELLED else "",
            **fields,
        }
    )


def make_project(status=Project.Status.PROPOSED, *, community=None, **fields):
    """The row as it would stand in `status`, without its story."""
    today = timezone.localdate()
    number = next(SEQUENCE)
    return Project.objects.create(
        **{
            "community": community or make_community(),
            "number": f"P{number}",
            "name": f"项目{number}",
            "goal": "修好楼道灯",
            "status": status,
            "starts_on": today,
            "due_on": today + timedelta(days=60),
            "closed_on": today if status == Project.Status.CLOSED else None,
            "stop_reason": "不做了" if status == Project.Status.STOPPED else "",
            **fields,
        }
    )


def make_turns(*units, starts_on=None):
    """A rota by month from the next one on, a turn for each of the `units` (of one community), each under its own
    agreement; returns the turns.
    """
    community = units[0].organization.community
    start = starts_on or month_start(timezone.localdate(), 1)
    starts = [month_start(start, number) for number in range(len(units) + 1)]
    ends = [after - timedelta(days=1) for after in starts[1:]]
    rota = Rota.objects.create(
        community=community, period="month", starts_on=start, ends_on=ends[-1], made_by=make_user()
    )
    return [
        Turn.objects.create(
            rota=rota,
            unit=unit,
            agreement=unit.agreements.first() or make_agreement(unit),
            starts_on=first,
            ends_on=last,
        )
        for unit, first, last in zip(units, starts, ends, strict=False)
    ]


def make_worker(organization=None, track="工作人员", hired_on=None, qualifications=(), grades=None, **fields):
    """A community worker hired through the service; `grades`: {year: grade} of the years since."""
    number = next(SEQUENCE)
    organization = organization or make_organization()
    worker = cadres.hire_worker(
        organization=organization,
        track=Track.objects.get(name=track, scheme__name="三岗十八级"),
        hired_on=hired_on or timezone.localdate() - timedelta(days=365 * 4),
        qualifications=qualifications,
        actor=make_superuser(),
        **{"name": f"社工{number}", "gender": "female", "phone": f"137{number:08}", **fields},
    )
    Appraisal.objects.bulk_create(
        Appraisal(worker=worker, year=year, grade=grade) for year, grade in (grades or {}).items()
    )
    return type(worker).objects.get(pk=worker.pk)  # without what the service had read


def make_league(organization=None, units=0, **fields):
    """A 大党委 with so many units of the same community, founded long ago."""
    organization = organization or make_community().organization
    league = League.objects.create(
        **{
            "organization": organization,
            "name": f"大党委{next(SEQUENCE)}",
            "founded_on": timezone.localdate() - timedelta(days=900),
            **fields,
        }
    )
    for _ in range(units):
        league.members.create(unit=make_unit(organization), joined_on=league.founded_on)
    return league


def make_councillor(league, status="appointed", **fields):
    """The row as it would stand in `status`, without its story."""
    number = next(SEQUENCE)
    reached = ["recommended", "deliberated", "approved", "appointed"]
    steps = reached.index(status) + 1 if status in reached else 4 if status == "left" else 1
    day = league.founded_on
    on = [day + timedelta(days=place) if place < steps else None for place in range(4)]
    return league.councillors.create(
        **{
            "name": f"委员{number}",
            "phone": f"135{number:08}",
            "title": "党支部书记",
            "status": status,
            "recommended_on": on[0],
            "deliberated_on": on[1],
            "approved_on": on[2],
            "document": "街工委〔2026〕8号" if on[2] else "",
            "appointed_on": on[3],
            "ends_on": timezone.localdate() if status == "left" else None,
            **fields,
        }
    )


def make_league_meeting(league, status="planned", **fields):
    """One that began an hour ago."""
    return league.meetings.create(
        **{
            "topic": f"会议{next(SEQUENCE)}",
            "agenda": "认领需求清单",
            "starts_at": timezone.now() - timedelta(hours=1),
            "place": "二楼",
            "status": status,
            "minutes": "都同意。" if status == "held" else "",
            "cancel_reason": "停电" if status == "cancelled" else "",
            **fields,
        }
    )


def make_resolution(league, status="open", **fields):
    today = timezone.localdate()
    is_open = status == "open"
    return league.resolutions.create(
        **{
            "meeting": make_league_meeting(league, "held"),
            "text": "换楼道灯",
            "due_on": today + timedelta(days=20),
            "status": status,
            "closed_on": None if is_open else today,
            "outcome": "" if is_open else "换好了",
            **fields,
        }
    )


def make_matter(name=None, **fields):
    """A kind of incidents under a class of its own."""
    number = next(SEQUENCE)
    top = 81 + Matter.objects.filter(parent=None, code__gt="W80", code__startswith="W").count()
    parent = Matter.objects.create(family="matter", code=f"W{top}", name=f"大类{number}")
    return Matter.objects.create(
        **{"family": "matter", "parent": parent, "code": f"W{top}01", "name": name or f"小类{number}", **fields}
    )


def make_incident(status=Incident.Status.REPORTED, *, clock=None, **fields):
    """An incident brought to `status` through the services; `clock` is when all of it happened."""
    S, clock, staff = Incident.Status, clock or timezone.now(), fields.pop("actor", None) or make_superuser()
    building = fields.get("building")
    incident = incidents.report(
        **{
            "matter": fields.pop("matter", None) or make_matter(),
            "text": "单元门口堆着旧沙发。",
            "community": building.quarter.community if building else fields.pop("community", None) or make_community(),
            "actor": staff,
            "at": clock,
            **fields,
        }
    )
    steps = {
        S.ACCEPTED: lambda row: incidents.accept(row, actor=staff, at=clock),
        S.RETURNED: lambda row: incidents.return_incident(row, reason="不归社区管。", actor=staff, at=clock),
        S.ASSIGNED: lambda row: incidents.assign(row, department="物业公司", actor=staff, at=clock),
        S.HANDLED: lambda row: incidents.handle(row, result="已经清走。", actor=staff, at=clock),
        S.CLOSED: lambda row: incidents.check(row, passed=True, actor=staff, at=clock),
        S.SUSPENDED: lambda row: incidents.suspend(
            row, until=timezone.localdate(clock) + timedelta(days=3), reason="等配件。", actor=staff, at=clock
        ),
        S.ESCALATED: lambda row: incidents.escalate(row, reason="社区无力解决。", actor=staff, at=clock),
        S.MERGED: lambda row: incidents.merge(
            row,
            into=make_incident(community=row.community, matter=row.matter, clock=clock),
            actor=staff,
            at=clock,
        ),
    }
    paths = {
        S.REPORTED: (),
        S.RETURNED: (S.RETURNED,),
        S.MERGED: (S.MERGED,),
        S.SUSPENDED: (S.ACCEPTED, S.SUSPENDED),
        S.ESCALATED: (S.ACCEPTED, S.ESCALATED),
    }
    for step in paths.get(status, (S.ACCEPTED, S.ASSIGNED, S.HANDLED, S.CLOSED)):
        incident = steps[step](incident)
        if step == status:
            break
    return Incident.objects.get(pk=incident.pk)


def make_worker_of(*grids, kind=Duty.Kind.WORKER, **fields):
    """A user on duty in `grids`, in the grid worker's post; `grid` is the first of them."""
    grids = grids or (make_grid(),)
    community = grids[0].communities.first()
    user = make_post(make_user("李强"), "grid_worker", community.organization)
    for grid in grids:
        make_duty(kind, grid=grid, user=user, **fields)
    user.grid = grids[0]
    return user


def make_leave(duty, stand_in, **fields):
    today = timezone.localdate()
    return Leave.objects.create(
        **{"duty": duty, "stand_in": stand_in, "starts_on": today, "ends_on": today + timedelta(days=3), **fields}
    )


def make_household(building=None, grid=None, **fields):
    """Somebody who is visited in turn, in a building of a grid."""
    if building is None:
        community = grid.communities.first() if grid else make_community()
        building = make_building(make_quarter(community), grid=grid or make_grid(community))
    return CareHousehold.objects.create(
        **{
            "building": building,
            "room": "2单元501",
            "name": "陈桂花",
            "phone": "13911112222",
            "group": "lonely_elder",
            "starts_on": timezone.localdate() - timedelta(days=100),
            **fields,
        }
    )


def make_admission(organization=None, status="approved", **fields):
    """A matter of a department, applied for by one person and decided by another."""
    is_decided = status != "applied"
    return Admission.objects.create(
        **{
            "name": f"消防隐患排查{next(SEQUENCE)}",
            "department": "区消防救援大队",
            "basis": "消防安全责任制实施办法",
            "duties": "查看楼道堆物",
            "organization": organization or make_organization(),
            "starts_on": timezone.localdate() - timedelta(days=30),
            "status": status,
            "applied_by": make_user("申请人"),
            "decided_by": make_user("审批人") if is_decided else None,
            "decided_at": timezone.now() if is_decided else None,
            **fields,
        }
    )


def make_field_desk(community=None, **fields):
    return FieldDesk.objects.create(
        **{
            "community": community or make_community(),
            "place": "北门凉亭",
            "weekday": 2,
            "starts_at": time(9),
            "ends_at": time(11),
            **fields,
        }
    )


def make_note(community=None, author=None, **fields):
    return Note.objects.create(
        **{
            "community": community or make_community(),
            "author": author or make_user(),
            "topic": "property",
            "text": "电梯又停了",
            "heard_at": timezone.now(),
            **fields,
        }
    )


def make_ticket(community=None, status="waiting", **fields):
    """The row as it would stand in `status`."""
    now, community = timezone.now(), community or make_community()
    was_called = status in ("called", "served")
    return Ticket.objects.create(
        **{
            "community": community,
            "day": timezone.localdate(now),
            "number": community.tickets.count() + 1,
            "status": status,
            "taken_at": now - timedelta(minutes=5),
            "called_at": now if was_called else None,
            "ended_at": now if status in ("served", "left") else None,
            **fields,
        }
    )
