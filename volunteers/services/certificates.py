"""志愿服务记录证明 (民发〔2015〕149号, 志愿服务记录与证明出具办法): 谁记录谁证明, free of charge.

Of voluntary hours alone. Numbers run without a gap in each community and year. Lock: the community.
"""

import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.services import notify
from govern.codes import CODE_ALPHABET
from grids.models import Community
from volunteers.models import Certificate, HourEntry, Ledger

MOST_CONTENT = 300


def certifiable(volunteer, community, starts_on, ends_on, on=None):
    """The hours that a certificate of this period speaks of: voluntary, recorded by `community`, counting."""
    rows = HourEntry.objects.filter(volunteer=volunteer, community=community, ledger=Ledger.VOLUNTARY)
    return rows.filter(served_on__range=(starts_on, ends_on)).counting(on)


def issuers_of(volunteer, on=None):
    """The communities that recorded hours of `volunteer`, and so may certify them."""
    recorded = HourEntry.objects.filter(volunteer=volunteer, ledger=Ledger.VOLUNTARY).counting(on)
    return Community.objects.filter(pk__in=recorded.order_by().values("community")).order_by("code")


@transaction.atomic
def issue_certificate(volunteer, *, starts_on, ends_on, actor, community=None, at=None):
    """出具 by `community` (that of residence), asked for by the volunteer or by staff. The same once more: that one.

    ValidationError: a period upside down or to come, or without a single confirmed hour.
    """
    at, community = at or timezone.now(), community or volunteer.community
    if not may_issue(actor, volunteer, community):
        raise PermissionDenied("您不能出具这份证明。")
    _check_period(starts_on, ends_on, timezone.localdate(at))
    Community.objects.select_for_update(of=("self",), no_key=True).get(pk=community.pk)
    rows = certifiable(volunteer, community, starts_on, ends_on, timezone.localdate(at))
    services = Count("pk", filter=Q(reverses=None)) - Count("pk", filter=Q(reverses__isnull=False))
    sums = rows.aggregate(minutes=Sum("minutes", default=0), services=services)
    if sums["minutes"] <= 0:
        raise ValidationError("这段时间没有已确认的志愿服务时长。", code="nothing")
    same = {"volunteer": volunteer, "community": community, "starts_on": starts_on, "ends_on": ends_on}
    content = content_of(rows)
    known = Certificate.objects.valid().filter(**same, minutes=sums["minutes"], content=content).first()
    if known:
        return known
    is_own = actor.pk == volunteer.user_id
    certificate = Certificate(
        **same,
        number=next_number(community, timezone.localdate(at).year),
        sign="".join(secrets.choice(CODE_ALPHABET) for _ in range(16)),
        minutes=sums["minutes"],
        sessions_count=sums["services"],
        content=content,
        handler=recorder_of(rows) if is_own else actor,
        issued_at=at,
    )
    certificate.full_clean(exclude=["handler"])
    certificate.save()
    if volunteer.user_id and not is_own:
        notify([volunteer.user], text=f"社区已为您出具服务证明 {certificate.number}。", link=reverse("me:certificates"))
    return certificate


def may_issue(actor, volunteer, community):
    if volunteer.user_id is not None and actor.pk == volunteer.user_id:
        return True
    return Community.objects.allowed(actor, "volunteers.add_certificate").filter(pk=community.pk).exists()


def _check_period(starts_on, ends_on, today):
    if ends_on < starts_on:
        raise ValidationError({"ends_on": "截止日期不能早于起始日期。"}, code="order")
    if ends_on > today:
        raise ValidationError({"ends_on": "截止日期不能晚于今天。"}, code="future")


def content_of(rows):
    """What was done, the longest first, as far as it fits."""
    done = rows.filter(reverses=None, reversal=None).order_by().values_list("words")
    words = [name for name, _ in done.annotate(total=Sum("minutes")).order_by("-total", "words")]
    text = "、".join(words)
    return text if len(text) <= MOST_CONTENT else f"{text[: MOST_CONTENT - 1].rpartition('、')[0]}等"


def recorder_of(rows):
    """Who confirmed the latest of the hours answers for them where nobody else issues."""
    last = rows.filter(entered_by__isnull=False).select_related("entered_by").order_by("-entered_at", "-pk").first()
    return last and last.entered_by


def next_number(community, year):
    """〔2026〕320500001001-000123; call with the community locked."""
    start = f"〔{year}〕{community.code}-"
    last = Certificate.objects.filter(number__startswith=start).order_by("-number").first()
    return f"{start}{int(last.number.removeprefix(start)) + 1 if last else 1:06}"


@transaction.atomic
def revoke_certificate(certificate, *, reason, actor, at=None):
    """作废 with its reason; the public page says so from now on. Revoked already: nothing happens."""
    if not Certificate.objects.editable_by(actor).filter(pk=certificate.pk).exists():
        raise PermissionDenied("您没有作废这份证明的权限。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明作废的原因。"}, code="required")
    row = Certificate.objects.select_for_update(of=("self",)).select_related("volunteer__user").get(pk=certificate.pk)
    if row.revoked_at:
        return row
    row.revoked_at, row.revoked_reason = at or timezone.now(), reason.strip()[:100]
    row.save(update_fields=["revoked_at", "revoked_reason"])
    if row.volunteer.user_id:
        notify(
            [row.volunteer.user],
            text=f"服务证明 {row.number} 已作废：{row.revoked_reason}",
            link=reverse("me:certificates"),
        )
    return row


def find_certificate(number, sign):
    """The certificate with both; None otherwise, whichever of the two was wrong."""
    rows = Certificate.objects.select_related("volunteer", "community")
    row = rows.filter(sign="".join(sign.split()).upper()).first()
    return row if row and _plain(row.number) == _plain(number) else None


def _plain(number):
    """As somebody may type it: any brackets or none, any dash."""
    return "".join(each for each in number if each.isdigit())
