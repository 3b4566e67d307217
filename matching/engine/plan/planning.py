"""`plan`: from a question to a plan, and the two greedy plans it is compared with."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter

import numpy as np

from matching.engine.arrays import Needs, Offers, Rules
from matching.engine.columns import Floats, Longs
from matching.engine.plan.arcs import KG_PER_T, Transport
from matching.engine.plan.building import transport_of
from matching.engine.plan.codes import Constraint, Method, Objective, Status
from matching.engine.plan.division import Division, divide, relative_gap
from matching.engine.plan.greedy import greedily
from matching.engine.plan.question import Effort, Question, Terms
from matching.engine.plan.relief import reliefs_of
from matching.engine.plan.results import Plan, Summary, decimal_t
from matching.engine.results import PairColumns


def plan(
    offers: Offers,
    needs: Needs,
    pairs: PairColumns,
    rules: Rules,
    objective: Objective,
    terms: Terms | None = None,
    effort: Effort | None = None,
) -> Plan:
    """Divide quantities over all feasible pairs so that the objective is greatest.

    Kept exactly, in whole kilograms: what offers have, what needs want, what permit lines leave free. A pair carries
    nothing or at least the smallest lot of both sides; largest lots bound a single delivery and so nothing here.
    Blend windows hold for the typical figures of what a need receives. Pairs of unknown quantity or worth, and those
    that lose by the objective, stay empty and are counted. `pairs` that are only the best few of each listing
    give a plan of less worth.
    """
    started = perf_counter()
    question = Question(offers, needs, pairs, rules, objective, terms or Terms())
    effort = effort or Effort()
    transport, left_out = transport_of(question)
    made = _plan(question, transport, divide(transport, effort), left_out, started)
    if made.status == Status.FOUND:
        return made
    return replace(made, reliefs=reliefs_of(question, transport, made, effort))


def greedy_by_value(
    offers: Offers, needs: Needs, pairs: PairColumns, rules: Rules, objective: Objective, terms: Terms | None = None
) -> Plan:
    """Give each pair all it can carry, the one worth most per tonne first. No bound."""
    question = Question(offers, needs, pairs, rules, objective, terms or Terms())
    return _greedy(question, question.worth_per_t(), Method.GREEDY_VALUE)


def greedy_by_score(
    offers: Offers, needs: Needs, pairs: PairColumns, rules: Rules, objective: Objective, terms: Terms | None = None
) -> Plan:
    """Give each pair all it can carry, the one of the highest score first, as firms that take the top match would."""
    question = Question(offers, needs, pairs, rules, objective, terms or Terms())
    return _greedy(question, pairs.score, Method.GREEDY_SCORE)


def _greedy(question: Question, rank_by: Floats, method: Method) -> Plan:
    started = perf_counter()
    transport, left_out = transport_of(question)
    flow_kg = greedily(transport, rank_by[transport.pair])
    return _plan(question, transport, Division(flow_kg, np.nan, method), left_out, started)


def _plan(
    question: Question, transport: Transport, division: Division, left_out: Counter[Constraint], started: float
) -> Plan:
    if broken := transport.broken(division.flow_kg):
        raise RuntimeError(f"the division breaks: {', '.join(broken)}")
    arcs = np.flatnonzero(division.flow_kg)
    arcs = arcs[np.argsort(transport.pair[arcs])]
    pair, quantity_kg = transport.pair[arcs], division.flow_kg[arcs]
    shortfall_kg = transport.shortfall_kg(division.flow_kg)
    return Plan(
        objective=question.objective,
        status=_status(quantity_kg, shortfall_kg),
        pair=pair,
        offer=question.pairs.offer[pair],
        need=question.pairs.need[pair],
        permit_line=question.pairs.permit_line[pair],
        quantity_kg=quantity_kg,
        shortfall_kg=shortfall_kg,
        summary=_summary(question, transport, division, pair, quantity_kg, started),
        left_out=_by_size(left_out),
    )


def _status(quantity_kg: Longs, shortfall_kg: Longs) -> Status:
    if shortfall_kg.any():
        return Status.INFEASIBLE
    return Status.FOUND if len(quantity_kg) else Status.EMPTY


def _by_size(left_out: Counter[Constraint]) -> Mapping[Constraint, int]:
    return dict(left_out.most_common())


def _summary(
    question: Question, transport: Transport, division: Division, pair: Longs, quantity_kg: Longs, started: float
) -> Summary:
    pairs, worth = question.pairs, transport.worth(division.flow_kg)
    value_per_t = (pairs.surplus_per_t - pairs.deduction_per_t)[pair]
    unknown = np.isnan(value_per_t)
    return Summary(
        tonnes=decimal_t(quantity_kg.sum()),
        value=float(np.nan_to_num(value_per_t) @ quantity_kg) / KG_PER_T,
        unvalued_t=decimal_t(quantity_kg[unknown].sum()),
        tonne_km=float(pairs.distance_km[pair] @ quantity_kg) / KG_PER_T,
        worth=worth,
        bound=division.bound,
        gap=relative_gap(worth, division.bound),
        method=division.method,
        rounds=division.rounds,
        n_pairs=len(transport),
        seconds=perf_counter() - started,
    )
