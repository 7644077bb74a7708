"""Gates: panels of glass in slim frames beside the ways in.

In: the layout. Out: a `Mesh` a gate, and the `Pane`s that close its frame.
"""

from dataclasses import replace

import numpy as np

from scenes.furniture.parts import FixtureStyle
from scenes.geometry import Finish, make_boxes, merge_meshes
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, Mesh, Pane, StoreLayout

FOOT_M, RAIL_M, UPRIGHT_M = 0.12, 0.05, 0.035


def make_gate_post(footprint_m: np.ndarray, height_m: float, instance_id: int, style: FixtureStyle) -> Mesh:
    """Make a frame about a panel of glass, with a lamp on its rail; the glass is `make_gate_panes`'s."""
    low, high = footprint_m.min(0), footprint_m.max(0)
    along = int(np.argmax(high - low))
    finish = Finish((196, 200, 204), MATERIAL["metal"], -1, CLASS_ID["fixture"], instance_id)
    lit = replace(finish, color=(120, 220, 150), material=MATERIAL["sign"])
    slim = 0.03 * (1 - np.eye(2)[along])  # uprights and rail are slimmer than the foot
    inner_low, inner_high = low + slim, high - slim
    first, last = inner_high.copy(), inner_low.copy()
    first[along], last[along] = low[along] + UPRIGHT_M, high[along] - UPRIGHT_M
    lamp_high = inner_high.copy()
    lamp_high[along] = low[along] + (high - low)[along] / 3
    rest_low = inner_low.copy()
    rest_low[along] = lamp_high[along]
    top = height_m - RAIL_M
    return merge_meshes(
        [
            make_boxes((*low, 0.0), (*high, FOOT_M), replace(finish, color=style.rail)),
            make_boxes((*inner_low, FOOT_M), (*first, top), finish),
            make_boxes((*last, FOOT_M), (*inner_high, top), finish),
            make_boxes((*inner_low, top), (*inner_high, height_m - 0.012), finish),
            make_boxes((*inner_low, height_m - 0.012), (*lamp_high, height_m), lit),
            make_boxes((*rest_low, height_m - 0.012), (*inner_high, height_m), finish),
        ]
    )


def make_gate_panes(layout: StoreLayout) -> tuple[Pane, ...]:
    """Make the panels of the gates, one to look at from each side."""
    panes = []
    for fixture in layout.fixtures:
        if fixture.kind != "gate":
            continue
        low, high = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
        along = int(np.argmax(high - low))
        ends = np.stack([(low + high) / 2, (low + high) / 2])
        ends[:, along] = low[along] + UPRIGHT_M, high[along] - UPRIGHT_M
        up_m = np.array([0.0, 0.0, fixture.height_m - RAIL_M - FOOT_M])
        for start, end in (ends, ends[::-1]):
            corner_m, right_m = np.append(start, FOOT_M), np.append(end - start, 0.0)
            panes.append(Pane("panel", corner_m, right_m, up_m, fixture.instance_id))
    return tuple(panes)
