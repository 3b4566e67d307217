"""Materials and their knowledge; offers and needs."""

from .carbon import AvoidedBurden, TransportFactor
from .cautions import Caution
from .codes import WasteCode
from .curation import LocalEdit, ReferenceStamp
from .freshness import FreshnessNotice
from .hiding import HiddenFirm
from .knowledge import HaulageRate, MaterialUse, Use, UseLimit
from .listings import Evidence, Kind, LegalStatus, Listing, ListingCode, Scope, State, Visibility
from .materials import Material, MaterialProperty, MaterialSpecification, Property
from .measures import ListingLimit, ListingProperty
from .saving import SavedSearch, SavedSearchHit
from .search import SearchChange, SearchEntry, SearchText, SearchWord
from .targets import Target

__all__ = [
    "AvoidedBurden",
    "Caution",
    "Evidence",
    "FreshnessNotice",
    "HaulageRate",
    "HiddenFirm",
    "Kind",
    "LegalStatus",
    "Listing",
    "ListingCode",
    "ListingLimit",
    "ListingProperty",
    "LocalEdit",
    "Material",
    "MaterialProperty",
    "MaterialSpecification",
    "MaterialUse",
    "Property",
    "ReferenceStamp",
    "SavedSearch",
    "SavedSearchHit",
    "Scope",
    "SearchChange",
    "SearchEntry",
    "SearchText",
    "SearchWord",
    "State",
    "Target",
    "TransportFactor",
    "Use",
    "UseLimit",
    "Visibility",
    "WasteCode",
]
