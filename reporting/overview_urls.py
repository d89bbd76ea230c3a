"""Under `/oversigt/`: pages over all plans."""

from django.urls import path

from reporting.views import overview as views

app_name = "overview"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("landsoverblik.<slug:format>", views.overview_export, name="overview_export"),
]
