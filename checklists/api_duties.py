"""活动 and 轮值表 for other programs: read only, what becomes of them is done in the workplace and on the desk."""

from django_filters import rest_framework as filters
from rest_framework import serializers, viewsets

from checklists.models import Activity, Rota, Turn
from govern.scoping import ScopedViewMixin, restrict
from grids.models import Community


class OfCommunityFilter(filters.FilterSet):
    """Another community's pk is as unknown as a missing one."""

    community = filters.ModelChoiceFilter(queryset=lambda request: restrict(Community.objects.all(), request.user))


class ActivityFilter(OfCommunityFilter):
    starts_after = filters.IsoDateTimeFilter("starts_at", "gte")
    starts_before = filters.IsoDateTimeFilter("starts_at", "lt")

    class Meta:
        model = Activity
        fields = ["status", "kind"]


class ActivitySerializer(serializers.ModelSerializer):
    next_statuses = serializers.SerializerMethodField()
    agreement_number = serializers.CharField(source="agreement.number", default="", read_only=True)
    enrolled_count = serializers.IntegerField(read_only=True, label="已报名人数")
    rated_count = serializers.IntegerField(read_only=True, label="评价份数")
    satisfied_count = serializers.IntegerField(read_only=True, label="满意份数")

    class Meta:
        model = Activity
        fields = [
            "id",
            "name",
            "kind",
            "status",
            "next_statuses",
            "community",
            "turn",
            "unit",
            "joint_units",
            "agreement_number",
            "starts_at",
            "ends_at",
            "place",
            "seats",
            "enrolment_closes_at",
            "is_public",
            "enrolled_count",
            "reached_count",
            "rated_count",
            "satisfied_count",
        ]
        read_only_fields = fields

    def get_next_statuses(self, activity) -> list[str]:
        return sorted(activity.next_statuses)


class ActivityViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """活动: who enrolled is counted, never named."""

    queryset = (
        Activity.objects.with_enrolled().with_verdicts().select_related("agreement").prefetch_related("joint_units")
    )
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    http_method_names = ["get", "head", "options"]


class TurnSerializer(serializers.ModelSerializer):
    agreement_number = serializers.CharField(source="agreement.number", default="", read_only=True)

    class Meta:
        model = Turn
        fields = ["id", "unit", "agreement_number", "starts_on", "ends_on", "handed_over_at"]
        read_only_fields = fields


class RotaFilter(OfCommunityFilter):
    class Meta:
        model = Rota
        fields = ["period"]


class RotaSerializer(serializers.ModelSerializer):
    turns = TurnSerializer(many=True, read_only=True)

    class Meta:
        model = Rota
        fields = ["id", "community", "period", "starts_on", "ends_on", "turns"]
        read_only_fields = fields


class RotaViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """轮值表, with its turns."""

    queryset = Rota.objects.prefetch_related("turns__agreement")
    serializer_class = RotaSerializer
    filterset_class = RotaFilter
    http_method_names = ["get", "head", "options"]
