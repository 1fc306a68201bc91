"""Forms of the account pages. They check what was typed; views call the operations."""

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User

LONGEST = 128  # hashing a novel would keep a processor busy


def password_field(label, autocomplete: str, help_text="") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=LONGEST, widget=widget, help_text=help_text)


class SignInForm(forms.Form):
    login = forms.CharField(
        label=_("Username or staff number"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = password_field(_("Password"), "current-password")

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        self.user = None

    def clean(self):
        data = super().clean()
        if not self.errors:
            self.user = authenticate(self.request, login=data["login"], password=data["password"])
            if self.user is None:
                raise ValidationError(
                    _("Name and password do not match. Check both, or ask your office for a new slip.")
                )
        return data


class NewPasswordMixin(forms.Form):
    """Two fields for a new password that has to pass the validators; ``owner()`` says whose it is."""

    new_password = password_field(
        _("New password"),
        "new-password",
        _("8 characters or more; no names, common words, years or keys in a row."),
    )
    repeated = password_field(_("New password again"), "new-password")

    def owner(self) -> User | None:
        raise NotImplementedError

    def clean(self):
        data = super().clean()
        first, second = data.get("new_password"), data.get("repeated")
        if first and second and first != second:
            self.add_error("repeated", _("The two new passwords differ. Type the same one twice."))
        elif first:
            try:
                password_validation.validate_password(first, self.owner())
            except ValidationError as error:
                self.add_error("new_password", error)
        return data


class PasswordChangeForm(NewPasswordMixin):
    old_password = password_field(_("Current password"), "current-password")
    field_order = ["old_password", "new_password", "repeated"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def owner(self):
        return self.user

    def clean_old_password(self):
        if not self.user.check_password(self.cleaned_data["old_password"]):
            raise ValidationError(_("The present password is not right. Type it again."))
        return self.cleaned_data["old_password"]

    def clean(self):
        data = super().clean()
        if data.get("new_password") and data.get("new_password") == data.get("old_password"):
            self.add_error("new_password", _("Choose a password other than the present one."))
        return data


class ActivationForm(NewPasswordMixin):
    """Says nothing about whether the user exists: a wrong name and a wrong code get the same answer."""

    login = forms.CharField(
        label=_("Username or staff number"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    code = forms.CharField(
        label=_("Code on the activation slip"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["login", "code", "new_password", "repeated"]

    def owner(self):
        login = self.cleaned_data.get("login", "")
        return User(username=login, staff_no=login)


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["keyboard_shortcuts"]
