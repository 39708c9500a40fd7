from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from checklists.models import Need
from dashboards.forms import PeriodForm
from dashboards.measures import measures
from dashboards.outlook import PERMISSION, Outlook
from govern.scoping import ScopedViewMixin
from govern.views import number
from organizations.models import Organization


class RateSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    percent = serializers.FloatField(allow_null=True)
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    left_out = serializers.DictField(child=serializers.IntegerField())
    definition = serializers.CharField()
    weight = serializers.FloatField()


class MeasuresSerializer(serializers.Serializer):
    figures = serializers.DictField(child=serializers.IntegerField())
    rates = RateSerializer(many=True)
    score = serializers.FloatField(allow_null=True)


class MeasuresView(ScopedViewMixin, GenericAPIView):
    """指标 of a period and a part of the tree: the same figures as the dashboard's."""

    queryset = Need.objects.all()
    serializer_class = MeasuresSerializer

    @extend_schema(
        parameters=[
            OpenApiParameter("organization", int, description="党组织；不填为本人督导的全部"),
            OpenApiParameter("from", str, description="起，YYYY-MM-DD"),
            OpenApiParameter("to", str, description="止，YYYY-MM-DD"),
        ]
    )
    def get(self, request):
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        form = PeriodForm(request.query_params)
        if form.has_bad_dates:
            raise ValidationError(form.errors)
        organization, asked = None, request.query_params.get("organization", "")
        if asked:
            organization = Organization.objects.allowed(request.user, PERMISSION).filter(pk=number(asked)).first()
            if organization is None:
                raise NotFound
        outlook = Outlook(request.user, organization, *form.period, timezone.now())
        return Response(self.get_serializer(measures(outlook)).data)


urlpatterns = [path("measures/", MeasuresView.as_view(), name="measures")]
