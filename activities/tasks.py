"""What a worker must know of this app: it fills in its mails."""

from activities import reminders  # noqa: F401  why: registers the filler of its mail; workers look for them in tasks.py
