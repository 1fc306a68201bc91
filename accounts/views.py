"""Signing in and out, the own password, the own record."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from accounts import operations
from accounts.forms import ActivationForm, PasswordChangeForm, PreferencesForm, SignInForm
from accounts.middleware import ENDED
from accounts.selectors import find_by_login

UNPROCESSABLE = 422


class CheckedFormView(FormView):
    """A form that came back with errors is answered with 422, so that a machine sees it too."""

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = UNPROCESSABLE
        return response


def target_of(request) -> str:
    """Where ``next`` leads, if it leads to this site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(target, allowed_hosts=hosts, require_https=request.is_secure()):
        return target
    return settings.LOGIN_REDIRECT_URL


@method_decorator([login_not_required, never_cache, sensitive_post_parameters("password")], name="dispatch")
class SignInView(CheckedFormView):
    template_name = "account/login.html"
    form_class = SignInForm

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            return HttpResponseRedirect(target_of(request))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request}

    def get_context_data(self, **kwargs):
        extra = {"next": target_of(self.request), "ended": self.request.session.pop(ENDED, False)}
        return super().get_context_data(**kwargs) | extra

    def form_valid(self, form):
        return perform_login(self.request, form.user, redirect_url=target_of(self.request))


@require_POST
def sign_out(request):
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("account_login")


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class PasswordChangeView(CheckedFormView):
    template_name = "account/password_change.html"
    form_class = PasswordChangeForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form):
        user = self.request.user
        operations.set_password(user, form.cleaned_data["new_password"], by=user)
        update_session_auth_hash(self.request, user)  # this session stays, all others of the user end
        messages.success(
            self.request, _("Your password is changed. Other places where you were signed in are signed out.")
        )
        return redirect("accounts:profile")


@method_decorator([login_not_required, never_cache, sensitive_post_parameters()], name="dispatch")
class ActivationView(CheckedFormView):
    template_name = "account/activate.html"
    form_class = ActivationForm

    def form_valid(self, form):
        data = form.cleaned_data
        user = find_by_login(data["login"])
        if not operations.activate(user, code=data["code"], password=data["new_password"]):
            form.add_error(
                None,
                _(
                    "Name and code do not match, or the slip is used or out of date. "
                    "Check both, or ask your office for a new slip."
                ),
            )
            return self.form_invalid(form)
        messages.success(self.request, _("Your password is set. Sign in with it now."))
        return redirect("account_login")


class ProfileView(CheckedFormView):
    template_name = "accounts/profile.html"
    form_class = PreferencesForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.request.user}

    def get_context_data(self, **kwargs):
        assignments = self.request.user.assignments.select_related("unit", "acting_for")
        return super().get_context_data(**kwargs) | {"assignments": assignments}

    def form_valid(self, form):
        operations.update_preferences(self.request.user, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("Saved."))
        return HttpResponseRedirect(reverse("accounts:profile"))


def locked_out(request, response=None, credentials=None):
    """Too many wrong attempts (called by django-axes): says when to try again."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    answer = render(request, "429.html", {"minutes": minutes}, status=settings.AXES_HTTP_RESPONSE_CODE)
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer
