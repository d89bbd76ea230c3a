"""One's own account."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms import PasswordChangeForm, ProfileForm
from accounts.permissions import signed_in
from accounts.views.sign_in import set_language_cookie


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language, mails."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        user = form.save()
        with translation.override(user.language):
            messages.success(request, _("Your profile is saved."))
        response = redirect("accounts:profile")
        set_language_cookie(response, language=user.language)
        return response
    return render(request, "accounts/profile.html", {"form": form})


@signed_in
@sensitive_post_parameters()
def password_change(request: HttpRequest) -> HttpResponse:
    """A new password for who knows the old one; other devices are signed out."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if form.is_valid():
        user = form.save()
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed."))
        return redirect("accounts:profile")
    return render(request, "accounts/password_change.html", {"form": form})
