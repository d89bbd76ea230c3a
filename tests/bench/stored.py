"""`python -m tests.bench.stored 12 13`: the participants ticked on these sessions, as the database holds them."""

import json
import sys

import django

django.setup()

from residents.models import Attendance  # noqa: E402

json.dump(
    {
        pk: list(Attendance.objects.filter(session_id=pk).values_list("participant_id", flat=True))
        for pk in sys.argv[1:]
    },
    sys.stdout,
)
