"""`make screenshots`: every main page of the demo, as the role that uses it, into docs/screenshots.

The clock stands at a fixed evening, so that the same code gives the same pictures. One process holds server and
browser; nothing outside a temporary folder and docs/screenshots is written.

    python -m tests.screenshots [--today YYYY-MM-DD] [--only NAME] [--folder PATH]
"""

import argparse
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
TODAY = date(2026, 11, 24)  # a Tuesday: Unge Cafeen tonight
EVENING = time(17, 20)
PHONE, LAPTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
TALLEST = {"phone": 2200, "laptop": 1500}
MOST_BYTES = 200_000


@dataclass(frozen=True)
class Shot:
    """One page: who looks at it, its URL name, and how to find its arguments."""

    name: str
    login: str | None
    url: str
    keys: Callable[[], dict] = dict
    query: str = ""
    dark: bool = False


def tonight() -> dict:
    from activities.models import Session

    return {"pk": Session.objects.get(activity__name="Unge Cafeen", date=TODAY).pk}


def last_lektiecafe() -> dict:
    from activities.models import Session

    held = Session.objects.filter(activity__name="Lektiecafé", state="held", date__lt=TODAY)
    return {"pk": held.latest("date").pk}


def unge_cafeen() -> dict:
    from activities.models import Activity

    return {"pk": Activity.objects.get(name="Unge Cafeen").pk}


def frozen_pack() -> dict:
    from reporting.models import StatusReport

    return {"pk": StatusReport.objects.frozen().latest("frozen_at").pk}


def pack_draft() -> dict:
    from reporting.models import StatusReport

    return {"pk": StatusReport.objects.drafts().latest("pk").pk}


