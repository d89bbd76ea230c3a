from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """What runs in the background, and how far is it?"""

    name = "jobs"
    verbose_name = _("Background jobs")

    def ready(self) -> None:
        autodiscover_modules("tasks")  # every app's kinds of jobs, known to web and worker alike
