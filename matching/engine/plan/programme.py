"""Beyond pure networks: linear and mixed-integer programmes, solved by HiGHS through SciPy. Quantities in tonnes."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from matching.engine.columns import Floats, Longs
from matching.engine.plan.arcs import KG_PER_T, Transport
from matching.engine.plan.network import SHORTFALL_FACTOR, dearest


@dataclass(frozen=True)
class Rows:
    """Constraints matrix @ x ≤ limit over the arcs."""

    matrix: csr_array
    limit: Floats


@dataclass(frozen=True)
class Solution:
    """Tonnes by arc, a bound on any division's worth, and (linear only) what forcing a tonne onto an arc would cost."""

    flow_t: Floats
    bound: float
    loss_per_t: Floats


def solve_linear(transport: Transport) -> Solution:
    """The best division with lots aside; its worth bounds that of every division."""
    if not len(transport):
        return Solution(np.zeros(0), 0.0, np.zeros(0))
    rows, cost, upper = _with_shortfall(transport, _rows(transport))
    result = linprog(
        cost, A_ub=rows.matrix, b_ub=rows.limit, bounds=np.stack((np.zeros(len(upper)), upper), 1), method="highs"
    )
    if result.status != 0:
        raise RuntimeError(f"linear programme: {result.message}")
    n_arcs = len(transport)
    flow_t = result.x[:n_arcs]
    bound = float(-result.fun + cost[n_arcs:] @ result.x[n_arcs:])
    return Solution(flow_t, bound, result.lower.marginals[:n_arcs])


def solve_integer(transport: Transport, gap: float, time_limit_s: float) -> Solution | None:
    """The best division with lots kept, to within `gap`, or the best found in time; None if none was found.

    A lot is semi-continuous: lot × y ≤ x ≤ most × y with y either 0 or 1.
    """
    plain, cost, upper = _with_shortfall(transport, _rows(transport))
    with_lot = np.flatnonzero(transport.lot_kg > 0)
    n_columns, n_lots = len(cost), len(with_lot)
    rows = _with_lots(transport, plain, with_lot)
    result = milp(
        np.append(cost, np.zeros(n_lots)),
        constraints=LinearConstraint(rows.matrix, -np.inf, rows.limit),
        integrality=np.append(np.zeros(n_columns), np.ones(n_lots)),
        bounds=Bounds(0, np.append(upper, np.ones(n_lots))),
        options={"mip_rel_gap": gap, "time_limit": time_limit_s},
    )
    if result.x is None:
        return None
    flow_t = result.x[: len(transport)].copy()
    flow_t[with_lot[result.x[n_columns:] < 0.5]] = 0.0
    bound = float(-result.mip_dual_bound + cost[len(transport) :] @ result.x[len(transport) : n_columns])
    return Solution(flow_t, bound, np.zeros(0))


def _rows(transport: Transport) -> Rows:
    """Supply, demand, permits and blend windows, each only where it can bind."""
    arcs = np.arange(len(transport))
    limited = np.flatnonzero(transport.line >= 0)
    parts = [
        _totals(transport, arcs, transport.offer, transport.supply_kg),
        _totals(transport, arcs, transport.need, transport.demand_kg),
        _totals(transport, limited, transport.line[limited], transport.line_kg),
        *_window_rows(transport),
    ]
    matrix = csr_array(vstack([part.matrix for part in parts], format="csr"))
    return Rows(matrix, np.concatenate([part.limit for part in parts]))


def _totals(transport: Transport, arc: Longs, owner: Longs, limit_kg: Longs) -> Rows:
    """The sum over the arcs of each owner, where those could exceed the owner's limit."""
    ample_kg = np.bincount(owner, weights=transport.most_kg[arc], minlength=len(limit_kg))
    binds = np.flatnonzero(ample_kg > limit_kg)
    number = np.full(len(limit_kg), -1, dtype=np.int64)
    number[binds] = np.arange(len(binds))
    kept = np.flatnonzero(number[owner] >= 0)
    shape = (len(binds), len(transport))
    matrix = csr_array((np.ones(len(kept)), (number[owner[kept]], arc[kept])), shape=shape)
    return Rows(matrix, limit_kg[binds] / KG_PER_T)


def _window_rows(transport: Transport) -> tuple[Rows, Rows]:
    """Σ (low − figure) x ≤ 0 and Σ (figure − high) x ≤ 0, each row scaled to coefficients of at most 1."""
    windows = transport.windows
    low, high = windows.low[windows.window], windows.high[windows.window]
    return _side_rows(transport, low - windows.figure), _side_rows(transport, windows.figure - high)


def _side_rows(transport: Transport, excess: Floats) -> Rows:
    windows = transport.windows
    closed = np.flatnonzero(np.isfinite(excess))
    largest = np.zeros(len(windows))
    np.maximum.at(largest, windows.window[closed], np.abs(excess[closed]))
    row = windows.window[closed]
    values = excess[closed] / np.where(largest > 0, largest, 1.0)[row]
    matrix = csr_array((values, (row, windows.arc[closed])), shape=(len(windows), len(transport)))
    return Rows(matrix, np.zeros(len(windows)))


def _with_shortfall(transport: Transport, rows: Rows) -> tuple[Rows, Floats, Floats]:
    """Rows, costs and upper bounds with a column per need for the required tonnes it lacks, at a deterrent price."""
    short = np.flatnonzero(transport.required_kg > 0)
    cost = np.append(-transport.worth_per_t, np.full(len(short), SHORTFALL_FACTOR * dearest(transport.worth_per_t)))
    upper = np.append(transport.most_kg, transport.required_kg[short]) / KG_PER_T
    if not len(short):
        return rows, cost, upper
    into = _incidence(np.searchsorted(short, transport.need), short, transport.need)
    lacking = hstack([-into, -eye_array(len(short), format="csr")])
    padded = hstack([rows.matrix, csr_array((rows.matrix.shape[0], len(short)))])
    matrix = csr_array(vstack([padded, lacking], format="csr"))
    return Rows(matrix, np.append(rows.limit, -transport.required_kg[short] / KG_PER_T)), cost, upper


def _incidence(place: Longs, owners: Longs, owner: Longs) -> csr_array:
    """One where the owner of a column is that of a row. `place` is where it would be among the sorted owners."""
    found = np.flatnonzero(owners[np.minimum(place, len(owners) - 1)] == owner)
    return csr_array((np.ones(len(found)), (place[found], found)), shape=(len(owners), len(owner)))


def _with_lots(transport: Transport, rows: Rows, with_lot: Longs) -> Rows:
    """Add x − most × y ≤ 0 and lot × y − x ≤ 0 for each arc with a lot."""
    n_lots, row = len(with_lot), np.arange(len(with_lot))
    one = csr_array((np.ones(n_lots), (row, with_lot)), shape=(n_lots, rows.matrix.shape[1]))
    most, lot = (csr_array((kg[with_lot] / KG_PER_T, (row, row))) for kg in (transport.most_kg, transport.lot_kg))
    none = csr_array((rows.matrix.shape[0], n_lots))
    matrix = vstack([hstack([rows.matrix, none]), hstack([one, -most]), hstack([-one, lot])], format="csr")
    return Rows(csr_array(matrix), np.append(rows.limit, np.zeros(2 * n_lots)))
