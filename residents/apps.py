from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResidentsConfig(AppConfig):
    name = "residents"
    verbose_name = _("Participants")

    def ready(self) -> None:
        from jobs.sheet_kinds import SheetKind, announce_kind
        from residents.idle import watch_sign_ins

        watch_sign_ins()
        log = ("residents.imports.log.LogResource",)
        lists = "residents.imports.attendance.AttendanceMatrix", "residents.imports.attendance.AttendanceList"
        announce_kind(SheetKind("log", _("Log of evenings"), _("a log of evenings"), "import_log", log))
        announce_kind(SheetKind("fremmoede", _("Attendance"), _("an attendance list"), "import_attendance", lists))
