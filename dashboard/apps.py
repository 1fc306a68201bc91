from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = _("Dashboard")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from dashboard import (  # noqa: PLC0415 - models can be imported only now
            background,  # noqa: F401 - registers its jobs
            menu,
        )

        menu.register()
