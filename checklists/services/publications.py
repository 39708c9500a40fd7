"""Which columns of a community's lists anybody may read, chosen by staff and kept in the audit trail."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from checklists.columns import LISTS
from checklists.models import Publication
from grids.models import Community


@transaction.atomic
def publish(community, checklist, *, columns, is_public, actor):
    """Put up, or take down, a list (a key of LISTS) of `community`, with the columns named by the keys `columns`.

    ValidationError for a column that is personal or unknown, and for none while the list is public; PermissionDenied
    where the actor may not publish.
    """
    if not Community.objects.allowed(actor, "checklists.change_publication").filter(pk=community.pk).exists():
        raise PermissionDenied("您没有公开这个社区清单的权限。")
    allowed = {column.key for column in LISTS[checklist].public_columns}
    if foreign := set(columns) - allowed:
        heads = {column.key: column.head for column in LISTS[checklist].columns}
        named = "、".join(heads.get(key, key) for key in sorted(foreign))
        raise ValidationError({"columns": f"这些栏目不能公开：{named}。"}, code="personal")
    if is_public and not columns:
        raise ValidationError({"columns": "至少选一个栏目，居民才有东西可看。"}, code="columns")
    row, _ = Publication.objects.select_for_update().get_or_create(
        community=community, checklist=checklist, defaults={"changed_by": actor}
    )
    row.columns = [column.key for column in LISTS[checklist].chosen(columns)]
    row.is_public = is_public
    row.changed_by = actor
    row.save()
    return row


def publications_of(checklist, user):
    """[(community, its Publication or None)] of every community whose `checklist` the user may put up."""
    communities = Community.objects.allowed(user, "checklists.change_publication").select_related("street")
    rows = Publication.objects.visible_to(user).filter(checklist=checklist).select_related("changed_by")
    of_community = {row.community_id: row for row in rows}
    return [(community, of_community.get(community.pk)) for community in communities.order_by("code")]
