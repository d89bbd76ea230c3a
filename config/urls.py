"""The addresses of the portal: one include per app."""

from django.contrib import admin
from django.urls import include, path

from accounts.views import set_language, start, style_guide
from config.health import healthz

plan_patterns = [
    path("", include("accounts.plan_urls")),
    path("", include("partners.urls")),
    path("", include("activities.urls")),
    path("", include("residents.urls")),
    path("", include("reporting.urls")),
]

urlpatterns = [
    path("", start, name="start"),
    path("stil/", style_guide, name="stil"),
    path("accounts/", include("accounts.urls")),
    path("healthz/", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("reporting.api_urls")),
    path("oversigt/", include("reporting.overview_urls")),
    path("sprog/", set_language, name="set_language"),
    path("<slug:plan_slug>/", include(plan_patterns)),  # last: reserved words above win, and no plan may be named so
]
