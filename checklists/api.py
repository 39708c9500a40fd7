from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from checklists.api_duties import ActivityViewSet, RotaViewSet
from checklists.halfdays import read_month
from checklists.models import Booking, Category, Dispatch, Half, Need, Project, Resource, ResourceException
from checklists.occupancy import STATES, month_of
from checklists.services import dispatches, needs
from checklists.services.resources import change_resource
from govern.scoping import ScopedRelatedField, ScopedViewMixin, restrict
from grids.models import Building, Community


class CategorySerializer(serializers.ModelSerializer):
    class Meta:
        model = Category
        fields = ["id", "parent", "name", "icon", "response_hours", "handling_hours", "is_active"]
        read_only_fields = fields


class CategoryViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """需求类别, in two levels."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    filterset_fields = ["parent", "is_active"]
    http_method_names = ["get", "head", "options"]


class ResourceSerializer(serializers.ModelSerializer):
    places_left = serializers.IntegerField(read_only=True, label="本期剩余")

    class Meta:
        model = Resource
        fields = [
            "id",
            "unit",
            "name",
            "kind",
            "category",
            "capacity",
            "period",
            "places_left",
            "availability",
            "radius",
            "target_groups",
            "valid_until",
            "is_paused",
        ]
        read_only_fields = ["id", "unit", "name", "kind", "category", "period", "radius", "target_groups"]


class HalfDaySerializer(serializers.Serializer):
    day = serializers.DateField(label="日期")
    half = serializers.ChoiceField(label="半天", choices=Half.choices)
    state = serializers.ChoiceField(label="安排", choices=[(state, words) for state, (_, words) in STATES.items()])
    purpose = serializers.CharField(label="用途")


class BookingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Booking
        fields = ["id", "resource", "day", "half", "dispatch", "activity", "note", "booked_at"]
        read_only_fields = fields


class BookingViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """场地预约: who has a half day of which resource."""

    queryset = Booking.objects.all()
    serializer_class = BookingSerializer
    filterset_fields = {"day": ["gte", "lte"]}
    http_method_names = ["get", "head", "options"]


class ResourceExceptionSerializer(serializers.ModelSerializer):
    class Meta:
        model = ResourceException
        fields = ["id", "resource", "day", "half", "is_open", "note"]
        read_only_fields = fields


class ResourceExceptionViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """开放例外: half days on which a resource is open, or closed, against what its week says."""

    queryset = ResourceException.objects.all()
    serializer_class = ResourceExceptionSerializer
    filterset_fields = {"day": ["gte", "lte"]}
    http_method_names = ["get", "head", "options"]


class ResourceViewSet(ScopedViewMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet):
    """资源: read; capacity, availability, validity and pause can be changed by whoever answers for the unit."""

    queryset = Resource.objects.with_places_left()
    serializer_class = ResourceSerializer
    filterset_fields = ["kind", "radius", "is_paused"]
    http_method_names = ["get", "head", "options", "patch"]

    def get_queryset(self):
        rows = super().get_queryset()
        return rows if self.request.method != "PATCH" else rows.editable_by(self.request.user)

    @extend_schema(
        parameters=[OpenApiParameter("month", str, description="月份，如 2026-12；不填为本月。")],
        responses=HalfDaySerializer(many=True),
    )
    @action(detail=True, pagination_class=None, filterset_fields=())
    def calendar(self, request, pk=None):
        """The half days of a month: free, taken, closed, used, past."""
        month = read_month(request.query_params.get("month", ""), timezone.localdate())
        weeks = month_of(self.get_object(), month)["weeks"]
        cells = [
            {"day": day["day"], "half": half, "state": cell["state"], "purpose": cell["what"]}
            for week in weeks
            for day in week
            for half, cell in enumerate(day["cells"])
        ]
        return Response(HalfDaySerializer(cells, many=True).data)

    def perform_update(self, serializer):
        change_resource(serializer.instance, actor=self.request.user, **serializer.validated_data)
        serializer.instance = self.get_object()


class NeedFilter(filters.FilterSet):
    """Foreign keys offer only the caller's own rows: another community's pk is as unknown as a missing one."""

    community = filters.ModelChoiceFilter(queryset=lambda request: restrict(Community.objects.all(), request.user))
    building = filters.ModelChoiceFilter(queryset=lambda request: restrict(Building.objects.all(), request.user))
    submitted_after = filters.IsoDateTimeFilter("submitted_at", "gte")
    submitted_before = filters.IsoDateTimeFilter("submitted_at", "lt")

    class Meta:
        model = Need
        fields = ["status", "category", "channel", "urgency", "level", "raised_by"]


class NeedSerializer(serializers.ModelSerializer):
    """Personal data only masked; the workplace shows it in full, on a click that is logged."""

    contact_name = serializers.CharField(source="masked_contact_name", read_only=True)
    contact_phone = serializers.CharField(source="masked_contact_phone", read_only=True)
    next_statuses = serializers.SerializerMethodField()

    class Meta:
        model = Need
        fields = [
            "id",
            "code",
            "status",
            "next_statuses",
            "category",
            "text",
            "community",
            "building",
            "target_group",
            "people_count",
            "urgency",
            "window",
            "channel",
            "raised_by",
            "expected_on",
            "level",
            "handed_to",
            "parent",
            "contact_name",
            "contact_phone",
            "submitted_at",
            "respond_by",
            "handle_by",
            "responded_at",
            "done_at",
            "satisfaction",
            "is_solved",
        ]
        read_only_fields = fields

    def get_next_statuses(self, need) -> list[str]:
        return sorted(need.next_statuses)


class NeedFilingSerializer(serializers.ModelSerializer):
    community = ScopedRelatedField(queryset=Community.objects.all())
    building = ScopedRelatedField(queryset=Building.objects.all(), required=False, allow_null=True)
    category = ScopedRelatedField(queryset=Category.objects.active().kinds())

    class Meta:
        model = Need
        fields = [
            "community",
            "building",
            "category",
            "text",
            "address_detail",
            "target_group",
            "people_count",
            "urgency",
            "window",
            "channel",
            "external_code",
            "raised_by",
            "expected_on",
            "on_behalf_of",
            "contact_name",
            "contact_phone",
        ]

    def validate(self, values):
        building = values.get("building")
        if building is not None and building.quarter.community_id != values["community"].pk:
            raise serializers.ValidationError({"building": "这栋楼不在所选社区。"})
        return values

    def create(self, values):
        return needs.submit_need(Need(**values), actor=self.context["request"].user)


class NoteSerializer(serializers.Serializer):
    note = serializers.CharField(label="说明", max_length=500, required=False, allow_blank=True, default="")


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(label="原因", max_length=500)


class DispatchingSerializer(serializers.Serializer):
    resource = serializers.PrimaryKeyRelatedField(label="资源", queryset=Resource.objects.all())
    note = serializers.CharField(label="说明", max_length=500, required=False, allow_blank=True, default="")

    def __init__(self, *args, need=None, **kwargs):
        super().__init__(*args, **kwargs)
        if need is not None:
            self.fields["resource"].queryset = Resource.objects.open().serving(need.community)


class NeedViewSet(ScopedViewMixin, mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet):
    """需求: read, file on behalf, and the verbs of the workflow."""

    queryset = Need.objects.select_related("category", "community")
    serializer_class = NeedSerializer
    filterset_class = NeedFilter
    http_method_names = ["get", "head", "options", "post"]
    verbs = ("accept", "reject", "dispatch_to")

    def get_serializer_class(self):
        return {
            "create": NeedFilingSerializer,
            "accept": NoteSerializer,
            "reject": ReasonSerializer,
            "dispatch_to": DispatchingSerializer,
        }.get(self.action, NeedSerializer)

    @extend_schema(request=NeedFilingSerializer, responses={201: NeedSerializer})
    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(NeedSerializer(serializer.save()).data, status=201)

    def _run(self, request, act, **kwargs):
        need = self.get_object()
        serializer = self.get_serializer(data=request.data, **({"need": need} if kwargs.get("with_need") else {}))
        serializer.is_valid(raise_exception=True)
        act(need, actor=request.user, **serializer.validated_data)
        return Response(NeedSerializer(self.get_object()).data)

    @extend_schema(request=NoteSerializer, responses=NeedSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        return self._run(request, needs.accept)

    @extend_schema(request=ReasonSerializer, responses=NeedSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request, pk=None):
        return self._run(request, needs.reject)

    @extend_schema(request=DispatchingSerializer, responses=NeedSerializer)
    @action(detail=True, methods=["post"], url_path="dispatch")
    def dispatch_to(self, request, pk=None):
        return self._run(request, dispatches.dispatch, with_need=True)


class DispatchSerializer(serializers.ModelSerializer):
    class Meta:
        model = Dispatch
        fields = [
            "id",
            "need",
            "resource",
            "status",
            "people_count",
            "offered_at",
            "reply_by",
            "answered_at",
            "finished_at",
            "reason",
            "note",
        ]
        read_only_fields = fields


class DecliningSerializer(serializers.Serializer):
    reason = serializers.ChoiceField(label="原因", choices=Dispatch.Reason.choices)
    note = serializers.CharField(label="说明", max_length=500, required=False, allow_blank=True, default="")


class FinishingSerializer(serializers.Serializer):
    note = serializers.CharField(label="办理结果", max_length=500)


class DispatchViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """派单: read, and the unit's verbs."""

    queryset = Dispatch.objects.select_related("need", "resource__unit")
    serializer_class = DispatchSerializer
    filterset_fields = ["status"]
    http_method_names = ["get", "head", "options", "post"]
    verbs = ("take", "decline", "finish")

    def _run(self, request, act, serializer_class):
        serializer = serializer_class(data=request.data)
        serializer.is_valid(raise_exception=True)
        act(self.get_object(), actor=request.user, **serializer.validated_data)
        return Response(DispatchSerializer(self.get_object()).data)

    @extend_schema(request=NoteSerializer, responses=DispatchSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request, pk=None):
        return self._run(request, dispatches.take, NoteSerializer)

    @extend_schema(request=DecliningSerializer, responses=DispatchSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request, pk=None):
        return self._run(request, dispatches.decline, DecliningSerializer)

    @extend_schema(request=FinishingSerializer, responses=DispatchSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request, pk=None):
        return self._run(request, dispatches.finish_dispatch, FinishingSerializer)


