"""The demo behind a real server: the same plan that `make run` opens with."""

from collections.abc import Callable
from datetime import date, time
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Plan, User
from activities.models import Activity, Session
from tests.conftest import Live


class Demo:
    """The seeded plan, its logins, and the evening that is on tonight."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.plan = Plan.objects.get(slug="herredsvang")
        self.today: date = timezone.localdate()

    def user(self, mailbox: str) -> User:
        return User.objects.get(email=f"{mailbox}@demo.example")

    def path(self, rest: str = "") -> str:
        return self.live.url(f"/{self.plan.slug}/{rest}")

    def open(self, page: Any, mailbox: str, rest: str = "") -> Any:
        """Signed in as that role, on that page."""
        self.live.sign_in(page, self.user(mailbox))
        page.goto(self.path(rest))
        return page

    def tonight(self, name: str = "Unge Cafeen") -> Session:
        """Tonight's only evening, on whatever day the tests run."""
        activity = Activity.objects.get(plan=self.plan, name=name)
        Session.objects.filter(plan=self.plan, date=self.today).delete()
        return Session.objects.create(
            plan=self.plan, activity=activity, date=self.today, start_time=time(18), end_time=time(21)
        )


@pytest.fixture
def demo(live: Live, settings: Any) -> Demo:
    settings.DEMO = True  # demo accounts sign in only where DEMO=1
    call_command("seed_demo", size="small", stdout=StringIO())
    return Demo(live)


class Taps:
    """A thumb that counts how often it is needed."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0

    def __call__(self, locator: Any) -> None:
        self.count += 1
        locator.tap()


@pytest.fixture
def taps() -> Callable[[Any], Taps]:
    return Taps
