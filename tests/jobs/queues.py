"""A queue that nobody answers, for as long as a test wants."""

from collections.abc import Iterator
from contextlib import contextmanager

import kombu.pools

from config.celery import app

DEAD_BROKER = "redis://127.0.0.1:1/0"


@contextmanager
def queue_down() -> Iterator[None]:
    living = app.conf.broker_url
    _use_broker(DEAD_BROKER)
    try:
        yield
    finally:
        _use_broker(living)


def _use_broker(url: str) -> None:
    app.conf.broker_url = url
    app.conf.broker_read_url = app.conf.broker_write_url = url
    kombu.pools.reset()  # connections are pooled by process
    app._pool = None
    app.amqp._producer_pool = None
