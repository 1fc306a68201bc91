from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from assessments import background, importers, indicator_offers, menu, receivers, waiting  # noqa: F401, PLC0415 - models are loaded only now

        importers.register()
        indicator_offers.register()
        menu.register()
        waiting.register()
