from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("Activities")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from activities import importers, measures, offers, reports  # noqa: PLC0415 - models can be imported only now

        importers.register()
        measures.register()
        offers.register()
        reports.register()
