"""Log in, log out, a new password: Django's own views with our forms."""

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from accounts.forms import LoginForm, NewPasswordForm, PasswordResetForm
from accounts.mail import site_root
from accounts.models import User
from accounts.passwords import ask_for_reset
from accounts.permissions import public, signed_in
from accounts.sign_in import client_address


def set_language_cookie(response: HttpResponse, *, language: str) -> None:
    """The language that config.middleware reads at every request."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


class LoginView(auth_views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: LoginForm) -> HttpResponse:
        """Sign in, and speak the language that the person has chosen."""
        response = super().form_valid(form)
        set_language_cookie(response, language=form.get_user().language)
        return response

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        locked = form.has_error("__all__", "locked")
        return self.render_to_response(self.get_context_data(form=form), status=429 if locked else 200)


class PasswordResetConfirmView(auth_views.PasswordResetConfirmView):
    template_name = "accounts/password_reset_confirm.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("accounts:login")

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return None if user is None or user.is_demo or not user.is_active else user

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        response = super().form_valid(form)
        success(self.request, _("Your new password works. Log in with it."))
        return response


login = public(LoginView.as_view())
logout = signed_in(auth_views.LogoutView.as_view())
password_reset_confirm = public(PasswordResetConfirmView.as_view())


@public
def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link by e-mail."""
    form = PasswordResetForm(request.POST or None)
    if form.is_valid():
        ask_for_reset(email=form.cleaned_data["email"], address=client_address(request), root=site_root(request))
        return redirect("accounts:password_reset_done")
    return render(request, "accounts/password_reset.html", {"form": form})


@public
def password_reset_done(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_done.html")
