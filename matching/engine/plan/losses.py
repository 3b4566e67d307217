"""What a flow costs to change: potentials of its residual network, the duals a network solver keeps to itself."""

import numpy as np

from matching.engine.columns import Longs
from matching.engine.plan.network import Network
from matching.engine.topk import group_starts


def reduced_costs(network: Network, flow_kg: Longs) -> Longs:
    """Cost steps that a kilogram more on each arc would add in all, 0 or more where the arc is not full.

    Reduced cost = cost + potential of the tail − potential of the head (Ahuja, Magnanti, Orlin, Network Flows, 9.2).
    """
    potential = potentials(network, flow_kg)
    return network.cost + potential[network.tail] - potential[network.head]


def potentials(network: Network, flow_kg: Longs) -> Longs:
    """Shortest distances in the residual network from a node joined to all others at no cost (Bellman–Ford).

    Ends because the residual network of a cheapest flow has no negative cycle. O(arcs) per pass; passes are the
    length of the longest shortest path, some tens.
    """
    tail, head, cost = _residual(network, flow_kg)
    order = np.argsort(head, kind="stable")
    tail, cost = tail[order], cost[order]
    starts = group_starts(head[order])[:-1]
    heads = head[order][starts]
    distance = np.zeros(len(network.supply_kg), dtype=np.int64)
    for _ in range(len(distance)):
        nearer = np.minimum(np.minimum.reduceat(distance[tail] + cost, starts), distance[heads])
        if (nearer == distance[heads]).all():
            return distance
        distance[heads] = nearer
    raise RuntimeError("the flow is not the cheapest")


def _residual(network: Network, flow_kg: Longs) -> tuple[Longs, Longs, Longs]:
    """Arcs that can carry more, and arcs that can carry less, turned round."""
    more, less = np.flatnonzero(flow_kg < network.capacity_kg), np.flatnonzero(flow_kg > 0)
    tail = np.concatenate((network.tail[more], network.head[less])).astype(np.int64)
    head = np.concatenate((network.head[more], network.tail[less])).astype(np.int64)
    return tail, head, np.concatenate((network.cost[more], -network.cost[less]))
