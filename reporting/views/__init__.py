from reporting.views.data import data, dictionary
from reporting.views.delivered import delivered
from reporting.views.embedding import embedding_edit, embedding_list
from reporting.views.exports import figures_export
from reporting.views.follow_up import area, follow_up
from reporting.views.goals import goal_create, goal_edit, goal_list, goal_remove, goal_restore
from reporting.views.imports import (
    import_confirm,
    import_create,
    import_detail,
    import_rejected,
    imports,
    log_export,
)
from reporting.views.indicators import (
    indicator_create,
    indicator_detail,
    indicator_edit,
    target_create,
    target_edit,
)
from reporting.views.judgements import (
    definition_create,
    definition_edit,
    definition_remove,
    definition_restore,
    judgement_edit,
)
from reporting.views.measurements import (
    measurement_approve,
    measurement_create,
    measurement_edit,
    measurement_file,
    measurement_queue,
    measurement_return,
)
from reporting.views.milestones import milestone_create, milestone_drop, milestone_list, milestone_take_up
from reporting.views.releases import release_create, release_progress
from reporting.views.status_report_steps import (
    status_report_approve,
    status_report_download,
    status_report_drop,
    status_report_freeze,
    status_report_progress,
    status_report_restore,
)
from reporting.views.status_reports import (
    status_report_create,
    status_report_detail,
    status_report_edit,
    status_report_list,
)
from reporting.views.tokens import api_guide, token_create, token_made, token_restore, token_revoke

__all__ = [
    "api_guide",
    "area",
    "data",
    "definition_create",
    "definition_edit",
    "definition_remove",
    "definition_restore",
    "delivered",
    "dictionary",
    "embedding_edit",
    "embedding_list",
    "figures_export",
    "follow_up",
    "goal_create",
    "goal_edit",
    "goal_list",
    "goal_remove",
    "goal_restore",
    "import_confirm",
    "import_create",
    "import_detail",
    "import_rejected",
    "imports",
    "indicator_create",
    "indicator_detail",
    "indicator_edit",
    "judgement_edit",
    "log_export",
    "measurement_approve",
    "measurement_create",
    "measurement_edit",
    "measurement_file",
    "measurement_queue",
    "measurement_return",
    "milestone_create",
    "milestone_drop",
    "milestone_list",
    "milestone_take_up",
    "release_create",
    "release_progress",
    "status_report_approve",
    "status_report_create",
    "status_report_detail",
    "status_report_download",
    "status_report_drop",
    "status_report_edit",
    "status_report_freeze",
    "status_report_list",
    "status_report_progress",
    "status_report_restore",
    "target_create",
    "target_edit",
    "token_create",
    "token_made",
    "token_restore",
    "token_revoke",
]
