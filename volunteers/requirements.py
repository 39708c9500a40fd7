"""What a session, a series or a position asks of whoever takes part (志愿服务条例 art. 14-17)."""

from govern.dates import whole_years
from organizations.parameters import parameter
from volunteers.models import Volunteer


def shortfalls(volunteer, terms, *, on, adult_age=None):
    """What `volunteer` lacks for `terms` on the day `on`, in words; empty where nothing is missing.

    Reads `skills` of both and the volunteer's `trainings`: prefetch them, and hand over `adult_age` (the parameter
    volunteer_adult_age), where many are asked.
    """
    if adult_age is None and terms.needs_insurance:
        adult_age = parameter("volunteer_adult_age", on=on)
    return [
        *_of_standing(volunteer, terms),
        *_of_age(volunteer, terms, on, adult_age),
        *_of_skill(volunteer, terms, on),
    ]


def _of_standing(volunteer, terms):
    if getattr(terms, "is_for_members", False) and volunteer.kind != Volunteer.Kind.MEMBER:
        yield "只限党员"


def _of_age(volunteer, terms, on, adult_age):
    # Work that needs insurance is dangerous, and no minor does it (《山东省志愿服务条例》).
    least = max(terms.least_age or 0, int(adult_age) if terms.needs_insurance else 0)
    most, age = terms.most_age, whole_years(volunteer.born_on, on) if volunteer.born_on else None
    is_known_adult = volunteer.kind == Volunteer.Kind.MEMBER and least <= 18 and most is None
    if age is None and (least or most) and not is_known_adult:
        yield "要先登记出生日期，才能核对年龄"
    elif age is not None and age < least:
        is_minor = terms.needs_insurance and age < adult_age
        yield f"要满 {least} 周岁{'（有风险的活动不收未成年人）' if is_minor else ''}"
    elif age is not None and most and age > most:
        yield f"不超过 {most} 周岁"
    if terms.needs_insurance and not (volunteer.insured_until and volunteer.insured_until >= on):
        yield "要有到当天仍有效的志愿服务保险，请联系社区登记"


def _of_skill(volunteer, terms, on):
    """One of the skills is enough: a repair day asks for electricians and barbers, and nobody is both."""
    wanted = {skill.pk: skill.name for skill in terms.skills.all()}
    held = {skill.pk for skill in volunteer.skills.all()} & wanted.keys() if wanted else set()
    if wanted and not held:
        yield f"要会{'或'.join(wanted.values())}"
    if terms.needs_training:
        valid = [row for row in volunteer.trainings.all() if row.on <= on and (row.valid_until or on) >= on]
        if not any(row.skill_id in held for row in valid) if wanted else not valid:
            yield "要参加过对应技能的培训，并且还在有效期内"
