from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.fields import NumberField
from marketplace.units import Datum, gcj02_to_wgs84

from ..choices import NamedRowField, country_choices
from ..coordinates import look_swapped, outside_country, parse_degrees
from ..models import Site
from .model_fields import field_of

_DECIMALS = 7  # about a centimetre


class DegreesField(NumberField):
    default_error_messages = {
        "invalid": gettext_lazy("“%(value)s” is not an angle in degrees. Write it like 31.2167 or 31°13′N.")
    }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        try:
            return round(parse_degrees(str(value)), _DECIMALS)
        except ValueError:
            shown = str(value)[:40]
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": shown}) from None


class SiteForm(forms.Form):
    """A place of a firm. `site_values()` gives WGS-84 whatever datum was typed."""

    name = field_of(Site, "name")
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=country_choices)
    park = NamedRowField(
        "park",
        label=gettext_lazy("Park"),
        required=False,
        help_text=gettext_lazy("If the site lies in an industrial park: type a part of its name and choose."),
    )
    latitude = DegreesField(label=gettext_lazy("Latitude"), required=False)
    longitude = DegreesField(label=gettext_lazy("Longitude"), required=False)
    datum = forms.ChoiceField(label=gettext_lazy("Map the coordinates come from"), choices=Datum.choices)
    region = NamedRowField(
        "region",
        label=gettext_lazy("Region"),
        required=False,
        help_text=gettext_lazy("Leave empty: we take the county whose centre is nearest."),
    )
    address = field_of(Site, "address")
    location_public = field_of(Site, "location_public")

    place_is_the_parks = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "latitude" in values and "longitude" in values:
            self._take_the_parks_place(values)
            self._check_place(values)
        return values

    def site_values(self) -> dict[str, Any]:
        values = {name: value for name, value in self.cleaned_data.items() if name != "datum"}
        place = float(values["latitude"]), float(values["longitude"])
        if self.cleaned_data["datum"] == Datum.GCJ02 and not self.place_is_the_parks:
            place = gcj02_to_wgs84(*place)
        values["latitude"], values["longitude"] = (round(degrees, _DECIMALS) for degrees in place)
        return values

    def _take_the_parks_place(self, values: dict[str, Any]) -> None:
        """Without coordinates the site lies at the centre of its park, which is known in WGS-84."""
        park = values.get("park")
        empty = values["latitude"] is None and values["longitude"] is None
        if empty and park and park.latitude is not None and park.longitude is not None:
            values["latitude"], values["longitude"] = park.latitude, park.longitude
            self.place_is_the_parks = True

    def _check_place(self, values: dict[str, Any]) -> None:
        latitude, longitude, country = values["latitude"], values["longitude"], values.get("country", "")
        if latitude is None or longitude is None:
            if "park" in self.errors:
                return  # with the park mended there may be a place
            field = "latitude" if latitude is None else "longitude"
            self.add_error(field, _("Give latitude and longitude, pick the place on the map, or choose a park."))
        elif look_swapped(float(latitude), float(longitude), country):
            self.add_error("latitude", self._swapped(latitude, longitude))
        elif abs(latitude) > 90:
            self.add_error("latitude", _("A latitude lies between −90 and 90 degrees."))
        elif abs(longitude) > 180:
            self.add_error("longitude", _("A longitude lies between −180 and 180 degrees."))
        elif outside_country(float(latitude), float(longitude), country):
            name = dict(country_choices())[country]
            self.add_error(
                "latitude", _("This point is not in %(country)s. Check the coordinates.") % {"country": name}
            )

    def _swapped(self, latitude: Decimal, longitude: Decimal) -> str:
        shown = {
            "latitude": self.fields["latitude"].prepare_value(latitude),
            "longitude": self.fields["longitude"].prepare_value(longitude),
        }
        return (
            _(
                "These look swapped: latitude %(latitude)s, longitude %(longitude)s — "
                "did you mean %(longitude)s, %(latitude)s?"
            )
            % shown
        )
