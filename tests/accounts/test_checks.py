"""A view without declared access is found before anybody visits it."""

from django.test import override_settings
from django.urls import include, path
from django.views.generic import TemplateView

from accounts.checks import check_access_is_declared, our_views
from accounts.permissions import public


def forgotten(request):
    raise AssertionError("never called")


@public
def declared(request):
    raise AssertionError("never called")


inner = ([path("glemt/", forgotten, name="forgotten"), path("ok/", declared, name="declared")], "partners")
urlpatterns = [
    path("<slug:plan_slug>/", include(inner)),
    path("class/", TemplateView.as_view(), name="class_view"),
    path("own/", forgotten, name="own"),
]


@override_settings(ROOT_URLCONF=__name__)
def test_a_forgotten_decorator_is_an_error():
    errors = check_access_is_declared(app_configs=None)
    assert [(error.id, error.msg) for error in errors] == [
        ("accounts.E001", "The view partners:forgotten (/<slug:plan_slug>/glemt/) does not say who may open it."),
        ("accounts.E001", "The view own (/own/) does not say who may open it."),
    ]


def test_the_portals_own_views_all_declare_their_access():
    assert check_access_is_declared(app_configs=None) == []
    assert len(list(our_views())) > 40
