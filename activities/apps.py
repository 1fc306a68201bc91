from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("Activities")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # models can be imported only now
        from activities import importers, inner_life, measures, offers, receivers, reports  # noqa: F401, PLC0415

        importers.register()
        inner_life.register()
        measures.register()
        offers.register()
        reports.register()
