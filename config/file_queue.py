"""The embedded queue: kombu's filesystem transport, with messages that appear whole."""

import os
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Writes a message beside the queue and then renames it.

    kombu writes in place; a worker that looks in that instant takes an empty message, and ends on it.
    """

    def _put(self, queue: str, message: dict[str, Any], **kwargs: object) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        draft = folder / f"{name}.draft"  # a name that no worker looks for
        try:
            draft.write_text(dumps(message), encoding="utf-8")
            os.replace(draft, folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot add a message to {folder}") from error


class Transport(filesystem.Transport):
    """`filesystem://` with the channel above."""

    Channel = Channel
