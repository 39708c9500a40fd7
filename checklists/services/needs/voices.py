"""“我也需要”: neighbours who join a need about common space instead of filing it again."""

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import PrivacyNotice
from checklists.models import Need, Support
from checklists.services.needs.door import demand
from govern.fields import blind_index

SALT = "checklists.services.needs.voices"


def public_token(need):
    """What stands in the address of the page that every neighbour may read. Never the receipt code: that opens more."""
    return signing.Signer(salt=SALT).sign_object(need.pk)


def read_public_token(token):
    """The communal need behind `token`, or the one that goes on where it was merged; None for a token of nobody."""
    try:
        pk = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    needs = Need.objects.communal().select_related("category", "community", "building__quarter")
    need = needs.filter(pk=pk).first()
    return needs.filter(pk=need.merged_into_id).first() if need and need.merged_into_id else need


@transaction.atomic
def support(need, *, name, phone, building=None, note="", at=None):
    """Write down that a neighbour needs it too; once per phone, and a second time changes nothing.

    Returns nothing, whatever was there before: who has filed or joined a need is not to be found out by trying phones.
    ValidationError: the need is not about common space, has ended, or the data are wrong.
    """
    at = at or timezone.now()
    demand(name, "name", "请写您的称呼。")
    notice = PrivacyNotice.objects.in_force(timezone.localdate(at)).first()
    if notice is None:
        raise ValidationError("还没有生效的隐私告知书，请联系平台管理员。", code="notice")
    # Whoever merges the need holds it too: a voice that came in between would stay behind, where nobody hears it.
    need = Need.objects.select_for_update(no_key=True).get(pk=need.pk)
    if need.status == Need.Status.MERGED:
        raise ValidationError("这件事刚刚并入另一件，请再点一次。", code="merged")
    if not Need.objects.communal().open().filter(pk=need.pk).exists():
        raise ValidationError("这件事已经有结果了。还没有解决的话，请重新提需求。", code="ended")
    if building is not None and building.quarter.community_id != need.community_id:
        raise ValidationError({"building": "这栋楼不在本社区。"}, code="building")
    voice = Support(need=need, name=name, phone=phone, building=building, note=note, notice=notice, supported_at=at)
    voice.clean_fields()
    index = blind_index(phone)
    if need.contact_phone_index == index:
        return  # who filed it is counted already
    Support.objects.get_or_create(
        need=need,
        phone_index=index,
        defaults={
            "name": name,
            "phone": phone,
            "building": building,
            "note": note,
            "notice": notice,
            "supported_at": at,
        },
    )


def move_supports(need, into):
    """The neighbours of a need that is merged follow it, each once. Called with both needs locked."""
    already = into.supports.values("phone_index")
    need.supports.exclude(phone_index__in=already).exclude(phone_index=into.contact_phone_index).update(need=into)
