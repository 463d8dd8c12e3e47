"""Signing in to the admin, and changing one's password there: both guess passwords, so many times
only (access/guesses.py)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest

from access.guesses import password_guess
from access.sentences import message_of
from config.errors import TooManyRequests


class _Guessing(forms.Form):
    """Mixin: a form that compares a password. ``refused`` is set when it did not even look."""

    refused: TooManyRequests | None = None

    def _no_more(self, problem: TooManyRequests) -> forms.ValidationError:
        self.refused = problem
        return forms.ValidationError(message_of(problem), code=problem.code)


class SignInForm(_Guessing, AdminAuthenticationForm):
    """E-mail address and password of a member of staff."""

    def clean(self) -> dict[str, Any]:
        """Looks the account up and compares the password."""
        typed = self.cleaned_data
        if not (typed.get("username") and typed.get("password")):
            return super().clean()
        try:
            with password_guess(self.request, typed["username"]):
                return super().clean()
        except TooManyRequests as problem:
            raise self._no_more(problem) from None


class OwnPasswordForm(_Guessing, AdminPasswordChangeForm):
    """A new password for whoever knows the old one."""

    def __init__(self, request: HttpRequest, **more: Any) -> None:
        self.request = request
        super().__init__(**more)

    def clean_old_password(self) -> str:
        """Compares the old password."""
        try:
            with password_guess(self.request, self.user.get_username()):
                return super().clean_old_password()
        except TooManyRequests as problem:
            raise self._no_more(problem) from None


class OwnPasswordView(PasswordChangeView):
    """Changes the password of whoever is signed in."""

    form_class = OwnPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The request, too: guesses are counted by address."""
        return super().get_form_kwargs() | {"request": self.request}


def told(response: Any) -> Any:
    """The page, as a 429 where its form compared nothing any more."""
    form = (getattr(response, "context_data", None) or {}).get("form")
    if isinstance(form, _Guessing) and form.refused:
        response.status_code = 429
        response.headers["Retry-After"] = str(form.refused.wait)
    return response
