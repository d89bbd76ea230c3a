"""What a worker must know of this app: it fills in its mails."""

# why: they register the fillers of their mails; workers look for them in tasks.py
from activities import reminders, shift_mail  # noqa: F401
