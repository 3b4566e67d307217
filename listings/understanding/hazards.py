"""What a text says of contamination, which changes what may be done with a material, whatever its class.

A hazard forbids some uses outright and makes others doubtful: they may be possible, and are never simply accepted.
General rules of waste practice, to be verified against the law of the place before they are relied on.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .contaminants import contaminants_in
from .knowledge import Rule, parse_rule
from .reading import Reading

_EATEN = frozenset(
    {
        "animal_feed", "pet_food", "human_food", "feed_calcium", "insect_rearing", "feed_binder", "food_grade_calcium",
        "fishmeal", "whey_protein", "yeast_extract", "pectin_extraction", "protein_hydrolysate", "oil_extraction",
        "essential_oil", "tartaric_acid", "citric_acid_ferment", "rendering",
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
        "polyester_fibre", "rebonded_foam", "wood_plastic_composite", "leatherboard",
    }
)  # fmt: skip
_TAR_FREE = frozenset(
    {
        "asphalt_aggregate", "asphalt_filler", "bitumen", "concrete_aggregate", "engineering_soil",
        "civil_engineering_fill", "land_rehabilitation",
    }
)  # fmt: skip
"""Uses that are heated or lie open: the reference table forbids them to tar-bound planings."""
_WATER = frozenset(
    {
        "irrigation", "water_coagulant", "water_filter_media", "water_p_removal", "denitrification_carbon",
        "algae_cultivation", "boiler_feed", "dust_suppression", "deicing",
    }
)  # fmt: skip
_LIVE_PROCESS = frozenset(
    {"biogas_feed", "ethanol_ferment", "yeast_production", "citric_acid_ferment", "algae_cultivation"}
)
_ACIDS_TO_SOIL = frozenset({"phosphate_fertiliser_acid", "phosphate_salts", "ammonium_sulfate_production"})
_PURE_HYDROGEN = frozenset({"fuel_cell", "hydrogenation", "industrial_hydrogen"})
"""Not syntheses, whose own purification takes out what the gas brings."""
_MELTED_GLASS = frozenset({"glass_batch", "glass_fibre"})
_FOAMS = frozenset({"insulation", "plastic_regranulate", "stuffing", "rebonded_foam", "lightweight_concrete"})
_CEMENTED = frozenset(
    {
        "concrete_aggregate", "concrete_addition", "cement_scm", "paving_block", "lightweight_concrete", "geopolymer",
        "self_levelling_screed", "lightweight_aggregate",
    }
)  # fmt: skip
_UNBOUND = frozenset(
    {
        "concrete_aggregate",
        "engineering_soil",
        "paving_block",
        "road_base",
        "asphalt_aggregate",
        "civil_engineering_fill",
    }
)
_ACIDIFIED = frozenset({"ph_neutralisation", "acid_recovery", "pickling_acid"})
"""Acid drives hydrogen sulphide or cyanide out of what holds them."""
_MADE_INTO = frozenset({"chemical_syngas", "vehicle_fuel", "pcc_production", "phosphate_salts", "aluminium_fluoride"})
"""Synthesis over catalysts, engines and fine goods, which poisons in traces spoil."""
_FOOD_CHAIN = _EATEN | _DRUNK
_LIVING = _FOOD_CHAIN | _SOIL | {"animal_bedding"}
_EXACTING = _FOOD_CHAIN | _PURE_GAS | _PURE_HYDROGEN | {"vehicle_fuel", "food_grade_pet"}
_ANY_RECYCLING = _LIVING | _WOOD | _BUILDING | _GROUND | _BINDERS | _CULLET | _HANDLED | _FUEL
_FIRED = frozenset({"charcoal", "biomass_fuel", "mineral_wool", "cement_raw_meal"})
_TOUCHED = (_ANY_RECYCLING | _WATER | _LIVE_PROCESS | _ACIDS_TO_SOIL | _PURE_GAS) - _FUEL - _FIRED
"""Uses through which people, animals, plants, soil or water come to touch what is in a material."""
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hazard:
    """A contamination, the ideas that reveal it beside `contaminants.csv`, and the uses it rules out or puts in doubt.

    The first group of a rule is its rarest.
    """

    slug: str
    rules: tuple[Rule, ...]
    forbidden_uses: frozenset[str]
    doubtful_uses: frozenset[str]

    def revealed(self, concepts: frozenset[str]) -> bool:
        return any(rule.holds(concepts) for rule in self.rules)

    def excused(self, concepts: frozenset[str]) -> bool:
        """Chromium in stainless steel is no contamination."""
        return any(rule.unwanted & concepts for rule in self.rules)


def _hazard(slug: str, expressions: str, forbidden: frozenset[str], doubtful: frozenset[str] = _NONE) -> Hazard:
    rules = tuple(parse_rule(slug, expression, 1.0) for expression in expressions.split(";") if expression)
    return Hazard(slug, rules, forbidden, doubtful - forbidden)


HAZARDS = (
    _hazard("preservative_wood", "cca woodany", _WOOD | _LIVING),
    _hazard("leaded_glass", "crt", _CULLET, _TOUCHED),
    _hazard("chrome_leather", "leather chrome", _LIVING),
    _hazard(
        "halogenated", "chlorosolv;solvent chlorination", _FUEL | {"paint_thinner"} | _LIVING | _ACIDS_TO_SOIL, _TOUCHED
    ),
    _hazard("pcb_oil", "pcboil", _FUEL | _LIVING | {"rerefined_lube", "oil_recovery"}, _TOUCHED),
    _hazard("untreated_gas", "flue/co2 untreated", _PURE_GAS),
    _hazard("spoiled_feed", "mouldy", _FOOD_CHAIN, frozenset({"animal_bedding", "mushroom_substrate"})),
    _hazard("arsenic", "arsenic", _BUILDING | _LIVING | _ACIDS_TO_SOIL, _TOUCHED),
    _hazard("used_frying_oil", "cookingoil waste_mark", _FOOD_CHAIN),
    _hazard("incineration_fly_ash", "msw fly;msw incinerat apc", _BUILDING | _GROUND | _LIVING, _TOUCHED),
    _hazard("plating_metals", "electroplat sludge", _LIVING, _WATER | _BUILDING),
    _hazard("asbestos", "asbestos", _ANY_RECYCLING, _TOUCHED),
    _hazard("infectious", "infectious", _ANY_RECYCLING, _TOUCHED),
    _hazard("radioactive", "radioactive", _BUILDING | _BINDERS | _GROUND | _LIVING | _HANDLED, _TOUCHED),
    _hazard("hexavalent_chromium", "chromvi !chromreducer", _BUILDING | _GROUND | _LIVING, _TOUCHED),
    _hazard("chromium", "chrome !stainless/chromreducer", _LIVING, _WATER - {"deicing"}),
    _hazard("lead", "leaded", _LIVING | _WOOD | {"clothing_reuse"}, _WATER | _CULLET | {"foam_glass"}),
    _hazard("cadmium", "cadmium", _LIVING, _WATER | _ACIDS_TO_SOIL),
    _hazard(
        "mercury",
        "mercury",
        _LIVING | _BUILDING | _FUEL | {"cement_raw_meal", "deicing"},
        _TOUCHED | {"chlor_alkali_brine"},
    ),
    _hazard("thallium", "", _LIVING, _TOUCHED | {"cement_raw_meal"}),
    _hazard("beryllium", "", _LIVING, _TOUCHED),
    _hazard("heavy_metals", "heavymetals", _LIVING, _TOUCHED),
    _hazard("base_metals", "", _FOOD_CHAIN, _LIVING | _WATER),
    _hazard("cyanide", "cyanide", _LIVING | _GROUND | _BUILDING, _TOUCHED | _ACIDIFIED),
    _hazard("dioxins", "dioxins", _LIVING | _BUILDING, _TOUCHED),
    _hazard("pfas", "pfas", _LIVING, _TOUCHED),
    _hazard("pesticide", "pesticide", _LIVING | {"irrigation", "salt_production", "chlor_alkali_brine"}, _TOUCHED),
    _hazard("antibiotic", "antibiotic", _LIVING, _WATER | {"biogas_feed"}),
    _hazard("pathogen", "pathogen", _FOOD_CHAIN | {"food_crop_fertiliser", "animal_bedding", "growing_media"}, _SOIL),
    _hazard("animal_disease", "", _FOOD_CHAIN | {"food_crop_fertiliser", "animal_bedding", "growing_media"}, _SOIL),
    _hazard(
        "catering_waste",
        "",
        frozenset({"human_food", "feed_binder", "fishmeal"}),
        frozenset({"animal_feed", "pet_food"}),
    ),
    _hazard(
        "faecal", "", _FOOD_CHAIN, frozenset({"irrigation", "animal_bedding", "food_crop_fertiliser", "growing_media"})
    ),
    _hazard("plant_disease", "", _NONE, _SOIL),
    _hazard("coal_tar", "tarry asphaltroad", _TAR_FREE),
    _hazard("tar", "", _LIVING | _PURE_GAS | _PURE_HYDROGEN, _TAR_FREE | {"road_base", "vehicle_fuel"} - {"bitumen"}),
    _hazard("pah", "", _LIVING | {"irrigation"}, _TAR_FREE | _TOUCHED - {"bitumen"}),
    _hazard("flame_retardant", "brominated", frozenset({"food_grade_pet", "animal_bedding", "stuffing"}), _FOAMS),
    _hazard("pop_flame_retardant", "", _FOAMS | _HANDLED | _LIVING),
    _hazard("plasticiser", "", _FOOD_CHAIN | {"food_grade_pet"}, frozenset({"clothing_reuse", "stuffing"})),
    _hazard("explosive", "", _ANY_RECYCLING | _ACIDS_TO_SOIL),
    _hazard("organotin", "", _LIVING | _BUILDING | _GROUND, _TOUCHED),
    _hazard(
        "paint_flakes", "", _LIVING | {"irrigation"}, _BUILDING | _BINDERS | _WOOD | {"engineering_soil", "road_base"}
    ),
    _hazard("nitroaromatics", "", _LIVING | _ACIDS_TO_SOIL, _TOUCHED),
    _hazard(
        "phenols",
        "",
        _FOOD_CHAIN,
        _SOIL | _WATER | _ACIDS_TO_SOIL | _LIVE_PROCESS | {"clothing_reuse", "animal_bedding"},
    ),
    _hazard(
        "volatile_organics", "", _FOOD_CHAIN | _PURE_GAS, _SOIL | _ACIDS_TO_SOIL | {"irrigation", "food_grade_pet"}
    ),
    _hazard(
        "mineral_oil",
        "",
        _LIVING,
        _WATER | _CULLET | _BINDERS | {"concrete_aggregate", "clothing_reuse", "biogas_feed"},
    ),
    _hazard("detergents", "", _EATEN, _LIVE_PROCESS | {"irrigation"}),
    _hazard("gas_poison", "", _PURE_GAS | _PURE_HYDROGEN, _MADE_INTO | _ACIDIFIED | {"algae_cultivation"}),
    _hazard(
        "saline",
        "",
        _NONE,
        _SOIL
        | {
            "irrigation",
            "boiler_feed",
            "concrete_mixing_water",
            "concrete_aggregate",
            "plasterboard",
            "concrete_addition",
        },
    ),
    _hazard("fluoride", "", _FOOD_CHAIN - {"water_fluoridation"}, _SOIL | {"irrigation", "water_coagulant"}),
    _hazard(
        "sulfide",
        "",
        _FOOD_CHAIN,
        _ACIDIFIED | _CEMENTED | {"aac_block", "land_rehabilitation", "engineering_soil", "road_base"},
    ),
    _hazard(
        "sulfate",
        "",
        _NONE,
        frozenset({"biogas_feed", "concrete_addition", "concrete_aggregate", "concrete_mixing_water"}),
    ),
    _hazard("ammonia", "", _NONE, _CEMENTED | _PURE_GAS | {"plasterboard"}),
    _hazard("coated_wood", "", _EATEN, (_WOOD - {"particleboard", "biomass_fuel"}) | _SOIL),
    _hazard("heat_glass", "", _MELTED_GLASS),
    _hazard("coated_glass", "", _NONE, _MELTED_GLASS),
    _hazard("metallic_aluminium", "", frozenset({"concrete_addition", "cement_scm"}), _CEMENTED),
    _hazard("unsound", "", frozenset({"self_levelling_screed"}), _UNBOUND),
    _hazard("pvc", "", frozenset({"food_grade_pet"}), _FUEL | {"pyrolysis_oil", "rdf_production", "polyester_fibre"}),
    _hazard("old_mineral_fibre", "", _LIVING, _HANDLED),
    _hazard("sharp_bodies", "", _EATEN, _SOIL | {"animal_bedding"}),
    _hazard("unpurified", "", _NONE, _EXACTING),
)
_BY_SLUG = {hazard.slug: hazard for hazard in HAZARDS}


def hazards_in(reading: Reading) -> tuple[str, ...]:
    """Slugs of the contaminations that a text speaks of as being there, in more than traces."""
    present, dismissed = contaminants_in(reading)
    return tuple(
        hazard.slug
        for hazard in HAZARDS
        if (hazard.slug in present and not hazard.excused(reading.concepts))
        or (hazard.slug not in dismissed and hazard.revealed(reading.concepts))
    )


def forbidden_uses(hazards: Iterable[str]) -> frozenset[str]:
    """Uses that none of these contaminations allows."""
    return _NONE.union(*(_BY_SLUG[slug].forbidden_uses for slug in hazards if slug in _BY_SLUG))


def doubtful_uses(hazards: Iterable[str]) -> frozenset[str]:
    """Uses for which one would ask before accepting."""
    return _NONE.union(*(_BY_SLUG[slug].doubtful_uses for slug in hazards if slug in _BY_SLUG))
