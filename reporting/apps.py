from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Target follow-up")

    def ready(self) -> None:
        from jobs.sheet_kinds import SheetKind, announce_kind
        from reporting.retention import ages_counted
        from residents.retention import announce_ages

        layouts = ("reporting.target_sheet.TargetResource",)
        announce_kind(SheetKind("maal", _("Targets"), _("a sheet of targets"), "import_targets", layouts))
        name, like = _("Register figures and surveys"), _("a sheet of register figures")
        register = ("reporting.register_sheet.RegisterResource",)
        announce_kind(SheetKind("tal", name, like, "import_register", register))
        announce_ages(ages_counted)
