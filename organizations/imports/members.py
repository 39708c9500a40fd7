"""党员 out of Excel: a line is somebody who is entered; who is there already is refused, and put right by hand."""

from functools import partial

from django.core.exceptions import ValidationError

from accounts.imports import phone
from govern.imports import cells
from govern.imports.cells import Refusal
from govern.imports.fillings import BAD, WHOLE_ROW, Field, Sheet
from organizations.imports.limits import LongFilling
from organizations.imports.naming import Named
from organizations.imports.organizations import FOUNDED_SINCE
from organizations.models import Organization, PartyMember
from organizations.resources import BETWEEN, MemberResource
from organizations.services import members

day = partial(cells.day, earliest=FOUNDED_SINCE)


def labels(choices):
    return {label: value for value, label in choices}


def identity_number(value):
    words = cells.text(value).replace(" ", "").upper()
    if "*" in words:
        raise Refusal("身份证号要填完整的，带星号的不能导入。")
    return words


class MemberFilling(LongFilling):
    model = PartyMember
    sheet = Sheet("党员", "名", tuple(each.column_name for each in MemberResource.fields.values()))
    label_heads = ("姓名",)
    consent = "表里的人都知道党组织登记这些信息。"
    in_request = 1000

    def make_fields(self):
        rows = Organization.objects.allowed(self.user, "organizations.add_partymember").branches()
        branches = Named(rows, "党支部")
        offered = branches.offered(branches.paths)
        stages, employments = labels(PartyMember.Stage.choices), labels(PartyMember.Employment.choices)
        return (
            Field(
                "branch",
                "所在党支部",
                branches,
                is_required=True,
                example=next(iter(offered), ""),
                hint=f"名称不重复的，只写名称也行；重复的从最上级写起，用“{BETWEEN}”连接。",
                options=offered,
            ),
            Field("name", "姓名", is_required=True, example="王小明"),
            Field(
                "gender",
                "性别",
                cells.choice(labels(PartyMember.Gender.choices)),
                is_required=True,
                example="男",
                options=tuple(PartyMember.Gender.labels),
            ),
            Field("identity_number", "身份证号", identity_number, hint="单元格设成文本，免得末几位变成 0。"),
            Field("phone", "手机号", phone, example="13800001234"),
            Field(
                "stage",
                "党员类别",
                cells.choice(stages),
                is_required=True,
                example="正式党员",
                options=tuple(stages),
            ),
            Field("joined_on", "入党日期", day, is_required=True, example="2010-07-01"),
            Field("full_on", "转正日期", day, example="2011-07-01", hint="正式党员要填，预备党员不填。"),
            Field("employment", "在职情况", cells.choice(employments), example="在职", options=tuple(employments)),
            Field("employer", "工作单位", example="第二小学"),
            Field("is_floating", "流动党员", cells.yes_or_no, example="否", options=("是", "否")),
            Field("floating_place", "流动去向", hint="流动党员填写，如：广东省深圳市。"),
        )

    # --- Reading and writing ------------------------------------------------------------------------------------------
    def rows(self, lines):
        rows = super().rows(lines)
        self.refuse_doubles([row for row in rows if row.action != BAD and not row.subject.identity_number])
        self.tell_faults([row for row in rows if row.action != BAD])
        return rows

    def refuse_doubles(self, rows):
        """Whoever comes without an identity number is known by name and phone, or by name, branch and day of joining:
        a sheet that is uploaded again enters nobody again.
        """
        names = {row.subject.name for row in rows}
        held = PartyMember.objects.visible_to(self.user).here().filter(name__in=names).select_related("branch")
        branch_of = {key: member.branch for member in held for key in _keys(member)}
        for row in rows:
            keys = _keys(row.subject)
            if found := [branch_of[key] for key in keys if key in branch_of]:
                words = f"“{row.subject}”已经登记在{found[0]}，不用再导入。同名的另一个人，请填身份证号。"
                row.refuse(WHOLE_ROW, words)
            else:
                any(self.is_twin(row, key) for key in keys)

    def check(self, row, line):
        row.subject = PartyMember(**row.values)

    def tell_faults(self, rows):
        """What the service would refuse, each beside its column; whether there was anything."""
        faults = members.faults_of([row.subject for row in rows], actor=self.user)
        for row, fault in zip(rows, faults, strict=True):
            if fault:
                self.tell(row, fault)
        return any(faults)

    def write(self, rows):
        try:
            members.register_members([row.subject for row in rows], actor=self.user)
        except ValidationError as error:  # somebody was entered elsewhere since the preview
            if not self.tell_faults(rows):
                rows[0].refuse(WHOLE_ROW, "；".join(error.messages))


def _keys(member):
    known = [(member.name, member.branch_id, member.joined_on)]
    return [*known, (member.name, member.phone)] if member.phone else known
