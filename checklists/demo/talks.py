"""谈心谈话 of this year: the 书记 with members of the branch, members with each other, some of them in trouble."""

from datetime import timedelta

from django.utils import timezone

from organizations.models import LeadershipTerm, PartyMember, Talk

Kind = Talk.Kind
SAID = {
    Kind.LEADERS: ("交流分工和换届准备，互相提了意见。", "就小区加装电梯的分工交换了看法。"),
    Kind.LEADER_MEMBER: (
        "了解工作和家庭情况，提醒按时参加主题党日。",
        "听取对支部工作的意见，建议多办晚上的活动。",
        "谈流动期间怎样过组织生活。",
    ),
    Kind.MEMBERS: ("交流学习体会，互相提了意见。", "约定一起参加楼栋值守。"),
    Kind.CARE: ("最近家里有人住院，情绪不高，支部安排人探望。", "退休后有些失落，请其牵头楼栋议事。"),
}
DONE = 0.7  # so many members have talked by now
MOST = 12  # of one branch are drawn


class Talks:
    def __init__(self, district, *, now, rng):
        self.district, self.rng, self.now = district, rng, now
        self.today = timezone.localdate(now)

    def run(self):
        clerks = {community.organization_id: clerk for community, clerk in self.district.clerks.items()}
        secretaries = LeadershipTerm.objects.current(self.today).filter(position="secretary").exclude(member=None)
        leaders = {term.organization_id: term.member for term in secretaries.select_related("member")}
        members = {}
        for member in PartyMember.objects.here().select_related("branch").order_by("branch", "pk"):
            members.setdefault(member.branch, []).append(member)
        Talk.objects.bulk_create(
            talk
            for branch, own in members.items()
            for talk in self.talks(branch, own, leaders.get(branch.pk), clerks.get(branch.parent_id))
        )

    def talks(self, branch, members, leader, clerk):
        for member in members[:MOST]:
            if member == leader or self.rng.random() > DONE:
                continue
            kind = self.rng.choice((Kind.LEADER_MEMBER, Kind.LEADER_MEMBER, Kind.MEMBERS, Kind.CARE))
            talker = self.rng.choice(members) if kind == Kind.MEMBERS or leader is None else leader
            if talker == member:
                continue
            yield self.talk(branch, kind, talker, member, clerk)
        if leader is not None and self.rng.random() < 0.2:
            yield self.talk(branch, Kind.LEADERS, None, leader, clerk, talker_name="社区党委书记")

    def talk(self, branch, kind, talker, partner, clerk, talker_name=""):
        day = self.today.replace(month=1, day=1)
        day += timedelta(days=self.rng.randrange(max((self.today - day).days, 1)))
        return Talk(
            organization=branch,
            kind=kind,
            held_on=day,
            talker=talker,
            talker_name=talker_name or talker.name,
            partner=partner,
            partner_name=partner.name,
            content=self.rng.choice(SAID[kind]),
            recorded_by=clerk or self.district.admin,
            recorded_at=min(self.now, self.now - timedelta(days=(self.today - day).days) + timedelta(hours=2)),
        )
