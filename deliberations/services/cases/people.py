"""Who may open a case, who mediates it, and what each of them opened (人民调解法 arts 15, 19, 20)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from deliberations.models import Case, CaseMediator, CaseOpening, CaseReader, Mediator
from deliberations.services.cases.door import FORBIDDEN, demand, lock_case, permit, remark
from grids.models import Community
from organizations.models import Organization, Post

ASSIGN, SEE = "deliberations.assign_case", "deliberations.view_case"
ChosenBy, Status = CaseMediator.ChosenBy, Case.Status
OWN = "不能给自己开查阅权限，请调委会主任或上级指定。"


# --- Who has a say ----------------------------------------------------------------------------------------------------
def reaches(user, community):
    """Whether a post of `user` lets them work on cases of `community` at all; which ones, the readers say."""
    bodies = Organization.objects.under_posts(user, SEE)
    return user.is_active and user.has_perm(SEE) and bodies.filter(pk=community.organization_id).exists()


def heads_of(community, on=None):
    """The accounts of the serving 主任 of its mediation committee that may work on its cases."""
    rows = Mediator.objects.serving(on).filter(organization=community.organization_id, is_head=True, user__isnull=False)
    return [row.user for row in rows.select_related("user") if reaches(row.user, community)]


def assigners_of(organization):
    """Whoever says there who works on a case, by a post at this very body."""
    posts = Post.objects.current().filter(
        organization=organization,
        role__reach__in=["installation", "subtree"],
        role__permissions__content_type__app_label="deliberations",
        role__permissions__codename=ASSIGN.split(".")[1],
    )
    return list(User.objects.filter(posts__in=posts, is_active=True).distinct().order_by("pk"))


def first_readers(community, *, but=None):
    """Who opens an application first: the heads, without one whoever assigns in the community, then above it; never
    `but`, who had to step back.
    """
    found = [user for user in heads_of(community) if user != but]
    for body in community.organization.get_ancestors(ascending=True, include_self=True):
        found = found or [user for user in assigners_of(body) if user != but]
    return found


def colleagues(*communities):
    """Accounts that some post lets work on cases of one of `communities`."""
    bodies = Organization.objects.none()
    for community in communities:
        bodies |= community.organization.get_ancestors(include_self=True)
    posts = Post.objects.current().filter(
        Q(organization__in=bodies) | Q(organization=None),
        role__reach__in=["installation", "subtree"],
        role__permissions__content_type__app_label="deliberations",
        role__permissions__codename=SEE.split(".")[1],
    )
    return User.objects.filter(posts__in=posts, is_active=True).distinct().order_by("name", "pk")


def mediators_for(case, on=None):
    """Those whom a party or the committee may choose: of its community's committee and those above it."""
    bodies = case.community.organization.get_ancestors(include_self=True)
    present = case.mediators.values("mediator")
    return Mediator.objects.serving(on).filter(organization__in=bodies).exclude(pk__in=present)


def may_assign(community, actor):
    return Community.objects.allowed(actor, ASSIGN).filter(pk=community.pk).exists()


# --- Readers ----------------------------------------------------------------------------------------------------------
def add_readers(case, users, *, by=None, at=None):
    """Name each of `users` in the locked `case` who is not yet."""
    known = set(case.readers.filter(ended_at=None).values_list("user", flat=True))
    for user in {user.pk: user for user in users}.values():
        if user.pk not in known:
            CaseReader.objects.create(case=case, user=user, named_by=by, named_at=at or timezone.now())


@transaction.atomic
def name_reader(case, *, user, actor, at=None):
    """Let `user` open `case`; whoever may open it already is told of it. By whoever assigns cases there.

    PermissionDenied without that right; ValidationError beside "user": oneself, or somebody whom no post lets in.
    """
    if not may_assign(case.community, actor):
        raise PermissionDenied(FORBIDDEN)
    case = lock_case(case)
    reader = case.readers.filter(user=user, ended_at=None).first()
    if reader is not None:
        return reader
    if user == actor:
        raise ValidationError({"user": OWN}, code="own")
    if not reaches(user, case.community):
        raise ValidationError({"user": f"{user}在{case.community}没有办理调解的岗位，指定了也打不开。"}, code="reach")
    present = list(User.objects.filter(read_cases__case=case, read_cases__ended_at=None).distinct())
    add_readers(case, [user], by=actor, at=at)
    notify([user], text=f"{case}：{actor}指定您查阅和办理。", link=page_of(case))
    notify(
        [each for each in present if each != actor], text=f"{case}：{actor}指定{user}查阅。"[:200], link=page_of(case)
    )
    return case.readers.get(user=user, ended_at=None)


