"""Under `/<plan>/`."""

from django.urls import path

from activities.views import activities, closures, insight, missing, series, sessions, upcoming, week

app_name = "activities"

urlpatterns = [
    path("uge/", week.week, name="week"),
    path("fredag/", week.friday, name="friday"),
    path("fredag/<int:pk>/", week.friday_row, name="friday_row"),
    path("gang/<int:pk>/", sessions.session_log, name="session_log"),
    path("gang/<int:pk>/ikke-afholdt/", sessions.session_not_held, name="session_not_held"),
    path("gang/<int:pk>/ikke-registreret/", sessions.session_clear, name="session_clear"),
    path("gang/<int:pk>/fjern/", sessions.session_remove, name="session_remove"),
    path("gang/<int:pk>/fortryd/", sessions.session_undo, name="session_undo"),
    path("gang/<int:pk>/flyt/", series.session_move, name="session_move"),
    path("gange/", sessions.session_list, name="session_list"),
    path("uventet/", sessions.session_unplanned, name="session_unplanned"),
    path("mangler/", missing.missing_list, name="missing_list"),
    path("mangler/<int:user_pk>/paamind/", missing.nudge_send, name="nudge_send"),
    path("kommende/", upcoming.upcoming, name="upcoming"),
    path("hvad-virker/", insight.insight, name="insight"),
    path("aktiviteter/", activities.activity_list, name="activity_list"),
    path("aktiviteter/status/", activities.guide_status, name="guide_status"),
    path("aktiviteter/ny/", activities.activity_create, name="activity_create"),
    path("aktiviteter/<int:pk>/", activities.activity_detail, name="activity_detail"),
    path("aktiviteter/<int:pk>/ret/", activities.activity_edit, name="activity_edit"),
    path("aktiviteter/<int:pk>/afslut/", activities.activity_end, name="activity_end"),
    path("aktiviteter/<int:pk>/genoptag/", activities.activity_resume, name="activity_resume"),
    path("aktiviteter/<int:pk>/tid/ny/", series.schedule_create, name="schedule_create"),
    path("tid/<int:pk>/", series.schedule_edit, name="schedule_edit"),
    path("tid/<int:pk>/afslut/", series.schedule_end, name="schedule_end"),
    path("lukkedage/", closures.closure_list, name="closure_list"),
    path("lukkedage/ny/", closures.closure_create, name="closure_create"),
    path("lukkedage/<int:pk>/slet/", closures.closure_delete, name="closure_delete"),
]
