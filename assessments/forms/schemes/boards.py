"""What parts equal totals, who sees which lines, when two sections lie too far apart."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.choices import LARGE_FROM, MEDIUM_FROM, BoardScope, PublishTo
from assessments.forms.schemes.base import PartForm, choice_field, number_field, text_of
from assessments.scheme_words import link_words
from assessments.schemes import inspect_scheme, parts

SPARE = 2
SHOWN = [("ALL", _("all lines")), ("TOP", _("the first places only")), ("BANDS", _("these grades only"))]


class BoardsForm(PartForm):
    FIELDS = {
        ".to": "publication_to",
        ".show": "show",
        ".sections": "gap_second",
        ".threshold": "gap_threshold",
        ".large": "size_large",
        ".medium": "size_medium",
    }
    publication_to = choice_field(_("Published to"), PublishTo.choices)
    show = choice_field(_("Lines shown"), SHOWN, widget=forms.RadioSelect)
    top = number_field(_("How many places"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    grades = forms.MultipleChoiceField(
        label=_("Which grades"), choices=[], required=False, widget=forms.CheckboxSelectMultiple
    )
    gap_first = choice_field(_("First section"), [], required=False)
    gap_second = choice_field(_("Second section"), [], required=False)
    gap_threshold = number_field(
        _("Points apart"),
        help_text=_("From here on."),
    )

    size_large = number_field(_("Large from so many customers"))
    size_medium = number_field(_("Medium from so many customers"))

    def __init__(self, *args, document: dict[str, Any], **kwargs):
        super().__init__(*args, **kwargs)
        plan = inspect_scheme(document)[0]
        self.by_size = BoardScope.SIZE_CLASS in plan.board_scopes
        if not self.by_size:
            del self.fields["size_large"], self.fields["size_medium"]
        sections = [(section.code, section.name) for section in plan.sections]
        links = [f"section:{section.code}" for section in plan.sections]
        links += [f"item:{item.code}" for item in plan.items]
        written = [link for link in document.get("tie_chain") or [] if isinstance(link, str)]
        offered = dict.fromkeys([*links, "improvement", "no_veto", *written])
        said = [(link, link_words(link, plan.sections, plan.items)) for link in offered]
        choices = [("", _("nothing further")), *said]
        self.count = len(written) + SPARE
        for row in range(self.count):
            self.fields[f"tie_{row}"] = choice_field(
                _("Then by") if row else _("First by"), choices, required=False
            )
        self.fields["grades"].choices = [(band.code, band.name) for band in plan.bands]
        for name in ("gap_first", "gap_second"):
            self.fields[name].choices = [("", pgettext_lazy("choice", "none")), *sections]

    @staticmethod
    def values_of(document: dict[str, Any]) -> dict[str, Any]:
        publication, gap = document.get("publication") or {}, document.get("gap") or {}
        show, sizes = publication.get("show", "ALL"), document.get("size_classes") or {}
        sections = [*gap.get("sections", []), "", ""]
        return {
            **{f"tie_{row}": link for row, link in enumerate(document.get("tie_chain") or [])},
            "publication_to": publication.get("to", PublishTo.COMPANY),
            "show": "ALL" if show == "ALL" else "BANDS" if isinstance(show, list) else "TOP",
            "top": text_of(show) if isinstance(show, int) else "",
            "grades": show if isinstance(show, list) else [],
            "gap_first": sections[0],
            "gap_second": sections[1],
            "gap_threshold": text_of(gap.get("threshold")),
            "size_large": text_of(sizes.get("large", LARGE_FROM)),
            "size_medium": text_of(sizes.get("medium", MEDIUM_FROM)),
        }

    @property
    def ties(self) -> list[Any]:
        return [self[f"tie_{row}"] for row in range(self.count)]

    @property
    def filled(self) -> list[int]:
        return [row for row in range(self.count) if self.cleaned_data[f"tie_{row}"]]

    def concerns(self):
        return ["$.tie_chain", "$.publication", "$.gap", "$.size_classes"]

    def field_of(self, path):
        found = re.match(r"\$\.tie_chain\[(\d+)\]", path)
        if found:
            return f"tie_{self.filled[int(found[1])]}"
        if path.startswith("$.publication.show"):
            return {"TOP": "top", "BANDS": "grades"}.get(self.cleaned_data["show"], "show")
        return super().field_of(path)

    def applied(self, document):
        chain = [self.cleaned_data[f"tie_{row}"] for row in self.filled]
        values = {"tie_chain": chain or None, "publication": self._publication(), "gap": self._gap()}
        return parts.with_keys(document, values | self._sizes())

    def _publication(self) -> dict[str, Any]:
        typed = self.cleaned_data
        show = {"TOP": _whole(typed["top"]), "BANDS": typed["grades"]}.get(typed["show"], "ALL")
        return {"to": typed["publication_to"], "show": show}

    def _sizes(self) -> dict[str, Any]:
        """What the rules say without words stays unsaid."""
        if not self.by_size:
            return {}
        large, medium = _whole(self.cleaned_data["size_large"]), _whole(self.cleaned_data["size_medium"])
        usual = (large, medium) in ((LARGE_FROM, MEDIUM_FROM), ("", ""))
        return {"size_classes": None if usual else {"large": large, "medium": medium}}

    def _gap(self) -> dict[str, Any] | None:
        typed = self.cleaned_data
        sections = [typed[name] for name in ("gap_first", "gap_second") if typed[name]]
        threshold = typed["gap_threshold"].strip()
        return {"sections": sections, "threshold": threshold} if sections or threshold else None


def _whole(text: str) -> int | str:
    """A whole number as one; anything else as it was typed, for the reader to refuse."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else text
