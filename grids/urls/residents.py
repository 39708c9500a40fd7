"""公示: what the law has made public of a grid, without an account, under the codes that hang at the doors."""

from django.urls import path, register_converter

from grids.views import notices


class Digits:
    """A code of the ground, as it is printed."""

    regex = r"\d{15}|\d{17}"

    def to_python(self, value):
        return value

    to_url = to_python


register_converter(Digits, "ground_code")

app_name = "notices"
urlpatterns = [
    path("g/<ground_code:code>/", notices.GridNoticeView.as_view(), name="grid_detail"),
    path("b/<ground_code:code>/", notices.BuildingNoticeView.as_view(), name="building_detail"),
]
