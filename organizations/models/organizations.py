from auditlog.registry import auditlog
from django.db import models
from django.db.models import Q
from mptt.models import MPTTModel, TreeForeignKey

from organizations.querysets import OrganizationManager


class Organization(MPTTModel):
    """A node of the five-level chain 行业党委—社区党组织—小区党支部—楼栋党小组—党员中心户.

    Every 行业党委 is the root of a small tree of its own: the cost of a write follows the size of the tree it touches.
    Written only through organizations.services, which hold the tree lock.
    """

    class Tier(models.IntegerChoices):
        INDUSTRY = 1, "行业党委"
        COMMUNITY = 2, "社区党组织"
        QUARTER = 3, "小区党支部"
        BUILDING = 4, "楼栋党小组"
        HOUSEHOLD = 5, "党员中心户"

    class Kind(models.TextChoices):
        INDUSTRY_COMMITTEE = "industry_committee", "行业党委"
        COMMITTEE = "committee", "社区党委"
        GENERAL_BRANCH = "general_branch", "社区党总支"
        COMMUNITY_BRANCH = "community_branch", "社区党支部"
        QUARTER_BRANCH = "quarter_branch", "小区党支部"
        JOINT_BRANCH = "joint_branch", "小区联合党支部"
        ENTERPRISE_BRANCH = "enterprise_branch", "两新组织党支部"
        TOWER_BRANCH = "tower_branch", "楼宇党支部"
        PROPERTY_BRANCH = "property_branch", "物业党支部"
        BUILDING_GROUP = "building_group", "楼栋党小组"
        ENTRANCE_GROUP = "entrance_group", "楼门党小组"
        FLOOR_GROUP = "floor_group", "楼层党小组"
        ENTERPRISE_GROUP = "enterprise_group", "两新组织党小组"
        TOWER_GROUP = "tower_group", "楼宇党小组"
        PROPERTY_GROUP = "property_group", "物业党小组"
        MEMBER_HOUSEHOLD = "member_household", "党员中心户"

    TIER_OF_KIND = {
        Kind.INDUSTRY_COMMITTEE: Tier.INDUSTRY,
        Kind.COMMITTEE: Tier.COMMUNITY,
        Kind.GENERAL_BRANCH: Tier.COMMUNITY,
        Kind.COMMUNITY_BRANCH: Tier.COMMUNITY,
        Kind.QUARTER_BRANCH: Tier.QUARTER,
        Kind.JOINT_BRANCH: Tier.QUARTER,
        Kind.ENTERPRISE_BRANCH: Tier.QUARTER,
        Kind.TOWER_BRANCH: Tier.QUARTER,
        Kind.PROPERTY_BRANCH: Tier.QUARTER,
        Kind.BUILDING_GROUP: Tier.BUILDING,
        Kind.ENTRANCE_GROUP: Tier.BUILDING,
        Kind.FLOOR_GROUP: Tier.BUILDING,
        Kind.ENTERPRISE_GROUP: Tier.BUILDING,
        Kind.TOWER_GROUP: Tier.BUILDING,
        Kind.PROPERTY_GROUP: Tier.BUILDING,
        Kind.MEMBER_HOUSEHOLD: Tier.HOUSEHOLD,
    }

    # 支部 → 总支 → 党委, as its members grow; the way back is the same paper.
    RANKS = (Kind.COMMUNITY_BRANCH, Kind.GENERAL_BRANCH, Kind.COMMITTEE)
    # 党支部: what a member belongs to. A 党小组 is part of one, and a 总支 or 党委 has branches of its own.
    BRANCHES = frozenset(
        {
            Kind.COMMUNITY_BRANCH,
            Kind.QUARTER_BRANCH,
            Kind.JOINT_BRANCH,
            Kind.ENTERPRISE_BRANCH,
            Kind.TOWER_BRANCH,
            Kind.PROPERTY_BRANCH,
        }
    )

    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    tier = models.PositiveSmallIntegerField("层级", choices=Tier.choices, editable=False)
    parent = TreeForeignKey(
        "self", models.PROTECT, related_name="children", verbose_name="上级党组织", null=True, blank=True
    )
    trade = models.CharField("行业", max_length=40, blank=True, help_text="只有行业党委填写，如：教育、卫生健康。")
    founded_on = models.DateField("成立日期", null=True, blank=True)
    dissolved_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    is_active = models.BooleanField("在用", default=True)

    objects = OrganizationManager()

    class Meta:
        verbose_name = "党组织"
        verbose_name_plural = "党组织"
        ordering = ["tree_id", "lft"]
        indexes = [
            # django-mptt adds its own (tree_id, lft) beside this one, and only because a list stands here at all.
            models.Index(fields=["tier", "kind"], name="organization_by_tier"),
        ]
        constraints = [
            models.CheckConstraint(
                name="organization_root_is_an_industry_committee",
                condition=Q(tier=1, parent__isnull=True) | Q(tier__gt=1, parent__isnull=False),
                violation_error_message="只有行业党委没有上级，其他党组织都要有上级。",
            ),
            models.CheckConstraint(
                name="organization_kind_fits_its_tier",
                condition=Q(tier=1, kind="industry_committee")
                | Q(tier=2, kind__in=["committee", "general_branch", "community_branch"])
                | Q(
                    tier=3,
                    kind__in=[
                        "quarter_branch",
                        "joint_branch",
                        "enterprise_branch",
                        "tower_branch",
                        "property_branch",
                    ],
                )
                | Q(
                    tier=4,
                    kind__in=[
                        "building_group",
                        "entrance_group",
                        "floor_group",
                        "enterprise_group",
                        "tower_group",
                        "property_group",
                    ],
                )
                | Q(tier=5, kind="member_household"),
                violation_error_message="党组织的类型与层级不符。",
            ),
            models.UniqueConstraint(
                name="organization_name_is_unique_under_its_parent",
                fields=["parent", "name"],
                condition=Q(dissolved_on=None),
                violation_error_message="同一上级下已有同名党组织。",
            ),
            models.UniqueConstraint(
                name="organization_root_name_is_unique",
                fields=["name"],
                condition=Q(parent=None, dissolved_on=None),
                violation_error_message="已有同名行业党委。",
            ),
            models.CheckConstraint(
                name="organization_dissolved_is_out_of_use",
                condition=Q(dissolved_on=None) | Q(is_active=False),
                violation_error_message="已撤销的党组织不能在用。",
            ),
            models.CheckConstraint(
                name="organization_trade_is_of_a_root",
                condition=Q(trade="") | Q(tier=1),
                violation_error_message="只有行业党委填写行业。",
            ),
        ]

    def __str__(self):
        return self.name


auditlog.register(Organization, exclude_fields=["lft", "rght", "tree_id", "level"])
