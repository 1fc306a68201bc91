"""A partner by name or code, and its entry in the directory."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.forms.fields import MATCHES_SHOWN, NodeField
from branches.models import code_validator
from core.forms import CodeField
from pairings.models import Partner

LISTED = 300


def partner_text(partner):
    return f"{partner.name} ({partner.code})" + (f" · {partner.region}" if partner.region else "")


def partners_called(text):
    """Those called so, and those with a part of the name or code so: one more of each than are shown."""
    partners = Partner.objects.current()
    whole = partners.filter(Q(name=text) | Q(code__iexact=text))
    part = partners.filter(Q(name__icontains=text) | Q(code__icontains=text))
    return list(whole[: MATCHES_SHOWN + 1]), list(part[: MATCHES_SHOWN + 1])


class PartnerField(NodeField):
    missing = _("The directory has no partner of this name or code. Add it first.")

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", _("Type the name, a part of it, or the code."))
        super().__init__(**kwargs)
        self.rows = self.searched = Partner.objects.current()

    def matching(self, text):
        return partners_called(text)

    def choices_of(self, nodes):
        return [(partner.code, partner_text(partner)) for partner in nodes]


def one_partner(text):
    whole, part = partners_called(text)
    found = whole if len(whole) == 1 else whole or part
    if len(found) == 1:
        return found[0]
    if found:
        names = "、".join(partner_text(partner) for partner in found[:MATCHES_SHOWN])
        raise ValidationError(_("Which one is “%(text)s”: %(names)s?"), params={"text": text, "names": names})
    raise ValidationError(_("The directory has no partner “%(text)s”. Add it first."), params={"text": text})


class PartnerForm(forms.ModelForm):
    code = CodeField(
        label=_("Code"),
        max_length=40,
        required=False,
        validators=[code_validator],
        help_text=_("Empty: it gets one."),
    )

    class Meta:
        model = Partner
        fields = [
            "name",
            "code",
            "level",
            "type",
            "region",
            "address",
            "member_count",
            "contact_name",
            "contact_phone",
        ]
        help_texts = {
            "contact_name": _(
                "Shown to the secretary of a branch that is paired with it, and to nobody else."
            ),
        }

    def __init__(self, *args, shows_contact=True, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
        if not shows_contact:
            del self.fields["contact_name"], self.fields["contact_phone"]

    def clean_code(self):
        code = self.cleaned_data["code"]
        if code and Partner.objects.filter(code=code).exists():
            raise ValidationError(_("A partner has this code already. Choose another."))
        return code


class MergePartnersForm(forms.Form):
    into = PartnerField(label=_("It is the same as"))

    def __init__(self, *args, partner, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].rows = self.fields["into"].searched = Partner.objects.current().exclude(
            pk=partner.pk
        )
        self.partner = partner

    def clean_into(self):
        if self.cleaned_data["into"] == self.partner:
            raise ValidationError(_("Choose another partner than this one."))
        return self.cleaned_data["into"]
