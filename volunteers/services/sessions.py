"""活动场次: planned, published, changed and cancelled by staff; whoever signed up is told. `at` is the clock (now)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from govern.codes import new_code
from grids.models import Community
from volunteers.models import SeriesException, Signup
from volunteers.services.session_door import Status, lock, moment, move, permit, stale, tell, tell_leader
from volunteers.services.signups import move_up

# What everybody who signed up has to know when it changes.
TOLD = ("title", "starts_at", "ends_at", "place", "leader")
MOST_SEATS = 500


def check(terms):
    """What holds between the fields of a session or a series. ValidationError beside the field."""
    if terms.starts_at and terms.ends_at and terms.ends_at <= terms.starts_at:
        raise ValidationError({"ends_at": "结束时间要晚于开始时间。"}, code="ends")
    if terms.seats is not None and not 1 <= terms.seats <= MOST_SEATS:
        raise ValidationError({"seats": f"名额为 1 到 {MOST_SEATS}。"}, code="seats")
    if terms.radius_m and (terms.longitude is None or terms.latitude is None):
        raise ValidationError({"radius_m": "要核对签到位置，请同时填经度和纬度。"}, code="radius")
    if terms.least_age and terms.most_age and terms.most_age < terms.least_age:
        raise ValidationError({"most_age": "最大年龄不能小于最小年龄。"}, code="age")


def check_risks(terms):
    """Whoever recruits for dangerous work states its risks (志愿服务条例 art. 13)."""
    if terms.needs_insurance and not terms.risks.strip():
        raise ValidationError({"risks": "要有保险的活动，发布前请写明风险。"}, code="risks")


def check_people(terms):
    if terms.team_id and terms.team.community_id != terms.community_id:
        raise ValidationError({"team": "请选这个社区的服务队。"}, code="team")
    leader = getattr(terms, "leader", None)
    if leader and leader.left_on is not None:
        raise ValidationError({"leader": "这个志愿者已经注销，请另选领队。"}, code="left")


@transaction.atomic
def plan_session(session, *, skills=(), actor, at=None):
    """Save an unsaved `session` as a draft, with the `skills` it asks for."""
    if not Community.objects.allowed(actor, "volunteers.add_session").filter(pk=session.community_id).exists():
        raise PermissionDenied("您没有在这个社区安排活动的权限。")
    check(session)
    check_people(session)
    session.code = new_code()
    session.full_clean()
    session.save()
    session.skills.set(skills)
    return session


@transaction.atomic
def publish_session(session, *, actor, at=None):
    """发布: volunteers see it and sign up."""
    session = lock(session)
    permit(session, actor)
    if session.status == Status.DRAFTED:
        check_risks(session)
        if session.starts_at <= (at or timezone.now()):
            raise ValidationError("开始时间已过，不能再发布。", code="past")
        tell_leader(session)
    return move(session, Status.OPEN)


@transaction.atomic
def change_session(session, *, skills=None, reason="", actor, at=None, **fields):
    """Change what is planned, until it begins; who signed up is told what changed, and more seats fill from the line.

    ValidationError for fewer seats than are taken. A session of a series that goes to another day is excepted there.
    """
    at = at or timezone.now()
    session = lock(session)
    permit(session, actor)
    began_at = session.starts_at
    session = rewrite(session, fields, skills=skills, reason=reason, at=at)
    except_day_of(session, began_at, reason)
    return session


def rewrite(session, fields, *, skills, reason, at):
    """The same for a locked session whose right was asked for, wherever its day goes."""
    if session.status not in (Status.DRAFTED, Status.OPEN) or session.starts_at <= at:
        raise stale(session)
    before = {name: getattr(session, name) for name in fields}
    for name, value in fields.items():
        setattr(session, name, value)
    check(session)
    check_people(session)
    if session.starts_at <= at:
        raise ValidationError({"starts_at": "开始时间要在现在以后。"}, code="past")
    if session.status == Status.OPEN:
        check_risks(session)
        check_seats(session)
    session.full_clean()
    session.save()
    if skills is not None:
        session.skills.set(skills)
    if changes := spoken_changes(session, before):
        because = f"原因：{reason}。" if reason else ""
        tell(session, session.signups.open(), f"活动有变动：{session.title}。{changes}。{because}来不了请取消报名。")
    if session.status == Status.OPEN and "leader" in before:
        tell_leader(session)
    move_up(session, at=at)
    return session


def check_seats(session):
    taken = session.signups.taking_seats().count()
    if session.seats < taken:
        raise ValidationError({"seats": f"已有 {taken} 人报名，名额不能少于 {taken}。"}, code="seats")


def spoken_changes(session, before):
    def words(value):
        return moment(value) if hasattr(value, "hour") else str(value or "未定")

    return "；".join(
        f"{session._meta.get_field(name).verbose_name}：{words(before[name])} → {words(getattr(session, name))}"
        for name in TOLD
        if name in before and before[name] != getattr(session, name)
    )


def except_day_of(session, before, reason):
    """Keep the series from filling again the day that its session has left."""
    left, to = timezone.localdate(before), timezone.localdate(session.starts_at)
    if session.series_id is None or left == to:
        return
    known = SeriesException.objects.filter(Q(moved_to=left) | Q(day=left), series=session.series_id).first()
    row = known or SeriesException(series_id=session.series_id, day=left)
    row.moved_to, row.reason = to, (reason or row.reason or "活动改期")[:60]
    row.save()


@transaction.atomic
def cancel_session(session, *, reason, actor, at=None):
    """取消: everybody who signed up reads the reason; their sign-ups end with it."""
    session = lock(session)
    permit(session, actor)
    if not reason.strip():
        raise ValidationError({"reason": "请写明取消的原因，报了名的人会看到。"}, code="required")
    return call_off(session, reason.strip(), at or timezone.now())


def call_off(session, reason, at):
    """The same for a locked session whose right was asked for."""
    if session.status == Status.CANCELLED:
        return session
    session = move(session, Status.CANCELLED, cancelled_reason=reason[:100])
    standing = session.signups.filter(status__in=[Signup.Status.SEATED, Signup.Status.WAITING])
    words = f"活动取消：{session.title}（{moment(session.starts_at)}）。原因：{reason}"
    tell(session, standing, words)
    standing.update(status=Signup.Status.CANCELLED, cancelled_at=at, cancelled_reason=f"活动取消：{reason}"[:100])
    return session
