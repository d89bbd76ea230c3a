"""Addresses outside any plan: sign-in, own profile, choice of plan, invitations, set-up."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("kode/glemt/", views.password_reset, name="password_reset"),
    path("kode/sendt/", views.password_reset_done, name="password_reset_done"),
    path("kode/ny/<uidb64>/<token>/", views.password_reset_confirm, name="password_reset_confirm"),
    path("kode/skift/", views.password_change, name="password_change"),
    path("profil/", views.profile, name="profile"),
    path("planer/", views.plan_switch, name="plan_switch"),
    path("invitation/<str:token>/", views.invitation_accept, name="invitation_accept"),
    path("ny-plan/", views.setup, name="setup"),
    path("ny-plan/luk-demo/", views.demo_close, name="demo_close"),
]
