from django.urls import path

from reporting import views

app_name = "reporting"

urlpatterns = [
    path("maal/", views.follow_up, name="follow_up"),
    path("maal/frigiv/", views.release_create, name="release_create"),
    path("maal/frigiv/<int:pk>/", views.release_progress, name="release_progress"),
    path("maal/nyt/", views.indicator_create, name="indicator_create"),
    path("maal/hierarki/", views.goal_list, name="goal_list"),
    path("maal/hierarki/nyt/", views.goal_create, name="goal_create"),
    path("maal/hierarki/<int:pk>/", views.goal_edit, name="goal_edit"),
    path("maal/hierarki/<int:pk>/fjern/", views.goal_remove, name="goal_remove"),
    path("maal/hierarki/<int:pk>/gendan/", views.goal_restore, name="goal_restore"),
    path("maal/tal/<path:code>/ret/", views.indicator_edit, name="indicator_edit"),
    path("maal/tal/<path:code>/maaling/", views.measurement_create, name="measurement_create"),
    path("maal/godkend/", views.measurement_queue, name="measurement_queue"),
    path("maal/maaling/<int:pk>/ret/", views.measurement_edit, name="measurement_edit"),
    path("maal/maaling/<int:pk>/godkend/", views.measurement_approve, name="measurement_approve"),
    path("maal/maaling/<int:pk>/send-tilbage/", views.measurement_return, name="measurement_return"),
    path("maal/maaling/<int:pk>/bilag/", views.measurement_file, name="measurement_file"),
    path("maal/tal/<path:code>/maaltal/", views.target_create, name="target_create"),
    path("maal/tal/<path:code>/maaltal/<int:pk>/", views.target_edit, name="target_edit"),
    path("maal/tal/<path:code>/", views.indicator_detail, name="indicator_detail"),
    path("maal/eksport/<slug:name>.<slug:format>", views.figures_export, name="figures_export"),
    path("ordbog/", views.dictionary, name="dictionary"),
    path("data/", views.data, name="data"),
    path("leveret/", views.delivered, name="delivered"),
    path("import/", views.imports, name="imports"),
    path("import/opgave/<int:pk>/", views.import_detail, name="import_detail"),
    path("import/opgave/<int:pk>/skriv/", views.import_confirm, name="import_confirm"),
    path("import/opgave/<int:pk>/afviste/", views.import_rejected, name="import_rejected"),
    path("import/eksport/log.<slug:format>", views.log_export, name="log_export"),
    path("import/<slug:kind>/", views.import_create, name="import_create"),
]
