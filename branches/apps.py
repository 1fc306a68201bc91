from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BranchesConfig(AppConfig):
    name = "branches"
    verbose_name = _("Party branches")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from branches import importers, offers, reports, shell  # noqa: PLC0415 - models are ready only now

        reports.register()
        importers.register()
        shell.register()
        offers.register()
