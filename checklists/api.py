from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from checklists.models import Category, Dispatch, Need, Resource
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


class ResourceViewSet(ScopedViewMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet):
    """资源: read; capacity, availability, validity and pause can be changed by whoever answers for the unit."""

    queryset = Resource.objects.with_places_left()
    serializer_class = ResourceSerializer
    filterset_fields = ["kind", "radius", "is_paused"]
    http_method_names = ["get", "head", "options", "patch"]

    def get_queryset(self):
        rows = super().get_queryset()
        return rows if self.request.method != "PATCH" else rows.editable_by(self.request.user)

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
        fields = ["status", "category", "channel", "urgency"]


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


router = SimpleRouter()
router.register("categories", CategoryViewSet)
router.register("resources", ResourceViewSet)
router.register("needs", NeedViewSet)
router.register("dispatches", DispatchViewSet)
urlpatterns = router.urls
