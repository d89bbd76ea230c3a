from django.core.management.base import BaseCommand, CommandError

from config.daily import run_daily_jobs


class Command(BaseCommand):
    help = "Does the daily work of config/daily.py. Safe to repeat; exit code 1 when a part failed."

    def handle(self, *args: object, **options: object) -> None:
        results = list(run_daily_jobs())
        for name, line in results:
            print(f"{name}: {'failed, see the log' if line is None else line}")
        failed = sum(line is None for _, line in results)
        if failed:
            raise CommandError(f"{failed} of {len(results)} daily jobs failed.")
        print(f"{len(results)} daily jobs done.")
