"""Words of contamination that change what may be done with a material, whatever its class.

General rules of waste practice, to be verified against the law of the place before they are relied on.
"""

from dataclasses import dataclass

from .knowledge import Rule, parse_rule

_FOOD_CHAIN = frozenset({"animal_feed", "pet_food", "human_food", "feed_calcium", "insect_rearing", "feed_binder"})
_SOIL = frozenset(
    {
        "organic_fertiliser", "compost_feed", "soil_amendment", "growing_media", "acid_soil_liming", "fertiliser_n",
        "fertiliser_p", "fertiliser_k", "mushroom_substrate", "mushroom_casing", "land_rehabilitation",
    }
)  # fmt: skip
_WOOD = frozenset({"animal_bedding", "pellets", "particleboard", "biomass_fuel", "charcoal", "biochar"})
_BUILDING = frozenset(
    {"aac_block", "fired_brick", "concrete_aggregate", "paving_block", "ceramic_body", "plasterboard"}
)


@dataclass(frozen=True, slots=True)
class Hazard:
    """A contamination, the ideas that reveal it and the uses it rules out."""

    slug: str
    rules: tuple[Rule, ...]
    forbidden_uses: frozenset[str]


def _hazard(slug: str, expressions: str, forbidden: frozenset[str]) -> Hazard:
    return Hazard(slug, tuple(parse_rule(slug, expression, 1.0) for expression in expressions.split(";")), forbidden)


_PURE_GAS = frozenset({"carbonated_drinks", "greenhouse_co2", "dry_ice_industrial_gas"})
_CULLET = frozenset({"glass_batch", "glass_fibre", "foam_glass", "water_filter_media"})
_FUEL = frozenset({"cement_af", "power_generation"})

HAZARDS = (
    _hazard("preservative_wood", "cca woodany", _WOOD | _FOOD_CHAIN | _SOIL),
    _hazard("leaded_glass", "crt", _CULLET),
    _hazard("chrome_leather", "leather chrome", _FOOD_CHAIN | _SOIL),
    _hazard("halogenated", "chlorosolv;solvent chlorination", _FUEL | {"paint_thinner"}),
    _hazard("pcb_oil", "pcboil", _FUEL | {"rerefined_lube", "oil_recovery"}),
    _hazard("untreated_gas", "flue untreated;co2 untreated", _PURE_GAS),
    _hazard("spoiled_feed", "mouldy", _FOOD_CHAIN),
    _hazard("arsenic", "arsenic", _BUILDING | _FOOD_CHAIN | _SOIL),
    _hazard("used_frying_oil", "cookingoil waste_mark", _FOOD_CHAIN),
    _hazard("incineration_fly_ash", "msw fly;incinerat apc msw", _BUILDING | _SOIL | _FOOD_CHAIN | {"road_base"}),
    _hazard("plating_metals", "electroplat sludge", _FOOD_CHAIN | _SOIL),
)


def hazards_in(concepts: frozenset[str]) -> tuple[str, ...]:
    """Slugs of the contaminations that a text speaks of."""
    return tuple(hazard.slug for hazard in HAZARDS if any(rule.holds(concepts) for rule in hazard.rules))


def forbidden_uses(hazards: tuple[str, ...]) -> frozenset[str]:
    """Uses that none of these contaminations allows."""
    return frozenset(use for hazard in HAZARDS if hazard.slug in hazards for use in hazard.forbidden_uses)
