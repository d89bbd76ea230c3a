"""The portal's addresses, and the floors."""

from django.urls import include, path

from tests.bench import floors

urlpatterns = [
    path("<slug:plan_slug>/gulv/tom/", floors.empty),
    path("<slug:plan_slug>/gulv/skabelon/", floors.bare_template),
    path("<slug:plan_slug>/gulv/gang/<int:pk>/", floors.bare_tick_list),
    path("<slug:plan_slug>/gulv/kryds/<int:pk>/", floors.bare_tick),
    path("<slug:plan_slug>/gulv/maaned/", floors.bare_month),
    path("<slug:plan_slug>/gulv/frigivelse/", floors.bare_release),
    path("<slug:plan_slug>/gulv/vilkaarlig/", floors.any_period),
    path("<slug:plan_slug>/gulv/vilkaarlig-sql/", floors.any_period_in_sql),
    path("<slug:plan_slug>/gulv/kopi/", floors.bare_copy),
    path("gulv/skabelon/", floors.bare_template_of_the_country),
    path("", include("config.urls")),
]
