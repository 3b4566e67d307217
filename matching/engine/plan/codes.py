"""The words of planning: what is maximised, what stands in the way, how an answer was found."""

from enum import StrEnum


class Objective(StrEnum):
    """What a plan makes the most of. Of plans that divert equal tonnes, TONNES prefers the one that hauls least."""

    TONNES = "tonnes"
    VALUE = "value"
    CARBON = "carbon"


class Constraint(StrEnum):
    """What can keep a tonne out of a plan; templates and stored plans refer to these.

    Supply, demand, permit, lot and blend are limits somebody set. Worth leaves out pairs that lose by the
    objective or whose figure for it is unknown; quantity and figure leave out listings that do not say how much
    they have, or what is in it where a blend must be computed.
    """

    SUPPLY = "supply"
    DEMAND = "demand"
    PERMIT = "permit"
    LOT = "lot"
    BLEND = "blend"
    WORTH = "worth"
    QUANTITY = "quantity"
    FIGURE = "figure"


class Method(StrEnum):
    """How the quantities were found. All but DROPPED and the greedy ones are optimal to within the printed gap."""

    NOTHING = "nothing to divide"
    FLOW = "min-cost flow"
    LINEAR = "linear programme"
    INTEGER = "mixed-integer programme"
    DROPPED = "relaxed, violators dropped, solved again"
    GREEDY_VALUE = "greedy by value"
    GREEDY_SCORE = "greedy by score"


class Status(StrEnum):
    """Infeasible means that a required quantity is not met; the quantities are then the nearest that exist."""

    FOUND = "found"
    EMPTY = "empty"
    INFEASIBLE = "infeasible"
