"""What staff do to one sign-up, on its page."""

from django.utils import timezone

from govern.acts import Act
from organizations.forms.elections import words_field
from volunteers.models import Session, Signup
from volunteers.services import attendance, signups

Status = Signup.Status


class SignupAct(Act):
    @classmethod
    def is_offered(cls, signup):
        return super().is_offered(signup) and signup.session.status == Session.Status.OPEN

    @staticmethod
    def is_near(signup):
        opens_at, closes_at = attendance.window_of(signup.session)
        return opens_at <= timezone.now() <= closes_at


class Arrive(SignupAct):
    verb, label, icon, done, is_quiet = "arrive", "登记签到", "check", "已登记签到。", False
    from_statuses = frozenset({Status.SEATED, Status.ABSENT})

    @classmethod
    def is_offered(cls, signup):
        return super().is_offered(signup) and cls.is_near(signup)

    def act(self):
        return attendance.arrive(self.subject, way=Signup.Way.LEADER, actor=self.user)


class Depart(SignupAct):
    verb, label, icon, done, is_quiet = "depart", "登记签退", "check", "已登记签退。", False
    from_statuses = frozenset({Status.ATTENDED})

    @classmethod
    def is_offered(cls, signup):
        return super().is_offered(signup) and signup.left_at is None and cls.is_near(signup)

    def act(self):
        return attendance.depart(self.subject, way=Signup.Way.LEADER, actor=self.user)


class Absent(SignupAct):
    verb, label, icon, done = "absent", "登记未到", "x", "已登记未到。"
    from_statuses = frozenset({Status.SEATED, Status.ATTENDED})

    @classmethod
    def is_offered(cls, signup):
        return super().is_offered(signup) and signup.session.starts_at <= timezone.now()

    def act(self):
        return attendance.mark_absent(self.subject, actor=self.user)


class Cancel(SignupAct):
    verb, label, icon, done = "cancel", "取消报名", "circle-x", "已取消，名额已让给候补的人。"
    from_statuses = frozenset({Status.SEATED, Status.WAITING})
    reason = words_field("取消原因", 80)

    @classmethod
    def is_offered(cls, signup):
        return super().is_offered(signup) and signup.session.starts_at > timezone.now()

    def act(self, reason):
        return signups.cancel_signup(self.subject, reason=reason, actor=self.user)


SIGNUP_ACTS = (Arrive, Depart, Absent, Cancel)
