"""A small load generator: keep-alive clients on http.client, no dependency and no magic."""

import re
import threading
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from time import monotonic, perf_counter
from urllib.parse import urlencode

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


class BadAnswer(Exception):
    """A page that a benchmark asked for did not answer as it should."""


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]
    seconds: float

    @property
    def queries(self) -> int:
        return int(self.headers.get("x-queries", -1))


class Client:
    """One browser that stays connected and signed in."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = dict(cookies)
        self.token = ""

    def ask(
        self, path: str, *, data: dict[str, object] | list[tuple[str, object]] | None = None, **headers: str
    ) -> Answer:
        """One request, timed from the first byte out to the last byte in."""
        sent = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": "da",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        body = None
        if data is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent["X-CSRFToken"] = self.token
            sent["Origin"] = f"http://127.0.0.1:{self.connection.port}"
            body = urlencode(data, doseq=True)
        started = perf_counter()
        try:
            self.connection.request("POST" if data is not None else "GET", path, body=body, headers=sent)
            response = self.connection.getresponse()
        except (ConnectionError, OSError):  # the server closed an idle connection: once more on a new one
            self.connection.close()
            started = perf_counter()
            self.connection.request("POST" if data is not None else "GET", path, body=body, headers=sent)
            response = self.connection.getresponse()
        content = response.read()
        seconds = perf_counter() - started
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(response.status, content, {name.lower(): value for name, value in response.getheaders()}, seconds)

    def expect(self, path: str, *, data=None, status: tuple[int, ...] = (200, 204, 302), **headers: str) -> Answer:
        answer = self.ask(path, data=data, **headers)
        if answer.status not in status:
            raise BadAnswer(f"{path} answered {answer.status}")
        if answer.status == 302 and "/login" in answer.headers.get("location", ""):
            raise BadAnswer(f"{path} asked for a login")
        return answer

    def fetch_form(self, path: str, form_id: str) -> list[tuple[str, str]]:
        """The fields of a form as they stand, and the CSRF token for every later request."""
        page = self.expect(path, status=(200,)).body
        match = TOKEN.search(page)
        reader = FormReader(form_id)
        reader.feed(page.decode())
        if match is None or not reader.fields:
            raise BadAnswer(f"{path} holds no form {form_id}")
        self.token = match[1].decode()
        return reader.fields


class FormReader(HTMLParser):
    """What a browser would send if nobody touched the form: its fields with the values they have."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside, self.fields = form_id, False, []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        kind = given.get("type", "text")
        if not self.inside or tag != "input" or not given.get("name") or kind in ("submit", "search", "file"):
            return
        if kind not in ("checkbox", "radio") or "checked" in given:
            self.fields.append((given["name"], given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass
class Timing:
    """Milliseconds of one kind of request."""

    values: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return percentile(self.values, 0.5) * 1000

    @property
    def p95(self) -> float:
        return percentile(self.values, 0.95) * 1000


def in_turn(*asks, times: int = 60, warm_up: int = 12) -> list[Timing]:
    """Ask each in turn, so that whatever else the machine does falls on all of them alike."""
    timings = [Timing() for _ in asks]
    for number in range(warm_up + times):
        for timing, ask in zip(timings, asks, strict=True):
            seconds = ask(number).seconds
            if number >= warm_up:
                timing.values.append(seconds)
    return timings


def rush(workers: list, seconds: float) -> tuple[list[Timing], float, list[str]]:
    """Each worker (a callable of the round number) runs in a thread of its own until time is up."""
    timings = [Timing() for _ in workers]
    failures: list[str] = []
    end = monotonic() + seconds

    def run(index: int) -> None:
        number = 0
        while monotonic() < end:
            try:
                timings[index].values.append(workers[index](number).seconds)
            except (BadAnswer, OSError) as error:
                failures.append(str(error))
            number += 1

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(workers))]
    started = monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return timings, monotonic() - started, failures
