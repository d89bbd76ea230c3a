"""Under `/api/v1/`: made of the declared operations."""

from django.urls import path

from reporting.api import OPERATIONS, each
from reporting.views import api

app_name = "api"

urlpatterns = [
    path("openapi.json", api.openapi_json, name="openapi"),
    path("schemas/figure-set.json", api.figure_set_schema_json, name="figure_set_schema"),
    *(path(route, view, name=name) for route, view, name in each(OPERATIONS, api.VIEWS.__getitem__)),
]
