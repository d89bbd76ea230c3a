"""The embedded queue hands out whole messages only."""

import os
import threading

import kombu
import pytest

from config.celery import app

MESSAGES = 1000


@pytest.fixture
def queue_address(tmp_path):
    (tmp_path / "queue").mkdir()
    return {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }


def test_filesystem_queue_delivers_every_message_while_it_is_written(queue_address):
    assert app.main == "portal"  # importing the app is what puts our transport in place
    name, taken = f"work-{os.getpid()}", []
    reader = kombu.Connection("filesystem://localhost", transport_options=queue_address)
    reading = reader.SimpleQueue(name)  # bound before anything is written: kombu drops what no queue is bound to

    def take():
        while len(taken) < MESSAGES:
            message = reading.get(timeout=20)
            taken.append(message.payload["number"])
            message.ack()

    taker = threading.Thread(target=take)
    taker.start()
    with kombu.Connection("filesystem://localhost", transport_options=queue_address) as writer:
        writing = writer.SimpleQueue(name)
        for number in range(MESSAGES):
            writing.put({"number": number})
    taker.join(timeout=60)
    reader.release()

    assert sorted(taken) == list(range(MESSAGES))
