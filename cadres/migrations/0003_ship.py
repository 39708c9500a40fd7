from datetime import date
from decimal import Decimal

from django.db import migrations

from organizations.shipping import grant

SINCE = date(2020, 9, 1)
TRACKS = [
    ("社区正职", "党组织书记、居委会主任", 7, 18),
    ("社区副职", "副书记、副主任", 4, 15),
    ("工作人员", "其他纳入社区工作者管理的人员", 1, 12),
]
BONUSES = [("bachelor", 1), ("master", 2), ("doctor", 3), ("assistant", 1), ("social_worker", 2), ("senior", 3)]
RULES_SOURCE = (
    "各地三岗十八级通行做法：三年一级，正职 7-18 级、副职 4-15 级、工作人员 1-12 级；年度考核基本合格、不合格的年度不计"
    "（烟台市、本溪市）；岗位变动次月起执行（烟台市）；社会工作师资格加级取最高（呼和浩特市）"
)
PAY_SOURCE = (
    "锦州市 2022 年社区工作者薪酬办法：基数 2958 元，系数 1+0.03×（级别−1）；试用期三个月发 80%（西安市 2020 年）"
)

WORKERS = (
    "view_communityworker view_placement view_interruption view_qualification view_workerevent view_appraisal "
    "view_gradeentry view_simulation view_simulationline"
)
SCHEMES = (
    "view_scheme view_track view_rulebook view_trackrange view_qualificationbonus view_paytable view_paylevel "
    "view_allowance"
)
MANAGE = (
    f"{WORKERS} {SCHEMES} add_communityworker change_communityworker add_interruption add_qualification "
    "add_appraisal add_gradeentry add_simulation change_simulation approve_simulation"
)
RULE = " ".join(
    f"add_{name} change_{name} delete_{name}"
    for name in (
        "scheme",
        "track",
        "rulebook",
        "trackrange",
        "qualificationbonus",
        "paytable",
        "paylevel",
        "allowance",
    )
)


def ship(apps, schema_editor):
    def model(name):
        return apps.get_model("cadres", name).objects

    scheme = model("Scheme").create(name="三岗十八级", top_level=18)
    rulebook = model("Rulebook").create(scheme=scheme, effective_on=SINCE, source=RULES_SOURCE)
    for position, (name, posts, lowest, highest) in enumerate(TRACKS):
        track = model("Track").create(scheme=scheme, name=name, posts=posts, position=position)
        model("TrackRange").create(rulebook=rulebook, track=track, lowest=lowest, highest=highest)
    for title, levels in BONUSES:
        model("QualificationBonus").create(rulebook=rulebook, title=title, levels=levels)
    table = model("PayTable").create(scheme=scheme, effective_on=SINCE, base=2958, source=PAY_SOURCE)
    for level in range(1, 19):
        model("PayLevel").create(pay_table=table, level=level, coefficient=1 + Decimal("0.03") * (level - 1))
    grant(
        apps,
        "cadres",
        {
            "platform_admin": f"{MANAGE} {RULE}",
            "district_staff": MANAGE,
            "street_staff": MANAGE,
            "community_staff": f"{WORKERS} {SCHEMES}",
            "supervisor": f"{WORKERS} {SCHEMES}",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("cadres", "0002_append_only"), ("organizations", "0006_ship_history_and_members")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
