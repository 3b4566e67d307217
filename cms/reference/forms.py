"""What is asked of each kind of reference data, in groups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel

from cms.registers.office.as_shown import AsShown
from listings.curation.identity import fixed_fields
from listings.curation.linking import link_fields
from listings.models import Material

from .choosers import CHOOSERS
from .choosing import choices_of
from .fields import RegionsField, WasteCodesField, WordsField

Group = tuple[object, tuple[str, ...]]
NAMES: Group = (_("Names"), ("name_zh", "name_en"))
WORDS: Group = (_("Other words"), ("synonyms_zh", "synonyms_en"))
SOURCE: Group = (_("Source"), ("source", "to_verify"))
HELP = {
    "slug": _("Small letters, digits and underscores. It stays: files and other rows know it by this."),
    "code_display": _("With blanks and star, such as 10 01 02*. Empty: as the code itself."),
    "suitability": _("0 to 1: 1 where this is the best use of the material."),
    "prohibited": _("This use is never lawful, of all below the material too: no such pair is shown, from now on."),
    "economic_radius_km": _("Over how many km hauling it usually pays. Empty: not known."),
    "to_verify": _("Own knowledge or own reading; not checked yet."),
    "minimum": _("In the unit of the property. Empty: no lower limit."),
    "maximum": _("In the unit of the property. Empty: no upper limit."),
    "min_value": _("In the unit above. What lies below is refused as a mistake."),
    "max_value": _("In the unit above. What lies above is refused as a mistake."),
    "hard": _("Outside is rejected. Otherwise outside costs a deduction."),
    "country": _("Two capital letters, such as CN or GB."),
    "road_factor": _("Length of the way over the straight line, 1 or more."),
    "position": _("Small numbers come first."),
    "latitude": _("WGS-84 degrees."),
    "longitude": _("WGS-84 degrees."),
    "source": _("Where it was read: document, edition, page or address."),
}


class WordField(forms.ChoiceField):
    """One of the known words, or the value that a row has already."""

    def __init__(self, model: type[models.Model], name: str, **options: Any) -> None:
        known = list(choices_of(model, name).items())
        super().__init__(choices=known if options["required"] else [("", "–"), *known], **options)

    def accept(self, value: str) -> None:
        if value and not self.valid_value(value):
            self.choices = [*self.choices, (value, value)]


class ReferenceForm(AsShown, WagtailAdminModelForm):
    """Gives what was typed to the services and saves nothing itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, WordField):
                field.accept(getattr(self.instance, name))

    def stated(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Fields and links that differ from what the page showed; of a new row all."""
        links = link_fields(self._meta.model)
        names = self.changed_data if self.instance.pk else list(self.fields)
        said = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return (
            {name: value for name, value in said.items() if name not in links},
            {name: value for name, value in said.items() if name in links},
        )


def _pictograms() -> list[tuple[str, str]]:
    known = Material.objects.exclude(pictogram="").order_by("pictogram").values_list("pictogram", flat=True).distinct()
    return [("", "–"), *((name, name) for name in known)]


DECLARED: dict[str, dict[str, forms.Field]] = {
    "material": {
        "codes": WasteCodesField(label=capfirst(_("usual waste codes"))),
        "pictogram": forms.ChoiceField(label=capfirst(_("pictogram")), choices=_pictograms, required=False),
    },
    "wastecode": {
        "mirrors": WasteCodesField(label=capfirst(_("mirror entries"))),
        "code_display": forms.CharField(label=capfirst(_("code as printed")), max_length=20, required=False),
    },
    "region": {
        "members": RegionsField(
            label=_("Member regions"), help_text=_("Of a composite region: one region code a line.")
        )
    },
}


def form_class_of(model: type[models.Model], without: tuple[str, ...]) -> type[ReferenceForm]:
    """With the fields that say more than their column, and a chooser wherever a list would be long."""
    name = str(model._meta.model_name)
    declared: dict[str, Any] = dict(DECLARED.get(name, {}))
    for field in model._meta.concrete_fields:
        label = capfirst(field.verbose_name)
        if field.name.startswith("synonyms"):
            declared[field.name] = WordsField(label=label)
        elif choices_of(model, field.name):
            declared[field.name] = WordField(model, field.name, label=label, required=not field.blank)
    declared = {field: asked for field, asked in declared.items() if field not in without}
    return type(f"{model.__name__}Form", (ReferenceForm,), declared)


def handler_of(model: type[models.Model], groups: tuple[Group, ...], *, for_update: bool) -> ObjectList:
    """The panels of a form; what is stated once is only shown afterwards."""
    fixed = fixed_fields(model) if for_update else ()
    panels = [
        MultiFieldPanel([_panel(model, name, read_only=name in fixed) for name in names], heading=heading)
        for heading, names in groups
    ]
    return ObjectList(panels, base_form_class=form_class_of(model, without=fixed)).bind_to_model(model)


def _panel(model: type[models.Model], name: str, *, read_only: bool) -> Panel:
    field: Any = model._meta.get_field(name)
    chooser = CHOOSERS.get(field.related_model) if field.many_to_one else None
    options = {"widget": chooser.widget_class} if chooser and not read_only else {}
    return FieldPanel(name, read_only=read_only, help_text=HELP.get(name, ""), **options)
