"""A new version of rules or pay begins as a copy of the one before."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cadres.models import PayTable, Rulebook


@transaction.atomic
def _copy(row, *, on, actor, children):
    """`row` and its `children` once more, from the date `on` on. ValidationError beside "on" where one is there."""
    model = type(row)
    if not actor.has_perm(f"cadres.add_{model._meta.model_name}"):
        raise PermissionDenied("只有平台管理员能改岗位体系。")
    if on <= timezone.localdate():
        raise ValidationError({"on": "新版要从今天以后执行：过去的级别按当时的规则解释。"}, code="past")
    if model.objects.filter(scheme=row.scheme, effective_on=on).exists():
        raise ValidationError({"on": "这一天已有一版。"}, code="taken")
    rows = {name: list(getattr(row, name).all()) for name in children}
    copy = model.objects.get(pk=row.pk)
    copy.pk, copy.effective_on = None, on
    copy._state.adding = True
    copy.save()
    parent = "rulebook" if model is Rulebook else "pay_table"
    for each in (each for group in rows.values() for each in group):
        each.pk = None
        each._state.adding = True
        setattr(each, parent, copy)
        each.save()
    return copy


def copy_rulebook(rulebook, *, on, actor):
    assert isinstance(rulebook, Rulebook)
    return _copy(rulebook, on=on, actor=actor, children=["ranges", "bonuses"])


def copy_pay_table(pay_table, *, on, actor):
    assert isinstance(pay_table, PayTable)
    return _copy(pay_table, on=on, actor=actor, children=["levels", "allowances"])
