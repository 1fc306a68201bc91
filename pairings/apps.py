from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PairingsConfig(AppConfig):
    name = "pairings"
    verbose_name = _("Pairings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from pairings import activity_links, importers, measures, menu, offers, reports  # noqa: PLC0415 - models are ready only now

        activity_links.register()
        importers.register()
        measures.register()
        menu.register()
        offers.register()
        reports.register()
