"""One text for one content, so that what was frozen can be recognised by its fingerprint."""

import json
from hashlib import sha256
from typing import Any


def canonical_json(content: Any) -> str:
    """Keys sorted, no blanks, letters as they are. Numbers that must stay exact come as decimal strings."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(text.encode()).hexdigest()
