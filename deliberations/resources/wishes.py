"""编号造册 as a sheet. Whose wish it is leaves masked."""

from import_export.resources import Resource

from deliberations import wall_states
from govern.exports import Column, harmless


class StateColumn(Column):
    def get_value(self, wish):
        return wall_states.words_of(wish.need, wish.helper) if wish.is_published else "不在墙上"

    def export(self, instance, **kwargs):
        return harmless(self.get_value(instance))


class WishSheet(Resource):
    community = Column("need__community__name", "社区")
    label = Column("label", "编号")
    words = Column("words", "墙上的话")
    category = Column("need__category__name", "类别")
    state = StateColumn("words", "情况")
    helper = Column("helper", "谁认领")
    consent = Column("get_consent_display", "怎么同意的")
    agreed_at = Column("agreed_at", "同意时间")
    verified_by = Column("verified_by__name", "核实人")
    published_at = Column("published_at", "上墙时间")
    done_at = Column("need__done_at", "实现时间")
    closed_at = Column("need__closed_at", "销号时间")
    taken_down_reason = Column("taken_down_reason", "撤下原因")
    contact = Column("need__masked_contact_name", "居民")
    code = Column("need__spoken_code", "受理编号")
