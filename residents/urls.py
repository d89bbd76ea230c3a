"""Under `/<plan>/`."""

from django.urls import path

from residents.views import attendance, exports, participants, walk_in

app_name = "residents"

urlpatterns = [
    path("gang/<int:pk>/krydsliste/", attendance.attendance_record, name="attendance_record"),
    path("gang/<int:pk>/kryds/<int:participant_pk>/", attendance.attendance_tick, name="attendance_tick"),
    path("gang/<int:pk>/uden-navn/", attendance.attendance_unnamed, name="attendance_unnamed"),
    path("gang/<int:pk>/ny-deltager/", walk_in.attendance_walk_in, name="attendance_walk_in"),
    path("gang/<int:pk>/hoveder/", attendance.attendance_to_heads, name="attendance_to_heads"),
    path("gang/<int:pk>/krydsliste/fortryd/", attendance.attendance_undo, name="attendance_undo"),
    path("gang/<int:pk>/krydsliste/flyt/", attendance.attendance_move, name="attendance_move"),
    path("gang/<int:pk>/antal/", attendance.session_people, name="session_people"),
    path("deltagere/", participants.participant_list, name="participant_list"),
    path("deltagere/<int:pk>/", participants.participant_detail, name="participant_detail"),
    path("deltagere/<int:pk>/ret/", participants.participant_edit, name="participant_edit"),
    path("deltagere/<int:pk>/saml/", participants.participant_merge, name="participant_merge"),
    path("deltagere/saml/<int:pk>/fortryd/", participants.participant_merge_undo, name="participant_merge_undo"),
    path("deltagere/<int:pk>/indsigt/", participants.participant_export, name="participant_export"),
    path("deltagere/<int:pk>/slet/", participants.participant_erase, name="participant_erase"),
    path("deltagere/fremmoede.csv", exports.attendance_export, name="attendance_export"),
    path("deltagere/fremmoede/excel/", exports.attendance_workbook, name="attendance_workbook"),
    path(
        "deltagere/fremmoede/excel/<int:pk>/", exports.attendance_workbook_progress, name="attendance_workbook_progress"
    ),
    path("deltagere/fremmoede/excel/<int:pk>/fil/", exports.attendance_workbook_file, name="attendance_workbook_file"),
    path("bekymring/", participants.concern, name="concern"),
]
