"""Python's search for reference cycles, put off while a large file is read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Rows, cells and marks hold no cycles, and looking through a growing heap of them again and again takes more than
    half of an import's processor time. What is dropped meanwhile is freed as always, by its count of references."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
