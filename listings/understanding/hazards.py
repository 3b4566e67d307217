"""Words of contamination that change what may be done with a material, whatever its class.

General rules of waste practice, to be verified against the law of the place before they are relied on.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .knowledge import Rule, parse_rule

_EATEN = frozenset(
    {
        "animal_feed", "pet_food", "human_food", "feed_calcium", "insect_rearing", "feed_binder", "food_grade_calcium",
        "fishmeal", "whey_protein", "yeast_extract", "pectin_extraction",
    }
)  # fmt: skip
_DRUNK = frozenset({"drinking_water_treatment", "water_fluoridation", "carbonated_drinks", "distillation_spirits"})
_SOIL = frozenset(
    {
        "organic_fertiliser", "compost_feed", "soil_amendment", "growing_media", "acid_soil_liming", "fertiliser_n",
        "fertiliser_p", "fertiliser_k", "fertiliser_s", "food_crop_fertiliser", "mushroom_substrate",
        "mushroom_casing", "land_rehabilitation", "bioremediation_nutrient",
    }
)  # fmt: skip
_WOOD = frozenset({"animal_bedding", "pellets", "particleboard", "biomass_fuel", "charcoal", "biochar"})
_BUILDING = frozenset(
    {"aac_block", "fired_brick", "concrete_aggregate", "paving_block", "ceramic_body", "plasterboard"}
)
_GROUND = frozenset(
    {"road_base", "engineering_soil", "civil_engineering_fill", "hydraulic_engineering", "mine_backfill"}
)
_BINDERS = frozenset({"cement_scm", "concrete_addition", "gypsum_binder", "self_levelling_screed", "geopolymer"})
_PURE_GAS = frozenset({"carbonated_drinks", "greenhouse_co2", "dry_ice_industrial_gas"})
_CULLET = frozenset({"glass_batch", "glass_fibre", "foam_glass", "water_filter_media"})
_FUEL = frozenset({"cement_af", "power_generation"})
_HANDLED = frozenset(
    {
        "cement_raw_meal", "mineral_wool", "lightweight_aggregate", "asphalt_aggregate", "asphalt_filler",
        "soil_stabiliser", "insulation", "stuffing", "clothing_reuse", "moulded_fibre", "paper_pulp",
        "plastic_regranulate", "food_grade_pet", "textile_fibre", "rubber_products", "artificial_stone",
    }
)  # fmt: skip
_TAR_FREE = frozenset(
    {
        "asphalt_aggregate", "asphalt_filler", "bitumen", "concrete_aggregate", "engineering_soil",
        "civil_engineering_fill", "land_rehabilitation",
    }
)  # fmt: skip
"""Uses that are heated or lie open: the reference table forbids them to tar-bound planings."""
_FOOD_CHAIN = _EATEN | _DRUNK
_LIVING = _FOOD_CHAIN | _SOIL | {"animal_bedding"}
_ANY_RECYCLING = _LIVING | _WOOD | _BUILDING | _GROUND | _BINDERS | _CULLET | _HANDLED | _FUEL


@dataclass(frozen=True, slots=True)
class Hazard:
    """A contamination, the ideas that reveal it and the uses it rules out. The first group of a rule is its rarest."""

    slug: str
    rules: tuple[Rule, ...]
    forbidden_uses: frozenset[str]


def _hazard(slug: str, expressions: str, forbidden: frozenset[str]) -> Hazard:
    return Hazard(slug, tuple(parse_rule(slug, expression, 1.0) for expression in expressions.split(";")), forbidden)


HAZARDS = (
    _hazard("preservative_wood", "cca woodany", _WOOD | _LIVING),
    _hazard("leaded_glass", "crt", _CULLET),
    _hazard("chrome_leather", "leather chrome", _LIVING),
    _hazard("halogenated", "chlorosolv;solvent chlorination", _FUEL | {"paint_thinner"}),
    _hazard("pcb_oil", "pcboil", _FUEL | _LIVING | {"rerefined_lube", "oil_recovery"}),
    _hazard("untreated_gas", "flue/co2 untreated;co2 h2sgas/toxicorg", _PURE_GAS),
    _hazard("spoiled_feed", "mouldy", _FOOD_CHAIN),
    _hazard("arsenic", "arsenic", _BUILDING | _LIVING),
    _hazard("used_frying_oil", "cookingoil waste_mark", _FOOD_CHAIN),
    _hazard("incineration_fly_ash", "msw fly;msw incinerat apc", _BUILDING | _GROUND | _LIVING),
    _hazard("plating_metals", "electroplat sludge", _LIVING),
    _hazard("asbestos", "asbestos", _ANY_RECYCLING),
    _hazard("infectious", "infectious", _ANY_RECYCLING),
    _hazard("radioactive", "radioactive", _BUILDING | _BINDERS | _GROUND | _LIVING | _HANDLED),
    _hazard("hexavalent_chromium", "chromvi !chromreducer", _BUILDING | _GROUND | _LIVING),
    _hazard("chromium", "chrome !stainless/chromreducer", _LIVING),
    _hazard("lead", "leaded", _LIVING | _WOOD | {"clothing_reuse"}),
    _hazard("cadmium", "cadmium", _LIVING),
    _hazard("mercury", "mercury", _LIVING | _BUILDING | _FUEL | {"cement_raw_meal"}),
    _hazard("heavy_metals", "heavymetals", _LIVING),
    _hazard("cyanide", "cyanide", _LIVING | _GROUND | _BUILDING),
    _hazard("dioxins", "dioxins", _LIVING | _BUILDING),
    _hazard("pfas", "pfas", _LIVING),
    _hazard("pesticide", "pesticide", _LIVING | {"irrigation", "salt_production", "chlor_alkali_brine"}),
    _hazard("antibiotic", "antibiotic", _LIVING),
    _hazard("pathogen", "pathogen;catone", _FOOD_CHAIN | {"food_crop_fertiliser", "animal_bedding", "growing_media"}),
    _hazard("coal_tar", "tarry asphaltroad", _TAR_FREE),
    _hazard("persistent_pollutants", "popbr", _HANDLED | _LIVING | {"lightweight_concrete", "pellets"}),
    _hazard(
        "toxic_organics",
        "toxicorg",
        _LIVING | _BUILDING | _GROUND | _BINDERS | _PURE_GAS | {"phosphate_fertiliser_acid", "water_coagulant"},
    ),
    _hazard(
        "flame_retardant",
        "brominated",
        frozenset({"food_grade_pet", "animal_bedding", "stuffing", "plastic_regranulate"}),
    ),
)


def hazards_in(concepts: frozenset[str]) -> tuple[str, ...]:
    """Slugs of the contaminations that a text speaks of."""
    return tuple(hazard.slug for hazard in HAZARDS if any(rule.holds(concepts) for rule in hazard.rules))


def forbidden_uses(hazards: Iterable[str]) -> frozenset[str]:
    """Uses that none of these contaminations allows."""
    named = frozenset(hazards)
    return frozenset(use for hazard in HAZARDS if hazard.slug in named for use in hazard.forbidden_uses)