class ProjectSerializer(serializers.ModelSerializer):
    spent = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, label="已支出（元）")
    next_statuses = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = [
            "id",
            "number",
            "community",
            "name",
            "goal",
            "status",
            "next_statuses",
            "unit",
            "budget",
            "spent",
            "starts_on",
            "due_on",
            "progress",
            "beneficiaries",
            "outcome",
            "publicity_ends_on",
            "is_open_to_bids",
            "bids_close_on",
            "closed_on",
        ]
        read_only_fields = fields

    def get_next_statuses(self, project) -> list[str]:
        return sorted(project.next_statuses)


class ProjectViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """项目: read only; it is moved on in the workplace and at the desk."""

    queryset = Project.objects.with_spent().order_by("-starts_on", "-pk")
    serializer_class = ProjectSerializer
    filterset_fields = ["status", "is_open_to_bids"]
    http_method_names = ["get", "head", "options"]


router = SimpleRouter()
router.register("categories", CategoryViewSet)
router.register("resources", ResourceViewSet)
router.register("bookings", BookingViewSet)
router.register("resource-exceptions", ResourceExceptionViewSet)
router.register("needs", NeedViewSet)
router.register("dispatches", DispatchViewSet)
router.register("projects", ProjectViewSet)
router.register("activities", ActivityViewSet)
router.register("rotas", RotaViewSet)
urlpatterns = router.urls
