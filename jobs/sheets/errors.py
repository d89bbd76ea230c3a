"""The one thing that may go wrong with a whole file."""

from typing import Any

from django.utils.functional import Promise


class SheetError(Exception):
    """Nothing was read. The message is one clear, translated line."""

    def __init__(self, message: str | Promise, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)
