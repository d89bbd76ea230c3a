"""Addresses outside any plan: sign-in, own profile, choice of plan, invitations, set-up."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("planer/", views.plan_switch, name="plan_switch"),
    path("ny-plan/", views.setup, name="setup"),
]
