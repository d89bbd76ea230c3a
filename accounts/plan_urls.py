"""Addresses of the plan itself: home, settings, members, the guide for a new plan."""

from django.urls import path

from accounts import views

app_name = "plan"

urlpatterns = [
    path("", views.home, name="home"),
    path("indstillinger/", views.settings, name="settings"),
    path("mere/", views.more, name="more"),
]
