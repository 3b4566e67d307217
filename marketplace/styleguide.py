"""Every component and picture on one page, with made-up facts: to look at after a change of the style sheets."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import make_aware

from marketplace.pictures.landed_cost import LandedCost
from marketplace.pictures.life_line import Event
from marketplace.pictures.outcome import OUTCOMES
from marketplace.pictures.reach_map import Reach, ReachPoint
from marketplace.pictures.window_strip import WindowStrip

ICONS = (
    "search plus check close chevron-right chevron-down arrow-right user menu map list filter bell download upload "
    "document camera truck scale pin lock eye edit trash clock calendar warning info link external contrast refresh "
    "history star factory mail phone"
).split()
FAMILIES = (
    "ash gypsum slag metallurgical_residue mining_waste alkaline_calcium cdw_glass_ceramic acid_alkali_salt gas "
    "organic_chem catalyst_metal paper_wood textile plastic rubber food_agri organic_sludge heat water mixed"
).split()

STRIPS = (
    WindowStrip("Loss on ignition", "%", "dry", 2.1, 3.0, 4.8, None, 8.0, True, "passes"),
    WindowStrip("Fineness, 45 µm residue", "%", "dry", 18, 24, 36, None, 30, True, "may"),
    WindowStrip("Free lime", "%", "dry", 1.6, 1.9, 2.2, None, 1.0, True, "fails"),
    WindowStrip("Moisture", "%", "as received", 14, 17, 22, None, 15, False, "may", "soft, −¥2 per % above"),
    WindowStrip("SO₃", "%", "dry", None, None, None, None, 3.0, True, "unknown"),
    WindowStrip("pH", "", "", 8.5, 9.2, 10.1, 6.0, 11.0, True, "passes"),
    WindowStrip("Chloride", "mg/kg", "dry", 40, 55, 70, None, 6000, True, "passes"),
    WindowStrip("Purity, CaSO₄·2H₂O", "%", "dry", 92, 94, 95.5, 90, None, True, "passes"),
)
LADDERS = (
    LandedCost(
        (
            ("Price: the plant pays you", -60.0),
            ("Haulage, 84 km by road", 42.5),
            ("Drying", 12.0),
            ("Disposal you avoid", -29.5),
        ),
        -35.0,
        "CNY",
        "The plant pays you ¥35/t.",
    ),
    LandedCost((("Price", 120.0), ("Haulage, 212 km by rail", 38.0), ("Crushing", 9.0)), 167.0, "CNY"),
)
REACH = Reach(
    31.35,
    118.38,
    "Your site, Wuhu",
    rings_km=(80.0, 160.0),
    points=(
        ReachPoint(31.86, 117.28, "need", "Cement works, Hefei", 400_000, "#rows", "126 km"),
        ReachPoint(32.05, 118.79, "need", "Block maker, Nanjing", 60_000, "#rows", "87 km"),
        ReachPoint(30.94, 118.76, "need", "Road base, Xuancheng", 12_000, "#rows", "58 km"),
        ReachPoint(31.70, 118.50, "offer", "Blast-furnace slag, Ma'anshan", 900_000, "#rows", "41 km"),
        ReachPoint(30.65, 117.50, "offer", "Fly ash, Chizhou", 150_000, "#rows", "115 km", 0.5),
        ReachPoint(31.80, 119.95, "need", "Kiln, Changzhou", 200_000, "#rows", "157 km", 0.5),
    ),
)
EVENTS = (
    Event(
        make_aware(datetime(2026, 11, 21, 9, 40)),
        "Anhui Conch",
        "asked for a sample",
        "250 kg, sealed, before 30 November",
    ),
    Event(make_aware(datetime(2026, 11, 20, 16, 5)), "Loopyard", "found 12 takers", "3 accept, 9 may accept"),
    Event(make_aware(datetime(2026, 11, 20, 16, 4)), "Li Wei", "published the listing"),
    Event(
        make_aware(datetime(2026, 11, 19, 11, 30)), "Li Wei", "changed the quantity", "1 000 t/month → 1 200 t/month"
    ),
)


class SampleForm(forms.Form):
    title = forms.CharField(label="What leaves your process?", help_text="In your own words, in Chinese or English.")
    quantity = forms.DecimalField(label="Quantity", widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    price = forms.DecimalField(label="Price", required=False, help_text="Below zero when you pay the taker.")
    period = forms.ChoiceField(label="Period", choices=[("month", "per month"), ("year", "per year")])
    form = forms.ChoiceField(
        label="Form", choices=[("powder", "Powder"), ("lump", "Lumps"), ("slurry", "Slurry")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Note to takers", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    report = forms.FileField(label="Laboratory report", required=False, help_text="PDF or a photo, up to 20 MB.")
    lat = forms.CharField(label="Latitude", widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    lon = forms.CharField(label="Longitude", widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    listed_only = forms.BooleanField(label="Listed recyclers only", required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Draws the page; mounted in development only."""
    form = SampleForm({"title": "Class F fly ash", "quantity": "12,o00", "period": "month", "form": "powder"})
    return render(
        request,
        "styleguide.html",
        {
            "icons": ICONS,
            "families": FAMILIES,
            "outcomes": OUTCOMES,
            "strips": STRIPS,
            "ladders": LADDERS,
            "reach": REACH,
            "events": EVENTS,
            "form": form,
            "fresh_form": SampleForm(prefix="fresh"),
            "page": Paginator(range(1234), 25).page(4),
            "crumbs": [("Home", "/"), ("Listings", "/listings/"), ("Fly ash, Wuhu", "")],
        },
    )
