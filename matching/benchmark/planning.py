"""How good and how fast plans are: against greedy ones, against the top 20 alone, against the bare solvers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # type: ignore[import-untyped]
from scipy.optimize import linprog
from scipy.sparse import csr_array

from matching.benchmark.market import TODAY, make_market
from matching.engine import Needs, Offers, Pairs, Rules, match
from matching.engine.columns import Floats
from matching.engine.plan import Objective, Plan, greedy_by_score, greedy_by_value, plan
from matching.engine.plan.arcs import KG_PER_T, Transport
from matching.engine.plan.building import transport_of
from matching.engine.plan.division import relative_gap
from matching.engine.plan.network import Network, network_of, steps_per_worth
from matching.engine.plan.programme import solve_linear
from matching.engine.plan.question import Question

TOP = 20
# What takers would pay at the gate, known everywhere so that every pair has a worth: money per tonne.
PRICE_MEAN_PER_T, PRICE_SPREAD_PER_T = 120.0, 60.0
LEAST_S = 1e-9  # where the clock is too coarse to have moved


@dataclass(frozen=True)
class Scene:
    """A clustered market with known prices, and all its feasible pairs."""

    offers: Offers
    needs: Needs
    rules: Rules
    pairs: Pairs
    objective: Objective

    @classmethod
    def made(cls, seed: int, size: int, materials: int, *, bound: bool, objective: Objective) -> "Scene":
        """`size` offers and needs of so many materials; `bound` by permits and minimum lots, or a pure network."""
        offers, needs, rules = make_market(seed, size, size, n_materials=materials, n_demands=materials)
        price = np.random.default_rng(seed).normal(PRICE_MEAN_PER_T, PRICE_SPREAD_PER_T, size)
        needs = replace(needs, price_per_t=price, max_landed_per_t=np.full(size, np.nan))
        offers = replace(offers, price_per_t=np.nan_to_num(offers.price_per_t))
        if not bound:
            offers, needs = replace(offers, min_lot_t=np.zeros(size)), replace(needs, min_lot_t=np.zeros(size))
            rules = replace(rules, check_permits=False)
        return cls(offers, needs, rules, match(offers, needs, rules, TODAY, top=0), objective)

    def ask(self, planner: Callable[..., Plan], pairs: Pairs | None = None) -> Plan:
        return planner(self.offers, self.needs, pairs or self.pairs, self.rules, self.objective)

    def transport(self) -> Transport:
        return transport_of(Question(self.offers, self.needs, self.pairs, self.rules, self.objective))[0]


@dataclass(frozen=True)
class Compared:
    """One way to plan, and how far its worth lies below the bound of the best plan (0..1)."""

    name: str
    plan: Plan
    below_bound: float
    seconds: float


def compared(scene: Scene) -> list[Compared]:
    """The plan over all pairs first, then what else one might do on the same market."""
    top = match(scene.offers, scene.needs, scene.rules, TODAY, top=TOP)
    ways: dict[str, Callable[[], Plan]] = {
        "plan over all pairs": lambda: scene.ask(plan),
        f"plan over the top {TOP}": lambda: scene.ask(plan, top),
        "greedy by value": lambda: scene.ask(greedy_by_value),
        "greedy by score": lambda: scene.ask(greedy_by_score),
    }
    timed = {name: _timed(way) for name, way in ways.items()}
    bound = timed["plan over all pairs"][0].summary.bound
    return [
        Compared(name, made, relative_gap(made.summary.worth, bound), seconds)
        for name, (made, seconds) in timed.items()
    ]


def _timed(work: Callable[[], Any], clock: Callable[[], float] = perf_counter) -> tuple[Any, float]:
    started = clock()
    result = work()
    return result, clock() - started


@dataclass(frozen=True)
class Race:
    """Processor seconds for the same network; HiGHS is NaN where it was left out. All of them run on one thread.

    `highs_s`: given the programme as one writes it, a row for each supply and demand. `tight_highs_s`: given ours,
    which bounds each arc and leaves out the rows that cannot bind. `same_worth`: all found the same optimum.
    """

    arcs: int
    plan_s: float
    bare_s: float
    highs_s: float
    tight_highs_s: float
    same_worth: bool

    @property
    def ratio_bare(self) -> float:
        return self.plan_s / max(self.bare_s, LEAST_S)

    @property
    def ratio_highs(self) -> float:
        return self.highs_s / max(self.plan_s, LEAST_S)

    @property
    def ratio_tight_highs(self) -> float:
        return self.tight_highs_s / max(self.plan_s, LEAST_S)


def race(scene: Scene, repeat: int, *, with_highs: bool) -> Race:
    """Our plan, from columns to checked plan, against OR-Tools on a ready network, in turns; medians of processor
    time, which other work on the machine disturbs less than the clock.

    HiGHS solves each of the ready linear programmes once.
    """
    transport = scene.transport()
    network = network_of(transport, steps_per_worth(transport))
    plan_s, bare_s = [], []
    for _ in range(repeat):
        bare_kg, seconds = _timed(lambda: solve_bare(network), process_time)
        bare_s.append(seconds)
        made, seconds = _timed(lambda: scene.ask(plan), process_time)
        plan_s.append(seconds)
    worths = [made.summary.worth, transport.worth(bare_kg[: len(transport)])]
    highs_s = tight_highs_s = np.nan
    if with_highs:
        plain_t, highs_s = _timed(lambda: solve_plain(transport), process_time)
        solution, tight_highs_s = _timed(lambda: solve_linear(transport), process_time)
        worths += [float(transport.worth_per_t @ flow_t) for flow_t in (plain_t, solution.flow_t)]
    same = bool(np.ptp(worths) <= 2 * (made.summary.bound - made.summary.worth) + 1e-6 * abs(worths[0]))
    return Race(len(transport), median(plan_s), median(bare_s), highs_s, tight_highs_s, same)


def solve_plain(transport: Transport) -> Floats:
    """What one would write with SciPy alone for a pure network, tonnes by arc: no offer gives more than it has, no need
    takes more than it asks."""
    n_arcs, n_offers = len(transport), len(transport.supply_kg)
    rows = np.concatenate((transport.offer, n_offers + transport.need))
    matrix = csr_array((np.ones(2 * n_arcs), (rows, np.tile(np.arange(n_arcs), 2))))
    limit_t = np.concatenate((transport.supply_kg, transport.demand_kg))[: matrix.shape[0]] / KG_PER_T
    result = linprog(-transport.worth_per_t, A_ub=matrix, b_ub=limit_t, method="highs")
    if result.status != 0:
        raise RuntimeError(f"the plain programme found no optimum: {result.message}")
    flow_t: Floats = result.x
    return flow_t


def solve_bare(network: Network) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """What one would write with OR-Tools alone, once somebody has made the network."""
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.capacity_kg, network.cost)
    solver.set_nodes_supplies(np.arange(len(network.supply_kg), dtype=np.int32), network.supply_kg)
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("the bare solver found no optimum")
    flows: np.ndarray[Any, np.dtype[np.int64]] = solver.flows(arcs)
    return flows
