"""Addresses of the plan itself: home, settings, members, the guide for a new plan."""

from django.urls import path

from accounts import views

app_name = "plan"

urlpatterns = [
    path("", views.home, name="home"),
    path("indstillinger/", views.settings, name="settings"),
    path("indstillinger/aabn-tal/", views.figures_reopen, name="figures_reopen"),
    path("indstillinger/luk-tal/", views.figures_close, name="figures_close"),
    path("kom-i-gang/", views.guide, name="guide"),
    path("medlemmer/", views.member_list, name="member_list"),
    path("medlemmer/<int:pk>/rolle/", views.member_role, name="member_role"),
    path("medlemmer/<int:pk>/fjern/", views.member_remove, name="member_remove"),
    path("medlemmer/<int:pk>/samtykke/", views.consent, name="consent"),
    path("medlemmer/<int:pk>/samtykke/tilbage/", views.consent_withdraw, name="consent_withdraw"),
    path("medlemmer/fortryd/<str:token>/", views.member_restore, name="member_restore"),
    path("invitationer/ny/", views.invitation_create, name="invitation_create"),
    path("invitationer/<int:pk>/send-igen/", views.invitation_resend, name="invitation_resend"),
    path("invitationer/<int:pk>/tilbage/", views.invitation_withdraw, name="invitation_withdraw"),
    path("invitationer/fortryd/<str:token>/", views.invitation_restore, name="invitation_restore"),
    path("mails/<int:pk>/send-igen/", views.mail_resend, name="mail_resend"),
]
