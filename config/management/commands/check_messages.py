"""Is the Danish catalogue complete, and is what the site reads compiled from it?"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

if TYPE_CHECKING:
    import polib

SOURCES = ("config", "reporting", "residents", "activities", "partners", "accounts", "jobs", "templates")
SHOWN = 60


class Command(BaseCommand):
    help = "Fails when a translatable text lacks Danish, is fuzzy, or the compiled catalogue is stale. Changes nothing."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        import polib  # a development package

        if shutil.which("xgettext") is None:
            raise CommandError("xgettext is missing: install gettext.")
        folder = Path(settings.LOCALE_PATHS[0]) / "da" / "LC_MESSAGES"
        catalogue = [entry for entry in polib.pofile(str(folder / "django.po")) if not entry.obsolete]
        known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
        problems = []
        for used in self.collect():
            entry = known.get((used.msgctxt, used.msgid))
            where = used.occurrences[0][0] if used.occurrences else ""
            if entry is None:
                problems.append(f"missing: {used.msgid!r} ({where})")
            elif used.msgid_plural and not all(entry.msgstr_plural.values() or [""]):
                problems.append(f"without plural: {used.msgid!r} ({where})")
            elif not entry.translated():
                problems.append(f"{'fuzzy' if entry.fuzzy else 'empty'}: {used.msgid!r} ({where})")
        compiled = danish_by_text(polib.mofile(str(folder / "django.mo")))
        wanted = danish_by_text([entry for entry in catalogue if entry.translated()])
        if compiled != wanted:
            problems.append("django.mo is stale: run make messages")
        for problem in problems[:SHOWN]:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problems in the Danish catalogue.")
        self.stdout.write(f"Danish catalogue complete: {len(wanted)} texts.")

    def collect(self) -> list["polib.POEntry"]:
        """The texts in use, collected by makemessages in a copy, so that the real catalogue stays as it is."""
        import polib

        with tempfile.TemporaryDirectory() as folder:
            for source in SOURCES:
                ignored = shutil.ignore_patterns("migrations", "__pycache__")
                shutil.copytree(settings.BASE_DIR / source, Path(folder) / source, ignore=ignored)
            (Path(folder) / "locale").mkdir()
            # Outside the project and without its settings, Django collects into ./locale.
            environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
            command = [sys.executable, "-m", "django", "makemessages", "-l", "da"]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                raise CommandError(f"makemessages failed: {done.stderr.strip()}")
            return list(polib.pofile(f"{folder}/locale/da/LC_MESSAGES/django.po"))


def danish_by_text(entries: list["polib.POEntry"]) -> dict[tuple[str | None, str], str | dict[int, str]]:
    """What each text is in Danish, or its forms."""
    return {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in entries}
