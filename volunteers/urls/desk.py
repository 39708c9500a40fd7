"""/desk/reports/: the side of a unit's liaison."""

from django.urls import path

from volunteers.views import funnel, unit_desk, unit_imports, unit_members, year_reviews

app_name = "reports"
urlpatterns = [
    path("funnel/", funnel.FunnelView.as_view(), name="funnel"),
    path("funnel/rows/", funnel.FunnelRowsView.as_view(), name="funnel_rows"),
    path("", unit_desk.ReportListView.as_view(), name="list"),
    path("units/<int:pk>/report/", unit_desk.UnitReportView.as_view(), name="unit_report"),
    path("unit-reports/<int:pk>/print/", unit_desk.UnitReportPrintView.as_view(), name="unit_report_print"),
    path("members/", unit_members.MemberListView.as_view(), name="member_list"),
    path("members/<int:pk>/resubmit/", unit_members.MemberResubmitView.as_view(), name="member_resubmit"),
    path("members/import/", unit_imports.ImportView.as_view(), name="import"),
    path("members/import/template/", unit_imports.ImportTemplateView.as_view(), name="import_template"),
    path("members/import/<slug:token>/", unit_imports.ImportPreviewView.as_view(), name="import_preview"),
    path("units/<int:pk>/years/<int:year>/", year_reviews.YearView.as_view(), name="year"),
    path("units/<int:pk>/years/<int:year>/print/", year_reviews.YearPrintView.as_view(), name="year_print"),
    path("reviews/<int:pk>/print/", year_reviews.ReviewPrintView.as_view(), name="review_print"),
]
