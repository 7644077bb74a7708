"""The scene stage as an OpenVINO graph: the weights of network.py, run without torch.

Stands between planes.py and refiner.py. On one CPU thread OpenVINO is about twice as fast here as torch,
and starts in a fraction of a second where importing torch takes seconds. The graph is built straight from
the checkpoint's arrays; single-threaded in float32, so that its bytes repeat from run to run and with any
number of workers.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as op

from gan.form import (
    B_MAX,
    CODE_SIZE,
    GRID_COLUMNS,
    GRID_ROWS,
    HIDDEN,
    M_MAX,
    MATERIAL_COUNT,
    OFFSET_MAX,
    PLANE_COUNT,
    POOLED_COUNT,
    R_MAX,
    SLOPE,
    TINT_MATRIX,
    SceneFields,
)
from gan.planes import Planes

# Of a 3x3 matrix as 9 numbers: the rows' means pass through TINT_MATRIX, what is beside them stays.
_ROW_MEAN = np.kron(np.eye(3), np.full((3, 3), 1 / 3))
_GRAY_KEPT_GRAY = np.eye(9) - _ROW_MEAN + np.kron(TINT_MATRIX, np.full((3, 3), 1 / 3))


@lru_cache(maxsize=1)
def _core() -> ov.Core:
    return ov.Core()


def _constant(value: Any, dtype: type = np.float32) -> ov.Node:
    return op.constant(np.asarray(value, dtype))


def _leaky(node: ov.Node) -> ov.Node:
    return op.prelu(node, _constant([SLOPE]))


def _linear(node: ov.Node, weights: Mapping[str, np.ndarray], name: str) -> ov.Node:
    product = op.matmul(node, _constant(weights[f"{name}.weight"]), False, True)
    bias = weights.get(f"{name}.bias")
    return product if bias is None else op.add(product, _constant(bias))


def _convolve(node: ov.Node, weights: Mapping[str, np.ndarray], name: str) -> ov.Node:
    kernel = weights[f"{name}.weight"]
    margin = kernel.shape[2] // 2
    if margin:
        pads = _constant([0, 0, margin, margin], np.int64)
        node = op.pad(node, pads, pads, "edge")
    product = op.convolution(node, _constant(kernel), [1, 1], [0, 0], [0, 0], [1, 1])
    return op.add(product, _constant(weights[f"{name}.bias"].reshape(1, -1, 1, 1)))


def _permute(node: ov.Node, order: list[int]) -> ov.Node:
    return op.transpose(node, _constant(order, np.int64))


def _bound_colour(node: ov.Node, most: float) -> ov.Node:
    return op.matmul(op.tanh(node), _constant(most * TINT_MATRIX), False, False)


def _grid(pooled: ov.Node, code: ov.Node, weights: Mapping[str, np.ndarray]) -> tuple[ov.Node, ov.Node]:
    style = op.reshape(_linear(code, weights, "grid_code"), _constant([1, 16, 1, 1], np.int64), False)
    hidden = _leaky(op.add(_convolve(pooled, weights, "grid_first"), style))
    hidden = _leaky(_convolve(hidden, weights, "grid_second"))
    out = _permute(_convolve(hidden, weights, "grid_last"), [0, 2, 3, 1])
    raw, offset = op.variadic_split(out, _constant(3, np.int64), _constant([9, 3], np.int64)).outputs()
    square = op.reduce_sum(op.multiply(raw, raw), _constant([3], np.int64), True)
    scale = op.divide(_constant(B_MAX), op.sqrt(op.add(square, _constant(1.0))))
    linear = op.matmul(op.multiply(raw, scale), _constant(_GRAY_KEPT_GRAY), False, False)
    return linear, _bound_colour(offset, OFFSET_MAX)


def _surface(
    planes: ov.Node, class_id: ov.Node, material: ov.Node, code: ov.Node, weights: Mapping[str, np.ndarray]
) -> ov.Node:
    # Class, material and code enter the first layer as sums: one table of all their combinations.
    table = weights["class_table.weight"][:, None] + weights["material_table.weight"][None]
    table = op.add(_constant(table.reshape(-1, HIDDEN)), _linear(code, weights, "surface_code"))
    row = op.add(op.multiply(class_id, _constant(MATERIAL_COUNT, np.int32)), material)
    known = op.gather(table, row, _constant(0, np.int64))
    hidden = _leaky(op.add(_linear(planes, weights, "surface_first"), known))
    hidden = _leaky(_linear(hidden, weights, "surface_second"))
    return _permute(_bound_colour(_linear(hidden, weights, "surface_last"), M_MAX), [2, 0, 1])


def _residual(planes: ov.Node, mask: ov.Node, weights: Mapping[str, np.ndarray]) -> ov.Node:
    first, last, step, axis = (_constant([value], np.int64) for value in (0, 3, 1, 2))
    rgb = op.slice(planes, first, last, step, axis)
    rgb = op.unsqueeze(_permute(rgb, [2, 0, 1]), _constant(0, np.int64))
    hidden = _leaky(_convolve(rgb, weights, "residual_first"))
    hidden = _leaky(_convolve(hidden, weights, "residual_second"))
    out = op.tanh(_convolve(hidden, weights, "residual_last"))
    out = op.multiply(op.multiply(out, _constant(R_MAX)), mask)
    return op.squeeze(out, _constant(0, np.int64))


class SceneGraph:
    """The compiled graph for one picture size."""

    def __init__(self, weights: Mapping[str, np.ndarray], height: int, width: int) -> None:
        planes = op.parameter([height, width, PLANE_COUNT], np.float32)
        class_id = op.parameter([height, width], np.int32)
        material = op.parameter([height, width], np.int32)
        mask = op.parameter([height, width], np.float32)
        pooled = op.parameter([1, POOLED_COUNT, GRID_ROWS, GRID_COLUMNS], np.float32)
        code = op.parameter([1, CODE_SIZE], np.float32)
        linear, offset = _grid(pooled, code, weights)
        outputs = [
            linear,
            offset,
            _surface(planes, class_id, material, code, weights),
            _residual(planes, mask, weights),
        ]
        model = ov.Model(outputs, [planes, class_id, material, mask, pooled, code], "scene_stage")
        settings = {
            "INFERENCE_NUM_THREADS": 1,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": "f32",
        }
        self._request = _core().compile_model(model, "CPU", settings).create_infer_request()

    def run(self, planes: Planes, code: np.ndarray) -> SceneFields:
        """Compute the terms of one frame for a (CODE_SIZE,) style code."""
        self._request.infer(
            [
                planes.planes,
                planes.class_id,
                planes.material,
                planes.residual_mask,
                planes.pooled[None],
                code[None].astype(np.float32),
            ]
        )
        linear, offset, surface, residual = (
            np.array(self._request.get_output_tensor(index).data) for index in range(4)
        )
        return SceneFields(
            linear_grid=linear[0].reshape(GRID_ROWS, GRID_COLUMNS, 3, 3),
            offset_grid=offset[0],
            surface=surface,
            residual=residual,
        )
