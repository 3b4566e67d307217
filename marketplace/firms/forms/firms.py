from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .. import credit_code
from ..choices import NamedRowField, country_choices
from ..models import Firm, Membership
from ..models.firms import validate_credit_code
from .model_fields import field_of

_GBT_4754 = re.compile(r"[A-T]?\d{2,4}|[A-T]")
_NAME_LENGTH = 200


class FirmForm(forms.Form):
    """A firm's record as its owner states it."""

    name_zh = field_of(Firm, "name_zh", label=_("Legal name in Chinese"))
    name_en = field_of(Firm, "name_en", label=_("Legal name in English"))
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        required=False,
        max_length=60,
        help_text=_("18 characters, for firms registered in mainland China."),
    )
    registry = field_of(Firm, "registry")
    registry_id = field_of(Firm, "registry_id")
    nace = NamedRowField(
        "nace",
        label=_("Industry (NACE)"),
        required=False,
        help_text=_("Type a code or a word and choose, for example 23.5 or cement."),
    )
    gbt_4754 = field_of(Firm, "gbt_4754", help_text=_("For example C3011."))
    about = field_of(Firm, "about", widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Everyone can read this."))

    def __init__(self, *args: Any, firm: Firm | None = None, **options: Any) -> None:
        """`firm` is the one being changed, which may keep its own numbers."""
        super().__init__(*args, **options)
        self.others = Firm.objects.exclude(pk=firm.pk if firm else 0)

    def clean_credit_code(self) -> str:
        code = credit_code.normalise(self.cleaned_data["credit_code"])
        if code:
            validate_credit_code(code)
            self._refuse_known(credit_code=code)
        return code

    def clean_gbt_4754(self) -> str:
        code = str(self.cleaned_data["gbt_4754"]).strip().upper()
        if code and not _GBT_4754.fullmatch(code):
            raise ValidationError(_("Write the section letter and up to four digits, for example C3011."))
        return code

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("name_zh") and not values.get("name_en") and not self.errors:
            self.add_error("name_zh", _("Give the legal name in at least one language."))
        self._check_registry(values.get("registry", ""), values.get("registry_id", ""))
        return values

    def _check_registry(self, registry: str, registry_id: str) -> None:
        if bool(registry) != bool(registry_id):
            self.add_error("registry_id", _("Give the register together with the number in it."))
        elif registry_id:
            try:
                self._refuse_known(registry=registry, registry_id=registry_id)
            except ValidationError as error:
                self.add_error("registry_id", error)

    def _refuse_known(self, **number: str) -> None:
        """The database refuses a second record too; here the person is told what to do."""
        if self.others.filter(**number).exists():
            raise ValidationError(
                _("A firm with this number is already here. Ask its owner to add you as a member."), code="known_firm"
            )


class NewFirmForm(FirmForm):
    former_names = forms.CharField(
        label=_("Former names"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line. Old papers and lists are then found under the new name."),
    )

    def clean_former_names(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["former_names"].splitlines() if line.strip()]
        if any(len(name) > _NAME_LENGTH for name in names):
            raise ValidationError(_("A name has at most %(length)s characters."), params={"length": _NAME_LENGTH})
        return names


class MemberForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("If nobody has an account with this address yet, we write to it.")
    )
    role = field_of(Membership, "role")

    def __init__(self, *args: Any, firm: Firm, **options: Any) -> None:
        super().__init__(*args, **options)
        self.firm = firm

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if self.firm.memberships.filter(user__email__iexact=email).exists():
            raise ValidationError(_("This person is already a member of the firm."), code="member")
        return email
