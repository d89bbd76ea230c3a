"""Addresses of partners, under the plan's own."""

from django.urls import path

from partners import views

app_name = "partners"

urlpatterns = [
    path("aftaler/", views.agreement_list, name="agreement_list"),
    path("aftaler/ny/", views.agreement_create, name="agreement_create"),
    path("aftaler/arkiv/", views.agreement_archive_list, name="agreement_archive_list"),
    path("aftaler/<int:pk>/", views.agreement_detail, name="agreement_detail"),
    path("aftaler/<int:pk>/ret/", views.agreement_edit, name="agreement_edit"),
    path("aftaler/<int:pk>/arkiver/", views.agreement_archive, name="agreement_archive"),
    path("aftaler/<int:pk>/tag-frem/", views.agreement_take_out, name="agreement_take_out"),
    path("vores-aftale/", views.agreement_own, name="agreement_own"),
    path("partnere/", views.organisation_list, name="organisation_list"),
    path("partnere/ny/", views.organisation_create, name="organisation_create"),
    path("partnere/fortryd/", views.removal_undo, name="removal_undo"),
    path("partnere/<int:pk>/", views.organisation_detail, name="organisation_detail"),
    path("partnere/<int:pk>/ret/", views.organisation_edit, name="organisation_edit"),
    path("partnere/<int:pk>/slet/", views.organisation_remove, name="organisation_remove"),
    path("partnere/<int:pk>/kontakt/", views.contact_create, name="contact_create"),
    path("kontakter/<int:pk>/", views.contact_edit, name="contact_edit"),
    path("kontakter/<int:pk>/slet/", views.contact_remove, name="contact_remove"),
    path("programperiode/", views.programme_edit, name="programme_edit"),
    path("programperiode/status/", views.programme_status, name="programme_status"),
]
