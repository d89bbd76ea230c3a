"""One JSON object a line, for whatever collects the logs. Holds no personal content."""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

from django.core.exceptions import PermissionDenied

EXTRA_FIELDS = ("route", "method", "status", "milliseconds", "plan", "job", "kind", "attempt")


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, the known extra fields, and where an exception came from."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        entry.update({name: getattr(record, name) for name in EXTRA_FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[0]:
            # An exception's words may quote a person's row ("Key (alias)=(...) exists"); its type and place do not.
            entry["exception"] = record.exc_info[0].__name__
            entry["frames"] = _frames(record.exc_info[2])
        return json.dumps(entry, ensure_ascii=False, default=str)


def without_refusals(record: logging.LogRecord) -> bool:
    """A filter: a page that was refused to somebody is no fault, so its line carries no trace of calls."""
    if record.exc_info and record.exc_info[0] and issubclass(record.exc_info[0], PermissionDenied):
        record.exc_info = None
    return True


def _message(record: logging.LogRecord) -> str:
    """The message; Celery's would quote the exception itself, so that is left out."""
    if record.exc_info and record.exc_info[0] and isinstance(record.args, dict) and "exc" in record.args:
        return str(record.msg) % {**record.args, "exc": record.exc_info[0].__name__, "traceback": ""}
    return record.getMessage()


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
