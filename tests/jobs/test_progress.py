"""The fragment that shows how far a job is."""

import re

import pytest
from django.template.loader import render_to_string

from jobs.models import Job, JobState
from jobs.progress import progress_context


def shown(*, finished_url="", **fields):
    job = Job(pk=7, kind="tests.count", **fields)
    html = render_to_string(
        "jobs/_job_progress.html",
        progress_context(job=job, progress_url="/herredsvang/job/7/", finished_url=finished_url),
    )
    return html, " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": JobState.QUEUED}, "Venter på sin tur Vis, hvor langt det er"),
        ({"state": JobState.RUNNING}, "Vi er i gang Vis, hvor langt det er"),
        (
            {"state": JobState.RUNNING, "progress_done": 1500, "progress_total": 2000},
            "1.500 af 2.000 er klaret Vis, hvor langt det er",
        ),
    ],
    ids=["waiting", "running", "counted"],
)
def test_progress_asks_again_until_the_job_has_ended(fields, words):
    html, text = shown(**fields)

    assert text == words
    assert 'hx-get="/herredsvang/job/7/" hx-trigger="every 1s"' in html
    assert '<a href="/herredsvang/job/7/">' in html  # without JavaScript


def test_progress_ends_with_the_result_and_the_way_on():
    html, text = shown(state=JobState.DONE, result_line="100 rækker er læst.", finished_url="/herredsvang/import/3/")

    assert text == "100 rækker er læst. Fortsæt"
    assert "hx-get" not in html


def test_progress_of_a_failed_job_has_no_way_on():
    html, text = shown(
        state=JobState.FAILED, result_line="Filen har ingen tabel.", finished_url="/herredsvang/import/3/"
    )

    assert text == "Filen har ingen tabel."
    assert "hx-get" not in html
