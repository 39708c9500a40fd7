"""From a trial to the rule: weights that were tried become the office's, from a day on."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from checklists.models import Run
from checklists.services.matching import WEIGHTS
from organizations.models import Parameter, ParameterValue


@transaction.atomic
def adopt_weights(run, *, actor, effective_on, today=None):
    """The weights of the finished trial `run` hold from the date `effective_on`: after `today`, so that what was
    decided until then can still be explained. Only weights that change are written. Returns the new ParameterValues.

    PermissionDenied without the right to set parameters; ValidationError for another run, a day that is too early, or
    one for which the office has already said something else.
    """
    today = today or timezone.localdate()
    if not actor.has_perm("organizations.add_parametervalue"):
        raise PermissionDenied("您没有修改参数的权限。")
    if not run.is_trial or run.status != Run.Status.FINISHED:
        raise ValidationError("只有算完的试算可以采用。", code="trial")
    if effective_on <= today:
        raise ValidationError({"effective_on": "生效日期最早是明天。"}, code="date")
    rows = []
    for name in WEIGHTS:
        parameter = Parameter.objects.select_for_update().get(key=f"match_weight_{name}")
        value = Decimal(str(run.settings["weights"][name]))
        held = ParameterValue.objects.in_force(effective_on).filter(parameter=parameter).first()
        if held is not None and held.value == value:
            continue
        row = ParameterValue(parameter=parameter, value=value, effective_on=effective_on)
        try:
            row.full_clean()
        except ValidationError as error:
            raise ValidationError(
                {"effective_on": f"“{parameter}”{effective_on:%m月%d日}起{'；'.join(error.messages)}"}, code="taken"
            ) from error
        row.save()
        rows.append(row)
    return rows
