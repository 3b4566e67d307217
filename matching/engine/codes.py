"""The words of the engine: which rule, what came out of it, what that means for the pair."""

from enum import IntEnum, StrEnum


class Outcome(IntEnum):
    """What one rule or one limit says of a pair. Ordered so that the minimum of several is the worst."""

    FAILS = 0
    MAY = 1
    UNKNOWN = 2
    PASSES = 3


class Verdict(IntEnum):
    REJECTED = 0
    POSSIBLE = 1
    ACCEPTED = 2


class Scope(IntEnum):
    """How far a listing wants to look for the other side."""

    SAME_PARK = 0
    REGION_SET = 1
    ANYWHERE = 2


class Rule(StrEnum):
    """Reason codes, stable because templates and stored refusals refer to them.

    The order is that of the columns of `Evaluation.outcomes`.
    """

    MATERIAL = "material"
    PROHIBITED = "prohibited"
    OWN_FIRM = "own_firm"
    TIME = "time"
    SCOPE_OFFER = "scope_offer"
    SCOPE_NEED = "scope_need"
    DISTANCE = "distance"
    RADIUS = "radius"
    PERMIT = "permit"
    HAZARDOUS = "hazardous"
    LISTED = "listed"
    LOT = "lot"
    QUALITY = "quality"
    SPECIFICATION = "specification"
    LANDED_COST = "landed_cost"


RULES: tuple[Rule, ...] = tuple(Rule)
RULE_COLUMN: dict[Rule, int] = {rule: position for position, rule in enumerate(RULES)}
