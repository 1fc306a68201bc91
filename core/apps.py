from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core import converters, imports, navigation  # noqa: PLC0415 - like the other apps

        converters.register()
        item = navigation.NavItem(
            "core:imports", _("Import"), "upload", visible=imports.may_import, order=900
        )
        navigation.register(item)
