from rest_framework import serializers, viewsets
from rest_framework.routers import SimpleRouter

from govern.scoping import ScopedViewMixin
from grids.models import Building, Community, Grid


class CommunitySerializer(serializers.ModelSerializer):
    class Meta:
        model = Community
        fields = ["id", "name", "code", "street", "organization", "hotline", "households"]
        read_only_fields = fields


class CommunityViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """社区."""

    queryset = Community.objects.all()
    serializer_class = CommunitySerializer
    filterset_fields = ["street"]
    http_method_names = ["get", "head", "options"]


class BuildingSerializer(serializers.ModelSerializer):
    quarter = serializers.StringRelatedField()

    class Meta:
        model = Building
        fields = ["id", "name", "quarter", "grid", "code", "is_active"]
        read_only_fields = fields


class BuildingViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """楼栋."""

    queryset = Building.objects.select_related("quarter")
    serializer_class = BuildingSerializer
    filterset_fields = ["is_active"]
    http_method_names = ["get", "head", "options"]


class GridSerializer(serializers.ModelSerializer):
    class Meta:
        model = Grid
        fields = ["id", "name", "code", "level", "parent", "boundary", "supervision_phone"]
        read_only_fields = fields


class GridViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """网格."""

    queryset = Grid.objects.all()
    serializer_class = GridSerializer
    filterset_fields = ["level"]
    http_method_names = ["get", "head", "options"]


router = SimpleRouter()
router.register("communities", CommunityViewSet)
router.register("buildings", BuildingViewSet)
router.register("grids", GridViewSet)
urlpatterns = router.urls
