"""Materials and their knowledge; offers and needs."""

from .codes import WasteCode
from .knowledge import HaulageRate, MaterialUse, Use, UseLimit
from .listings import Evidence, Kind, LegalStatus, Listing, ListingCode, Scope, State, Visibility
from .materials import Material, MaterialProperty, MaterialSpecification, Property
from .measures import ListingLimit, ListingProperty

__all__ = [
    "Evidence",
    "HaulageRate",
    "Kind",
    "LegalStatus",
    "Listing",
    "ListingCode",
    "ListingLimit",
    "ListingProperty",
    "Material",
    "MaterialProperty",
    "MaterialSpecification",
    "MaterialUse",
    "Property",
    "Scope",
    "State",
    "Use",
    "UseLimit",
    "Visibility",
    "WasteCode",
]