SHOTS = (
    Shot("login", None, "accounts:login"),
    Shot("min-uge", "medarbejder", "activities:week", dark=True),
    Shot("registrer", "medarbejder", "activities:session_log", tonight, dark=True),
    Shot("krydsliste", "fatma", "residents:attendance_record", last_lektiecafe, dark=True),
    Shot("fredag", "medarbejder", "activities:friday"),
    Shot("uventet", "medarbejder", "activities:session_unplanned"),
    Shot("gange", "medarbejder", "activities:session_list"),
    Shot("deltagere", "fatma", "residents:participant_list"),
    Shot("maal-kladde", "leder", "reporting:follow_up"),
    Shot("maal-omraade", "leder", "reporting:area", lambda: {"position": 3}),
    Shot("maal-frigivet", "styregruppe", "reporting:follow_up", dark=True),
    Shot("moedepakke", "styregruppe", "reporting:status_report_detail", frozen_pack, dark=True),
    Shot("moedepakke-kladde", "leder", "reporting:status_report_edit", pack_draft),
    Shot("mangler", "leder", "activities:missing_list"),
    Shot("aktiviteter", "leder", "activities:activity_list"),
    Shot("aktivitet", "leder", "activities:activity_detail", unge_cafeen),
    Shot("lukkedage", "leder", "activities:closure_list"),
    Shot("import", "leder", "reporting:imports"),
    Shot("aftaler", "leder", "partners:agreement_list"),
    Shot("vores-aftale", "partner", "partners:agreement_own"),
    Shot("kommende", "frivillig", "activities:upcoming"),
    Shot("vagter", "frivillig", "activities:shift_list", dark=True),
    Shot("aften", "frivillig", "activities:evening", tonight),
    Shot("luk-aftenen", "frivillig", "activities:evening_close", tonight),
    Shot("frivillige", "medarbejder", "activities:volunteer_list"),
    Shot("medlemmer", "leder", "plan:member_list"),
    Shot("indstillinger", "admin", "plan:settings"),
    Shot("stil", "medarbejder", "stil"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--today", type=date.fromisoformat, default=TODAY)
    parser.add_argument("--only", default="", help="names of shots, separated by commas")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-screenshots-") as data:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{data}/portal.db",
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's event loop runs in this thread
        }
        for name in ("REDIS_URL", "ALLOWED_HOSTS"):
            os.environ.pop(name, None)
        stop_clock(datetime.combine(options.today, EVENING, ZoneInfo("Europe/Copenhagen")))
        address = serve_demo(options.today)
        return take(address, folder=options.folder, only=[name for name in options.only.split(",") if name])


def stop_clock(moment: datetime) -> None:
    """From now on it is that evening; seconds still pass."""
    import time_machine

    time_machine.travel(moment, tick=True).start()


def serve_demo(today: date) -> str:
    """The demo behind a small threaded server in this process; its address."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    call_command("seed_demo", today=today, stdout=sys.stderr)
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler, allow_reuse_address=False)
    server.set_app(get_wsgi_application())
    logging.getLogger("django.server").setLevel(logging.ERROR)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def take(address: str, *, folder: Path, only: list[str]) -> int:
    """All pictures. The exit code is 1 when one failed, and the last lines say which and why."""
    from django.core.exceptions import ObjectDoesNotExist
    from django.urls import NoReverseMatch, reverse
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM_ARGS
    from tests.parts import chromium_path

    folder.mkdir(parents=True, exist_ok=True)
    failed = [f"{name}: there is no such shot" for name in only if name not in {shot.name for shot in SHOTS}]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        for shot in SHOTS:
            if only and shot.name not in only:
                continue
            plan = {} if shot.url.startswith("accounts:") or shot.url == "stil" else {"plan_slug": "herredsvang"}
            try:
                path = reverse(shot.url, kwargs={**plan, **shot.keys()}) + shot.query
            except (NoReverseMatch, ObjectDoesNotExist) as error:
                failed.append(f"{shot.name}: {error}")
                continue
            for device, size in (("phone", PHONE), ("laptop", LAPTOP)):
                for scheme in ("light", "dark") if shot.dark else ("light",):
                    target = folder / f"{shot.name}-{size['width']}{'-dark' if scheme == 'dark' else ''}.png"
                    trouble = photograph(browser, address, shot, path, device, size, scheme, target)
                    print(target.name)
                    failed += [f"{target.name}: {what}" for what in trouble]
        browser.close()
    return report(failed)


def report(failed: list[str]) -> int:
    """Name what failed, last, where it is seen; the exit code."""
    for line in failed:
        print(f"FAILED {line}", file=sys.stderr)
    return 1 if failed else 0


def photograph(
    browser, address: str, shot: Shot, path: str, device: str, size: dict, scheme: str, target: Path
) -> list[str]:
    """One picture, and what is wrong with it."""
    context = browser.new_context(
        viewport=size,
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        color_scheme=scheme,
        reduced_motion="reduce",
        has_touch=device == "phone",
        is_mobile=device == "phone",
    )
    if shot.login:
        context.add_cookies([{"name": "sessionid", "value": session_of(shot.login), "url": address}])
    page = context.new_page()
    answer = page.goto(f"{address}{path}", wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[device])
    too_wide = page.evaluate("document.documentElement.scrollWidth") > size["width"]
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
    page.screenshot(path=target, animations="disabled", caret="hide")
    context.close()
    shrink(target)
    return trouble_with(status=answer.status, is_too_wide=too_wide, size=target.stat().st_size)


def shrink(picture: Path) -> None:
    """A page has few colours, so 256 are enough: about a third of the bytes, and no difference that one sees."""
    from PIL import Image

    with Image.open(picture) as image:
        smaller = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    smaller.save(picture, optimize=True)


def trouble_with(*, status: int, is_too_wide: bool, size: int) -> list[str]:
    """Why a picture is a failure, in words. `size` in bytes."""
    return [
        *([f"answered {status}"] if status != 200 else []),
        *(["wider than the screen"] if is_too_wide else []),
        *([f"{size // 1000} kB, at most {MOST_BYTES // 1000}"] if size > MOST_BYTES else []),
    ]


def session_of(mailbox: str) -> str:
    """A session of that demo account, made without the login form."""
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=f"{mailbox}@demo.example"))
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    sys.exit(main())
