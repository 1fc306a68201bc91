from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core import (  # noqa: PLC0415 - like the other apps
            converters,
            database_role,  # noqa: F401 - its check registers itself
            imports,
            navigation,
        )

        converters.register()
        item = navigation.NavItem(
            "core:imports", _("Import"), "upload", visible=imports.may_import, order=900
        )
        navigation.register(item)
