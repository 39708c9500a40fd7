from django_filters import rest_framework as filters
from rest_framework import serializers, viewsets
from rest_framework.routers import SimpleRouter

from govern.scoping import ScopedViewMixin, restrict
from grids.models import Community, Grid
from patrols.models import Incident, Matter


class MatterSerializer(serializers.ModelSerializer):
    class Meta:
        model = Matter
        fields = ["id", "family", "parent", "code", "name", "handling_hours", "is_urgent", "is_active"]
        read_only_fields = fields


class MatterViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """网格事项类别, in two levels."""

    queryset = Matter.objects.all()
    serializer_class = MatterSerializer
    filterset_fields = ["family", "parent", "is_active"]
    http_method_names = ["get", "head", "options"]


class IncidentFilter(filters.FilterSet):
    """Foreign keys offer only the caller's own rows: another community's pk is as unknown as a missing one."""

    community = filters.ModelChoiceFilter(queryset=lambda request: restrict(Community.objects.all(), request.user))
    grid = filters.ModelChoiceFilter(queryset=lambda request: restrict(Grid.objects.all(), request.user))
    reported_after = filters.IsoDateTimeFilter("reported_at", "gte")
    reported_before = filters.IsoDateTimeFilter("reported_at", "lt")

    class Meta:
        model = Incident
        fields = ["status", "level", "source", "matter", "is_solved_on_spot"]


class IncidentSerializer(serializers.ModelSerializer):
    next_statuses = serializers.SerializerMethodField()
    handler = serializers.StringRelatedField()
    receiver = serializers.StringRelatedField()

    class Meta:
        model = Incident
        fields = [
            "id",
            "code",
            "status",
            "next_statuses",
            "level",
            "matter",
            "text",
            "community",
            "grid",
            "building",
            "place",
            "longitude",
            "latitude",
            "source",
            "receiver",
            "handler",
            "department",
            "noticed_at",
            "reported_at",
            "accept_by",
            "accepted_at",
            "assigned_at",
            "handle_by",
            "handled_at",
            "check_by",
            "closed_at",
            "suspended_until",
            "is_solved_on_spot",
            "rework_count",
            "result",
            "merged_into",
        ]
        read_only_fields = fields

    def get_next_statuses(self, incident) -> list[str]:
        return sorted(incident.next_statuses)


class IncidentViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """巡查事件: read only; it is moved on in the workplace and on the phone. People on duty with masked names."""

    queryset = Incident.objects.select_related("receiver", "handler")
    serializer_class = IncidentSerializer
    filterset_class = IncidentFilter
    http_method_names = ["get", "head", "options"]


router = SimpleRouter()
router.register("matters", MatterViewSet)
router.register("incidents", IncidentViewSet)
urlpatterns = router.urls
