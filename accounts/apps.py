from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import middleware, receivers  # noqa: PLC0415 - models are ready only now

        user_logged_in.connect(middleware.stamp_session, dispatch_uid="accounts.stamp_session")
        user_logged_in.connect(receivers.record_sign_in, dispatch_uid="accounts.record_sign_in")
        user_logged_out.connect(receivers.record_sign_out, dispatch_uid="accounts.record_sign_out")
        user_login_failed.connect(receivers.record_failure, dispatch_uid="accounts.record_failure")
