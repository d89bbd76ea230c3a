from reporting.views.delivered import delivered
from reporting.views.follow_up import follow_up
from reporting.views.indicators import (
    indicator_create,
    indicator_detail,
    indicator_edit,
    measurement_create,
    target_create,
    target_edit,
)
from reporting.views.releases import release_create, release_progress

__all__ = [
    "delivered",
    "follow_up",
    "indicator_create",
    "indicator_detail",
    "indicator_edit",
    "measurement_create",
    "release_create",
    "release_progress",
    "target_create",
    "target_edit",
]
