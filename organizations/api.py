from rest_framework import serializers, viewsets
from rest_framework.routers import SimpleRouter

from govern.scoping import ScopedViewMixin
from organizations.models import Organization, Unit


class OrganizationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organization
        fields = ["id", "name", "kind", "tier", "parent", "founded_on", "is_active"]
        read_only_fields = fields


class OrganizationViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """党组织: the tree below the caller's posts, read only; the workplace changes it."""

    queryset = Organization.objects.all()
    serializer_class = OrganizationSerializer
    filterset_fields = ["tier", "kind", "is_active"]
    http_method_names = ["get", "head", "options"]


class UnitSerializer(serializers.ModelSerializer):
    class Meta:
        model = Unit
        fields = ["id", "name", "kind", "credit_code", "organization", "address", "is_active"]
        read_only_fields = fields


class UnitViewSet(ScopedViewMixin, viewsets.ReadOnlyModelViewSet):
    """驻区单位."""

    queryset = Unit.objects.all()
    serializer_class = UnitSerializer
    filterset_fields = ["kind", "is_active"]
    http_method_names = ["get", "head", "options"]


router = SimpleRouter()
router.register("organizations", OrganizationViewSet)
router.register("units", UnitViewSet)
urlpatterns = router.urls
