"""An end without an accord, and what the parties are told of then (人民调解法 arts 17, 25, 26)."""

from django.core.exceptions import ValidationError
from django.db import models, transaction

from deliberations.models import Case
from deliberations.services.cases.archive import take_up
from deliberations.services.cases.door import move, stale

Status, Kind = Case.Status, Case.Kind
ENDINGS = frozenset({Status.FAILED, Status.ENDED})
WITHOUT_ACCORD = ENDINGS | {Status.REFUSED}


class Ground(models.TextChoices):
    """《深圳经济特区矛盾纠纷多元化解条例》第二十八条, 《宁波市人民调解条例》第二十七条."""

    APART = "apart", "双方意见相差太大，调解不成"
    PERIOD = "period", "调解期限届满，没有达成协议"
    WITHDRAWN = "withdrawn", "当事人要求终止调解"
    ABSENT = "absent", "当事人下落不明或者无故不到场"
    ELSEWHERE = "elsewhere", "已经起诉、申请仲裁或者由行政机关处理"
    FALSE = "false", "有虚假调解的嫌疑"
    OTHER = "other", "其他原因"


FAILED = frozenset({Ground.APART, Ground.PERIOD})

COURT = "向人民法院提起诉讼"
WAYS = {
    Kind.LABOUR: ("向劳动人事争议仲裁委员会申请仲裁（一般要先仲裁）", "向劳动保障监察机构投诉", COURT),
    Kind.CONSUMER: ("向消费者协会或者市场监管部门投诉（12315）", "按约定申请仲裁", COURT),
    Kind.PROPERTY: ("请住建部门、街道办事处处理", "按约定申请仲裁", COURT),
    Kind.HOUSING: ("请自然资源、住建部门处理", "按约定申请仲裁", COURT),
    Kind.CONTRACT: ("按合同约定申请仲裁", COURT),
    Kind.FAMILY: ("有家庭暴力的，向公安机关报警，向法院申请人身安全保护令", COURT),
}
USUAL_WAYS = ("请有关行政机关处理", "双方有仲裁约定的，申请仲裁", COURT)


def other_ways(case):
    """The ways that stand open, by the kind of dispute: arbitration, the administration, the court (art. 26)."""
    return WAYS.get(case.kind, USUAL_WAYS)


@transaction.atomic
def end_case(case, *, ground, words="", actor, at=None):
    """终止调解: 调解不成, or ended for another ground. Ended already: nothing happens.

    ValidationError beside "words" for another ground without words.
    """
    case = take_up(case, actor=actor)
    if case.status in ENDINGS:
        return case
    if case.status not in {Status.ACCEPTED, Status.MEDIATING}:
        raise stale(case)
    ground, words = Ground(ground), words.strip()
    if ground == Ground.OTHER and not words:
        raise ValidationError({"words": "请写明终止的原因。"}, code="required")
    to = Status.FAILED if ground in FAILED and case.status == Status.MEDIATING else Status.ENDED
    ending = words if ground == Ground.OTHER else "。".join(filter(None, [ground.label, words]))
    return move(case, to, actor=actor, note=ending, at=at)