@transaction.atomic
def end_reader(reader, *, actor, at=None):
    """`reader` opens the case no longer. ValidationError for the last one: nobody could open it then."""
    case = lock_case(reader.case)
    if not may_assign(case.community, actor):
        raise PermissionDenied(FORBIDDEN)
    reader = case.readers.select_for_update().get(pk=reader.pk)
    if reader.ended_at is None:
        if not case.readers.filter(ended_at=None).exclude(pk=reader.pk).exists():
            raise ValidationError("至少要有一个人能办理，请先指定别人。", code="last")
        reader.ended_at = at or timezone.now()
        reader.save(update_fields=["ended_at"])
    return reader


def page_of(case):
    return f"/admin/deliberations/case/{case.pk}/change/"


def open_case(case, *, user, what, at=None):
    """Write down that `user` opens `what` (at most 40 characters) of `case`: every page with its content calls this
    first. PermissionDenied for whoever is not named in it.
    """
    if not Case.objects.visible_to(user).filter(pk=case.pk).exists():
        raise PermissionDenied(FORBIDDEN)
    return CaseOpening.objects.create(case=case, user=user, what=what[:40], at=at or timezone.now())


# --- Mediators --------------------------------------------------------------------------------------------------------
@transaction.atomic
def assign_mediator(case, *, mediator, chosen_by=ChosenBy.COMMITTEE, is_lead=False, actor, at=None):
    """One of the serving mediators of the community's committee, named by it or chosen by a party (art. 19).

    `actor` None: a party chose on the phone. A mediator with an account that has a post there may open the case from
    now on. The first one leads. ValidationError beside "mediator".
    """
    at = at or timezone.now()
    case = lock_case(case)
    if actor is not None:
        permit(case, actor)
    if not case.is_running:
        raise ValidationError("这件调解已经结束，不能再选调解员。", code="ended")
    present = case.mediators.filter(recused_at=None)
    if known := present.filter(mediator=mediator).first():
        return known
    _check(case, mediator, timezone.localdate(at))
    is_lead = is_lead or not present.exists()
    if is_lead:
        for other in present.filter(is_lead=True):
            other.is_lead = False
            other.save(update_fields=["is_lead"])
    row = CaseMediator.objects.create(case=case, mediator=mediator, chosen_by=chosen_by, is_lead=is_lead)
    remark(case, f"{row.get_chosen_by_display()}：{mediator}", actor=actor, at=at)
    if mediator.user is not None and reaches(mediator.user, case.community):
        add_readers(case, [mediator.user], by=actor, at=at)
        notify([mediator.user], text=f"{case}：请您调解。", link=page_of(case))
    return row


def _check(case, mediator, on):
    if case.mediators.filter(mediator=mediator).exists():
        raise ValidationError({"mediator": f"{mediator}在这件事里回避过，请另选。"}, code="recused")
    if not mediators_for(case, on).filter(pk=mediator.pk).exists():
        raise ValidationError({"mediator": f"{mediator}不在本社区在任的调解员里。"}, code="serving")


@transaction.atomic
def recuse_mediator(row, *, reason, actor, at=None):
    """回避, asked for by a party or by the mediator, with a reason: they open the case no longer, unless they head the
    committee.
    """
    at = at or timezone.now()
    case = lock_case(row.case)
    permit(case, actor)
    row = case.mediators.select_for_update(of=("self",)).select_related("mediator__user").get(pk=row.pk)
    if row.recused_at is not None:
        return row
    row.recused_reason = demand(reason, "reason", "请写明回避的原因。")
    row.recused_at, row.is_lead = at, False
    row.save(update_fields=["recused_at", "recused_reason", "is_lead"])
    remark(case, f"回避：{row.mediator}", actor=actor, at=at)
    user = row.mediator.user
    if user is not None:
        for reader in case.readers.filter(user=user, ended_at=None):
            reader.ended_at = at
            reader.save(update_fields=["ended_at"])
    if not case.readers.filter(ended_at=None).exists():
        add_readers(case, first_readers(case.community, but=user), at=at)
    return row
