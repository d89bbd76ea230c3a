"""Pages of accounts, one module per noun."""

from accounts.views.guardians import consent, consent_withdraw
from accounts.views.invitations import (
    invitation_accept,
    invitation_create,
    invitation_resend,
    invitation_restore,
    invitation_withdraw,
    mail_resend,
)
from accounts.views.members import member_list, member_remove, member_restore, member_role
from accounts.views.plans import (
    demo_close,
    figures_close,
    figures_reopen,
    guide,
    home,
    plan_switch,
    settings,
    setup,
    start,
)
from accounts.views.profile import password_change, profile, set_language
from accounts.views.sign_in import login, logout, password_reset, password_reset_confirm, password_reset_done
from accounts.views.style import style_guide

__all__ = [
    "consent",
    "consent_withdraw",
    "demo_close",
    "figures_close",
    "figures_reopen",
    "guide",
    "home",
    "invitation_accept",
    "invitation_create",
    "invitation_resend",
    "invitation_restore",
    "invitation_withdraw",
    "login",
    "logout",
    "mail_resend",
    "member_list",
    "member_remove",
    "member_restore",
    "member_role",
    "password_change",
    "password_reset",
    "password_reset_confirm",
    "password_reset_done",
    "plan_switch",
    "profile",
    "set_language",
    "settings",
    "setup",
    "start",
    "style_guide",
]
