"""One include per app. Names (``activities:detail``) are the only upward words a template may use."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("core.urls")),
    path("", include("dashboard.urls")),
    path("accounts/", include("accounts.urls")),
    path("", include("activities.urls")),
    path("", include("activities.duty_urls")),
    path("units/", include("branches.urls")),
    path("pairings/", include("pairings.urls")),
    path("partners/", include("pairings.partner_urls")),
    path("boards/", include("assessments.urls")),
    path("schemes/", include("assessments.scheme_urls")),
    path("indicators/", include("assessments.indicator_urls")),
    path("admin/", admin.site.urls),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
]
