"""What an offer's own words say it is contaminated with, and which uses that rules out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy

from .models import Listing, MaterialUse
from .names import MATERIAL, Subject
from .understanding.hazards import forbidden_uses, hazards_in
from .understanding.reading import read
from .understanding.suspicion import suspects

MOST_USES_NAMED = 5
TEXTS = ("title_en", "title_zh", "description", "source_process")
HAZARD_WORDS = {
    "preservative_wood": gettext_lazy("wood treated with preservative"),
    "leaded_glass": gettext_lazy("leaded glass"),
    "chrome_leather": gettext_lazy("chrome-tanned leather"),
    "halogenated": gettext_lazy("halogenated solvent"),
    "pcb_oil": gettext_lazy("polychlorinated biphenyls"),
    "untreated_gas": gettext_lazy("untreated flue gas"),
    "spoiled_feed": gettext_lazy("mould or decay"),
    "arsenic": gettext_lazy("arsenic"),
    "used_frying_oil": gettext_lazy("used cooking oil"),
    "incineration_fly_ash": gettext_lazy("fly ash of waste incineration"),
    "plating_metals": gettext_lazy("metals of electroplating"),
    "asbestos": gettext_lazy("asbestos"),
    "infectious": gettext_lazy("infectious waste"),
    "radioactive": gettext_lazy("radioactivity"),
    "hexavalent_chromium": gettext_lazy("hexavalent chromium"),
    "chromium": gettext_lazy("chromium"),
    "lead": gettext_lazy("lead (the metal)"),
    "cadmium": gettext_lazy("cadmium"),
    "mercury": gettext_lazy("mercury"),
    "heavy_metals": gettext_lazy("heavy metals"),
    "cyanide": gettext_lazy("cyanide"),
    "dioxins": gettext_lazy("dioxins"),
    "pfas": gettext_lazy("PFAS"),
    "pesticide": gettext_lazy("pesticides"),
    "antibiotic": gettext_lazy("antibiotics"),
    "pathogen": gettext_lazy("germs of disease"),
    "coal_tar": gettext_lazy("coal tar"),
    "flame_retardant": gettext_lazy("flame retardants"),
    "thallium": gettext_lazy("thallium"),
    "beryllium": gettext_lazy("beryllium"),
    "base_metals": gettext_lazy("nickel, copper, zinc or the like"),
    "animal_disease": gettext_lazy("animals that died or of disease"),
    "catering_waste": gettext_lazy("kitchen and catering waste"),
    "faecal": gettext_lazy("germs of faeces"),
    "plant_disease": gettext_lazy("diseases or weeds of plants"),
    "tar": gettext_lazy("tar"),
    "pah": gettext_lazy("polycyclic aromatic hydrocarbons"),
    "pop_flame_retardant": gettext_lazy("banned brominated flame retardants"),
    "plasticiser": gettext_lazy("plasticisers"),
    "explosive": gettext_lazy("explosives"),
    "organotin": gettext_lazy("organotin"),
    "paint_flakes": gettext_lazy("remains of paint"),
    "nitroaromatics": gettext_lazy("nitro compounds"),
    "phenols": gettext_lazy("phenols, anilines or formaldehyde"),
    "volatile_organics": gettext_lazy("volatile solvents"),
    "mineral_oil": gettext_lazy("mineral oil"),
    "detergents": gettext_lazy("detergents or biocides"),
    "gas_poison": gettext_lazy("poisonous gases"),
    "saline": gettext_lazy("salt"),
    "fluoride": gettext_lazy("fluoride"),
    "sulfide": gettext_lazy("sulphides"),
    "sulfate": gettext_lazy("sulphate"),
    "ammonia": gettext_lazy("ammonia"),
    "coated_wood": gettext_lazy("glue or coating on wood"),
    "heat_glass": gettext_lazy("heat-resistant glass or ceramics"),
    "coated_glass": gettext_lazy("laminated or coated glass"),
    "metallic_aluminium": gettext_lazy("metallic aluminium"),
    "unsound": gettext_lazy("lime that still swells"),
    "pvc": gettext_lazy("PVC"),
    "old_mineral_fibre": gettext_lazy("old mineral fibres"),
    "sharp_bodies": gettext_lazy("sharp or foreign bodies"),
    "unpurified": gettext_lazy("not purified yet"),
}


def hazards_named(rows: Sequence[Sequence[Any]]) -> dict[int, tuple[str, ...]]:
    """Slugs of the hazards by key of the offers that name any, of rows of a key and `TEXTS`; few are read in full."""
    texts = [own_text(row[1:]) for row in rows]
    found = {rows[place][0]: _hazards_of(texts[place]) for place in suspects(texts)}
    return {key: hazards for key, hazards in found.items() if hazards}


def contaminations_of(listing: Listing) -> tuple[str, ...]:
    """Slugs of the hazards that an offer names."""
    if not listing.is_offer:
        return ()
    return _hazards_of(own_text([getattr(listing, field) for field in TEXTS]))


@lru_cache(maxsize=20_000)
def _hazards_of(text: str) -> tuple[str, ...]:
    """The same offers are looked at again and again, whenever somebody near posts or changes something."""
    return hazards_in(read(text))


def own_text(parts: Sequence[str]) -> str:
    """The listing's texts as one, each a sentence of its own."""
    return "\n".join(part for part in parts if part)


@dataclass(frozen=True)
class Contamination:
    """What a text names, and the uses of the material that this rules out, the best first."""

    hazards: tuple[str, ...]
    uses: tuple[str, ...]


def warning_of(hazards: Sequence[str], subject: Subject | None) -> Contamination | None:
    """To tell someone before it is published."""
    if not hazards:
        return None
    pk = subject.pk if subject and subject.sort == MATERIAL else None
    fits = MaterialUse.objects.filter(material=pk, use__slug__in=forbidden_uses(hazards), prohibited=False)
    best = fits.order_by("-suitability", "use__slug").select_related("use")
    return Contamination(tuple(hazard_words(hazards)), tuple(fit.use.name for fit in best[:MOST_USES_NAMED]))


def hazard_words(slugs: Iterable[str]) -> list[str]:
    """The hazards in the reader's language; what is not a hazard any more is left out."""
    return [str(HAZARD_WORDS[slug]) for slug in slugs if slug in HAZARD_WORDS]
