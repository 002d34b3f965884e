"""Companion to "You Only Look Once: Unified, Real-Time Object Detection" (CVPR 2016).

Target encoding, the five loss terms of Eq. 3, class scores of Eq. 1, overlap, suppression,
and the shape and cost arithmetic of Fig. 3. Boxes are (centre x, centre y, width, height) as
fractions of the image. A prediction is (S, S, 5B + C): per box x, y, sqrt w, sqrt h,
confidence, then the class probabilities. Arrays are float64.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Layer = tuple[int, int, int]  # kernel side, filters, stride; POOL is 2 x 2 max pooling, stride 2
POOL: Layer = (2, 0, 2)
PRETRAINED: list[Layer] = [
    (7, 64, 2), POOL, (3, 192, 1), POOL,
    (1, 128, 1), (3, 256, 1), (1, 256, 1), (3, 512, 1), POOL,
    *[(1, 256, 1), (3, 512, 1)] * 4, (1, 512, 1), (3, 1024, 1), POOL,
    *[(1, 512, 1), (3, 1024, 1)] * 2,
]  # fmt: skip
ADDED: list[Layer] = [(3, 1024, 1), (3, 1024, 2), (3, 1024, 1), (3, 1024, 1)]
FAST: list[Layer] = [  # yolo-tiny.cfg of November 2015
    row for filters in (16, 32, 64, 128, 256, 512) for row in ((3, filters, 1), POOL)
] + [(3, 1024, 1)] * 3
VOC2012 = (77.0, 67.2, 57.7, 38.3, 22.7, 68.3, 55.9, 81.4, 36.2, 60.8,
           48.5, 77.2, 72.3, 71.3, 63.5, 28.9, 52.2, 54.8, 73.9, 50.8)  # fmt: skip  # Table 3
PERSON_AP = (59.2, 53.3), (43.2, 37.8)  # Fig. 5, VOC 2007 and Picasso: YOLO, DPM


# --8<-- [start:shapes]
def walk(layers: Sequence[Layer], side: int) -> tuple[list[tuple[int, int, int]], int, int]:
    """(height, width, channels) after each layer; parameters with biases; multiply-adds."""
    trail, channels, parameters, multiply_adds = [], 3, 0, 0
    for size, filters, stride in layers:
        side //= stride  # every convolution is padded to keep the side at stride 1
        if filters:
            weights = size * size * channels * filters
            parameters += weights + filters
            multiply_adds += weights * side * side
            channels = filters
        trail.append((side, side, channels))
    return trail, parameters, multiply_adds


# --8<-- [end:shapes]


def with_dense(layers: Sequence[Layer], units: Sequence[int]) -> tuple[int, int]:
    """(parameters, multiply-adds) of a detector: convolutions at 448, then dense layers."""
    trail, parameters, multiply_adds = walk(layers, 448)
    widths = [int(np.prod(trail[-1])), *units]
    weights = [a * b for a, b in pairwise(widths)]
    return parameters + sum(weights) + sum(units), multiply_adds + sum(weights)


def output_shape(grid: int = 7, boxes: int = 2, classes: int = 20) -> tuple[int, int, int]:
    """S x S x (5B + C) of Sec. 2."""
    return grid, grid, 5 * boxes + classes


def iou(a: NDArray, b: NDArray) -> NDArray:
    """Intersection over union of boxes (..., 4); broadcasts. Zero where both are empty."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    low = np.maximum(a[..., :2] - a[..., 2:] / 2, b[..., :2] - b[..., 2:] / 2)
    high = np.minimum(a[..., :2] + a[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2)
    inter = np.prod(np.maximum(high - low, 0), axis=-1)
    union = np.prod(a[..., 2:], axis=-1) + np.prod(b[..., 2:], axis=-1) - inter
    return np.divide(inter, union, out=np.zeros_like(union), where=union > 0)


# --8<-- [start:encode]
def encode(boxes: NDArray, labels: Sequence[int], grid: int = 7, classes: int = 20) -> NDArray:
    """Target (S, S, 1 + 4 + C): object flag, x and y inside the cell, w, h, one-hot class.

    The first object whose centre falls in a cell owns it; later ones are dropped,
    as in the authors' ``fill_truth_region`` (which shuffles the objects first).
    """
    target = np.zeros((grid, grid, 5 + classes))
    for (x, y, w, h), label in zip(boxes, labels, strict=True):
        col, row = int(x * grid), int(y * grid)
        if not target[row, col, 0]:
            target[row, col, :5] = 1, x * grid - col, y * grid - row, w, h
            target[row, col, 5 + label] = 1
    return target


# --8<-- [end:encode]


def decode(prediction: NDArray, boxes: int = 2) -> tuple[NDArray, NDArray, NDArray]:
    """Boxes (S, S, B, 4) in image fractions, confidences (S, S, B), class scores of Eq. 1
    (S, S, B, C) = confidence times conditional class probability."""
    grid = prediction.shape[0]
    parts = prediction[..., : 5 * boxes].reshape(grid, grid, boxes, 5)
    row, col = np.mgrid[:grid, :grid][..., None]
    x, y = (parts[..., 0] + col) / grid, (parts[..., 1] + row) / grid
    found = np.stack([x, y, parts[..., 2] ** 2, parts[..., 3] ** 2], axis=-1)
    confidence = parts[..., 4]
    return found, confidence, confidence[..., None] * prediction[..., None, 5 * boxes :]


# --8<-- [start:loss]
def loss_terms(prediction: NDArray, target: NDArray, boxes: int = 2) -> NDArray:
    """The five weighted sums of Eq. 3: centre, size, object, no object, class."""
    grid = prediction.shape[0]
    raw = prediction[..., : 5 * boxes].reshape(grid, grid, boxes, 5)
    found, confidence, _ = decode(prediction, boxes)
    row, col = np.mgrid[:grid, :grid]
    centre = (target[..., 1:3] + np.stack([col, row], -1)) / grid
    truth = np.concatenate([centre, target[..., 3:5]], -1)[..., None, :]
    overlap = iou(found, truth)  # (S, S, B)
    distance = ((found - truth) ** 2).sum(-1)  # tie-break when no box overlaps
    key = np.where(overlap.max(-1, keepdims=True) > 0, overlap, -distance)
    cell = target[..., 0]  # 1_i^obj, (S, S)
    obj = cell[..., None] * (np.arange(boxes) == key.argmax(-1)[..., None])  # 1_ij^obj
    noobj = 1 - obj  # 1_ij^noobj
    xy = ((raw[..., :2] - target[..., None, 1:3]) ** 2).sum(-1)
    wh = ((raw[..., 2:4] - np.sqrt(target[..., None, 3:5])) ** 2).sum(-1)
    classes = ((prediction[..., 5 * boxes :] - target[..., 5:]) ** 2).sum(-1)
    return np.array(
        [
            5 * (obj * xy).sum(),
            5 * (obj * wh).sum(),
            (obj * (confidence - overlap) ** 2).sum(),
            0.5 * (noobj * confidence**2).sum(),
            (cell * classes).sum(),
        ]
    )


# --8<-- [end:loss]


# --8<-- [start:nms]
def suppress(boxes: NDArray, scores: NDArray, threshold: float = 0.5) -> list[int]:
    """Greedy non-maximum suppression for one class: indices kept, best score first."""
    order, kept = [int(i) for i in np.argsort(-scores, kind="stable")], []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [i for i in order if iou(boxes[i], boxes[best]) <= threshold]
    return kept


# --8<-- [end:nms]


def best_confidence(present: float = 0.5, overlap: float = 0.8, weight: float = 0.5) -> float:
    """Minimiser c of p (c - u)^2 + weight (1 - p) c^2: what Eq. 3 teaches a box to output."""
    return present * overlap / (present + weight * (1 - present))


def size_cost(width: NDArray, error: float, root: bool) -> NDArray:
    """Squared error of predicting width + error, on square roots or plain."""
    off = np.sqrt(width + error) - np.sqrt(width) if root else np.full_like(width, error)
    return off**2


def expected_lost(objects: int = 12, cells: int = 4) -> float:
    """Mean number of objects without a cell of their own, centres uniform over the cells."""
    return objects - cells * (1 - (1 - 1 / cells) ** objects)


# Checks of the ledger: zero arguments, the numbers in the unit shown; so are the defaults above.
def parameters() -> int:
    return with_dense(PRETRAINED + ADDED, (4096, 1470))[0]


def first_dense_share() -> float:
    """Percent of the parameters that lie in the first dense layer."""
    return 100 * (7 * 7 * 1024 + 1) * 4096 / parameters()


def multiply_adds() -> tuple[float, ...]:
    """Billions for one image at 448: YOLO, Fast YOLO."""
    nets = (PRETRAINED + ADDED, (4096, 1470)), (FAST, (256, 4096, 1470))
    return tuple(with_dense(*net)[1] / 1e9 for net in nets)


def pretraining_operations() -> float:
    """Billions at 224, two per multiply-add, with the 1 x 1 x 1000 classifier of the code."""
    return 2 * walk([*PRETRAINED, (1, 1000, 1)], 224)[2] / 1e9


def boxes_per_image() -> int:
    return output_shape()[0] * output_shape()[1] * 2


def voc2012_map() -> float:
    return sum(VOC2012) / len(VOC2012)


def small_class_gaps() -> tuple[float, ...]:
    """R-CNN VGG BB minus YOLO on bottle, sheep, tv/monitor (Table 3), points of AP."""
    return 41.9 - VOC2012[4], 65.4 - VOC2012[16], 60.3 - VOC2012[19]


def picasso_drops() -> tuple[float, ...]:
    """AP points lost from VOC 2007 to Picasso: YOLO, DPM; the same in percent of the former."""
    (yolo, yolo_art), (dpm, dpm_art) = PERSON_AP
    points = yolo - yolo_art, dpm - dpm_art
    return *points, 100 * points[0] / yolo, 100 * points[1] / dpm


def worked_example() -> tuple[float, ...]:
    """Five terms and their sum for one object of class 0 on a 2 x 2 grid, B = C = 2."""
    prediction = np.zeros((2, 2, 12))
    prediction[..., [4, 9]] = 0.1
    prediction[0, 0] = [0.6, 0.4, 0.6, 0.6, 0.5, 0.9, 0.9, 0.2, 0.2, 0.2, 0.7, 0.2]
    terms = loss_terms(prediction, encode(np.array([[0.25, 0.25, 0.25, 0.36]]), [0], 2, 2))
    return *(float(term) for term in terms), float(terms.sum())


def size_cost_ratios() -> tuple[float, ...]:
    """Error 0.04 on a width of 0.1 over the same error on 0.8: square roots, 1 - IoU."""
    widths = np.array([0.1, 0.8])
    costs = size_cost(widths, 0.04, root=True), 0.04 / (widths + 0.04)
    return tuple(float(small / large) for small, large in costs)


def figure_size():
    import matplotlib.pyplot as plt

    width = np.linspace(0.05, 0.9, 40)
    curves = {"1 − IoU": 0.04 / (width + 0.04), "square roots": size_cost(width, 0.04, True),
              "plain": size_cost(width, 0.04, False)}  # fmt: skip
    fig, ax = plt.subplots()
    for (name, cost), style in zip(curves.items(), ("-", "--", ":"), strict=True):
        ax.plot(width, cost / np.interp(0.2, width, cost), style, label=name)
    ax.set(yscale="log", xlabel="true width (fraction of image)", ylabel="cost, 1 at width 0.2")
    ax.set_yticks([0.25, 0.5, 1, 2, 4], ["1/4", "1/2", "1", "2", "4"])
    ax.minorticks_off()
    ax.legend(frameon=False)
    return fig


def figure_flock():
    import matplotlib.pyplot as plt

    objects = np.arange(1, 31)
    fig, ax = plt.subplots()
    for cells, style in ((49, "o-"), (9, "s--"), (4, "^:")):
        kept = [100 * (1 - expected_lost(int(n), cells) / n) for n in objects]
        ax.plot(objects, kept, style, markevery=3, markersize=4, label=f"{cells} cells")
    ax.set(xlabel="objects", ylabel="objects with a cell (%)", ylim=(0, 104))
    ax.legend(frameon=False, title="centres spread over")
    return fig


def main() -> None:
    checks = (
        output_shape, boxes_per_image, parameters, first_dense_share, multiply_adds,
        pretraining_operations, worked_example, best_confidence, size_cost_ratios, expected_lost,
        voc2012_map, small_class_gaps, picasso_drops,
    )  # fmt: skip
    for check in checks:
        value = check()
        values = value if isinstance(value, tuple) else (value,)
        shown = (f"{v:,}" if isinstance(v, int) else f"{v:.4g}" for v in values)
        print(f"{check.__name__.replace('_', ' '):<24}{'  '.join(shown)}")
    print(f"{'last feature map':<24}{walk(PRETRAINED + ADDED, 448)[0][-1]}")


if __name__ == "__main__":
    main()
