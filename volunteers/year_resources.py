"""What the list of 年度鉴定 writes into Excel; names leave it masked."""

from import_export.resources import Resource

from govern.exports import Column
from volunteers.words import hours


class YearReviewResource(Resource):
    year = Column("year", "年度")
    code = Column("report__volunteer__code", "志愿者编号")
    name = Column("report__volunteer__masked_name", "姓名")
    unit = Column("unit__name", "所在单位")
    community = Column("report__community__name", "报到社区")
    duty_hours = Column("duty_minutes", "报到服务（小时）")
    sessions_count = Column("sessions_count", "报到服务（次）")
    voluntary_hours = Column("voluntary_minutes", "志愿服务（小时）")
    grade = Column("get_grade_display", "等次")
    comment = Column("comment", "社区评语")
    status = Column("get_status_display", "状态")
    graded_at = Column("graded_at", "鉴定时间")
    sent_at = Column("sent_at", "反馈时间")
    receipted_at = Column("receipted_at", "回执时间")
    receipt = Column("receipt", "回执意见")

    def dehydrate_duty_hours(self, review):
        return float(hours(review.duty_minutes))

    def dehydrate_voluntary_hours(self, review):
        return float(hours(review.voluntary_minutes))
