"""What the log says, and what it keeps to itself."""

import json
import logging
import sys

import pytest
from django.core.exceptions import PermissionDenied

from config.log_format import JsonFormatter, without_refusals


def record_of(error):
    try:
        raise error
    except type(error):
        return logging.LogRecord("django.request", logging.WARNING, "", 1, "Forbidden: %s", ("/x/",), sys.exc_info())


@pytest.mark.parametrize(("error", "has_trace"), [(PermissionDenied(), False), (ValueError("Amina"), True)])
def test_a_refused_page_is_one_line_and_a_fault_keeps_its_trace(error, has_trace):
    record = record_of(error)

    assert without_refusals(record)
    entry = json.loads(JsonFormatter().format(record))

    assert entry["message"] == "Forbidden: /x/"
    assert ("frames" in entry) == has_trace
    assert "Amina" not in json.dumps(entry)


def test_the_console_has_the_filter(settings):
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["refusals"]
