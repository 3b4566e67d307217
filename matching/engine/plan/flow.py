"""Pure networks: OR-Tools' min-cost flow over whole kilograms."""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # type: ignore[import-untyped]

from matching.engine.columns import Floats, Longs
from matching.engine.plan.arcs import KG_PER_T, Transport
from matching.engine.plan.losses import reduced_costs
from matching.engine.plan.network import Network, network_of, steps_per_worth


@dataclass(frozen=True)
class Flow:
    """The division in kg that is worth most, lots aside, a bound on any division's worth, and where it came from."""

    flow_kg: Longs
    bound: float
    network: Network
    network_kg: Longs
    steps: float

    def loss_per_t(self) -> Floats:
        """What forcing a tonne onto each arc would cost at least."""
        reduced = reduced_costs(self.network, self.network_kg)[: len(self.flow_kg)]
        return np.maximum(reduced, 0) / self.steps


def solve_flow(transport: Transport) -> Flow:
    """Cost-scaling push–relabel, O(n² m log(n C)) at worst and near-linear in arcs in practice."""
    steps = steps_per_worth(transport)
    network = network_of(transport, steps)
    network_kg = _solved(network)
    flow_kg = _without_loss(transport, network_kg[: len(transport)])
    return Flow(flow_kg, transport.worth(flow_kg) + _most_t(transport) / steps, network, network_kg, steps)


def _most_t(transport: Transport) -> float:
    """More tonnes than this cannot flow: what the arcs of each side could carry, within what it has."""
    sides = ((transport.offer, transport.supply_kg), (transport.need, transport.demand_kg))
    most_kg = (np.minimum(np.bincount(row, weights=transport.most_kg, minlength=len(kg)), kg) for row, kg in sides)
    return min(float(each.sum()) for each in most_kg) / KG_PER_T


def _solved(network: Network) -> Longs:
    solver = SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.capacity_kg, network.cost)
    solver.set_nodes_supplies(np.arange(len(network.supply_kg), dtype=np.int32), network.supply_kg)
    status = solver.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise RuntimeError(f"min-cost flow: {status}")
    flows: Longs = solver.flows(np.arange(len(network.tail), dtype=np.int32))
    return flows


def _without_loss(transport: Transport, flow_kg: Longs) -> Longs:
    """Drop what is worth nothing: rounded costs cannot tell a small loss from none. Required tonnes stay."""
    loses = (transport.worth_per_t <= 0) & (transport.required_kg[transport.need] == 0)
    return np.where(loses, 0, flow_kg)
