from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who signs in, by username or by staff number."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=60)
    staff_no = models.CharField(_("staff number"), max_length=30, null=True, blank=True, unique=True)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    keyboard_shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_any_case"),
            models.CheckConstraint(condition=~Q(staff_no=""), name="user_staff_no_not_blank"),
        ]

    def __str__(self):
        return self.name

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class Activation(models.Model):
    """A one-time code with which a new user chooses the first password. Only its hash is kept."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="activation", verbose_name=_("user")
    )
    code_hash = models.CharField(_("code hash"), max_length=128)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("wrong attempts"), default=0)

    class Meta:
        verbose_name = _("activation slip")
        verbose_name_plural = _("activation slips")

    def __str__(self):
        return str(self.user)
