"""YOLO's companion against hand-worked numbers, brute force and the published counts."""

import numpy as np
import pytest
from papers.yolo import companion as c


def one_object(grid=2, classes=2):
    return c.encode(np.array([[0.25, 0.25, 0.25, 0.36]]), [0], grid, classes)


def prediction():
    """The worked example of the note: empty boxes say 0.1, the object's cell is filled in."""
    p = np.zeros((2, 2, 12))
    p[..., [4, 9]] = 0.1
    p[0, 0] = [0.6, 0.4, 0.6, 0.6, 0.5, 0.9, 0.9, 0.2, 0.2, 0.2, 0.7, 0.2]
    return p


def loop_loss(pred, target, boxes=2):
    """Eq. 3 written as the paper writes it: loops, indicators, no vectorisation."""
    grid, terms = pred.shape[0], [0.0] * 5
    for row in range(grid):
        for col in range(grid):
            cell = target[row, col]
            overlaps = []
            for j in range(boxes):
                x, y, sw, sh, _ = pred[row, col, 5 * j : 5 * j + 5]
                mine = np.array([(x + col) / grid, (y + row) / grid, sw * sw, sh * sh])
                truth = np.array([(cell[1] + col) / grid, (cell[2] + row) / grid, *cell[3:5]])
                overlaps.append(loop_iou(mine, truth))
            owner = int(np.argmax(overlaps)) if cell[0] else -1
            for j in range(boxes):
                x, y, sw, sh, conf = pred[row, col, 5 * j : 5 * j + 5]
                if j == owner:
                    terms[0] += 5 * ((x - cell[1]) ** 2 + (y - cell[2]) ** 2)
                    terms[1] += 5 * ((sw - cell[3] ** 0.5) ** 2 + (sh - cell[4] ** 0.5) ** 2)
                    terms[2] += (conf - overlaps[j]) ** 2
                else:
                    terms[3] += 0.5 * conf**2
            if cell[0]:
                for p, t in zip(pred[row, col, 5 * boxes :], cell[5:], strict=True):
                    terms[4] += (p - t) ** 2
    return terms


def loop_iou(a, b):
    def span(k):
        high = min(a[k] + a[k + 2] / 2, b[k] + b[k + 2] / 2)
        return max(0.0, high - max(a[k] - a[k + 2] / 2, b[k] - b[k + 2] / 2))

    inter = span(0) * span(1)
    union = a[2] * a[3] + b[2] * b[3] - inter
    return inter / union if union > 0 else 0.0


def test_output_tensor_is_7_by_7_by_30_with_98_boxes():
    assert c.output_shape() == (7, 7, 30)
    assert c.output_shape(2, 1, 3) == (2, 2, 8)
    assert c.boxes_per_image() == 98


def test_network_has_24_convolutions_and_ends_at_7_by_7_by_1024():
    layers = c.PRETRAINED + c.ADDED
    trail, _, _ = c.walk(layers, 448)
    assert sum(filters > 0 for _, filters, _ in layers) == 24
    assert sum(filters > 0 for _, filters, _ in c.PRETRAINED) == 20
    assert trail[-1] == (7, 7, 1024)
    assert sum(filters > 0 for _, filters, _ in c.FAST) == 9


def test_volumes_of_figure_3_recomputed():
    trail, _, _ = c.walk(c.PRETRAINED + c.ADDED, 448)
    pools = [shape for layer, shape in zip(c.PRETRAINED, trail, strict=False) if layer == c.POOL]
    assert pools == [(112, 112, 64), (56, 56, 192), (28, 28, 512), (14, 14, 1024)]


def test_small_convolution_counts_by_hand():
    trail, parameters, multiply_adds = c.walk([(3, 4, 2), c.POOL], 8)
    assert trail == [(4, 4, 4), (2, 2, 4)]
    assert parameters == 3 * 3 * 3 * 4 + 4
    assert multiply_adds == 3 * 3 * 3 * 4 * 16


def test_dense_layers_hold_three_quarters_of_the_parameters():
    count = c.parameters()
    convolutions = c.walk(c.PRETRAINED + c.ADDED, 448)[1]
    dense = (7 * 7 * 1024 + 1) * 4096 + (4096 + 1) * 1470
    assert count == convolutions + dense == 271_703_550
    assert c.first_dense_share() == pytest.approx(100 * 205_524_992 / 271_703_550, rel=1e-12)


def test_fast_yolo_needs_an_eighth_of_the_multiply_adds():
    full, fast = c.multiply_adds()
    assert full == pytest.approx(20.285153280, rel=1e-9)
    assert full / fast == pytest.approx(8.39, abs=0.01)
    assert c.with_dense([(1, 2, 448)], (3,)) == (3 * 2 + 2 + 2 * 3 + 3, 3 * 2 + 2 * 3)


def test_pretraining_cost_is_the_8_52_billion_that_yolov2_quotes():
    assert c.pretraining_operations() == pytest.approx(8.52, abs=0.005)


def test_iou_by_hand_and_in_the_limits():
    unit = np.array([0.5, 0.5, 1.0, 1.0])
    assert c.iou(unit, unit) == 1
    assert c.iou(unit, unit + np.array([0.5, 0, 0, 0])) == pytest.approx(1 / 3)
    assert c.iou(unit, unit + np.array([2, 0, 0, 0])) == 0
    assert c.iou(np.zeros(4), np.zeros(4)) == 0


def test_iou_equals_the_loop_and_is_symmetric():
    rng = np.random.default_rng(0)
    a, b = rng.uniform(0.1, 0.9, (2, 50, 4))
    expected = [loop_iou(x, y) for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(c.iou(a, b), expected, rtol=1e-12)
    np.testing.assert_allclose(c.iou(a, b), c.iou(b, a), rtol=1e-12)


def test_encoding_places_the_object_in_the_cell_of_its_centre():
    target = c.encode(np.array([[0.5, 0.3, 0.4, 0.2]]), [11])
    assert np.argwhere(target[..., 0]).tolist() == [[2, 3]]
    np.testing.assert_allclose(target[2, 3, :5], [1, 0.5, 0.1, 0.4, 0.2], atol=1e-12)
    assert target[2, 3, 5:].argmax() == 11
    assert target[..., 5:].sum() == 1


def test_second_object_of_a_cell_is_dropped():
    boxes = np.array([[0.50, 0.5, 0.1, 0.1], [0.52, 0.5, 0.2, 0.2]])
    target = c.encode(boxes, [2, 14])
    assert target[..., 0].sum() == 1
    assert target[3, 3, 5 + 2] == 1
    assert target[3, 3, 5 + 14] == 0


def test_decoding_inverts_encoding_and_multiplies_the_scores():
    target = one_object()
    p = np.zeros((2, 2, 12))
    p[0, 0, 5:10] = [*target[0, 0, 1:3], *np.sqrt(target[0, 0, 3:5]), 0.8]
    p[0, 0, 10:] = [0.75, 0.25]
    boxes, confidence, scores = c.decode(p)
    np.testing.assert_allclose(boxes[0, 0, 1], [0.25, 0.25, 0.25, 0.36], atol=1e-12)
    assert confidence[0, 0].tolist() == [0, 0.8]
    np.testing.assert_allclose(scores[0, 0], [[0, 0], [0.6, 0.2]], atol=1e-12)


def test_loss_terms_by_hand():
    overlap = 0.25 * 0.31 / (0.36 * 0.36 + 0.25 * 0.36 - 0.25 * 0.31)
    expected = [5 * 0.02, 5 * 0.01, (0.5 - overlap) ** 2, 0.5 * (0.04 + 6 * 0.01), 0.09 + 0.04]
    np.testing.assert_allclose(c.loss_terms(prediction(), one_object()), expected, atol=1e-12)
    np.testing.assert_allclose(c.worked_example(), [*expected, sum(expected)], atol=1e-12)


def test_loss_terms_equal_the_loops_of_equation_3():
    rng = np.random.default_rng(1)
    for _ in range(5):
        boxes = rng.uniform(0.2, 0.8, (6, 4))
        target = c.encode(boxes, rng.integers(0, 20, 6).tolist())
        p = rng.uniform(0.2, 0.9, (7, 7, 30))
        np.testing.assert_allclose(c.loss_terms(p, target), loop_loss(p, target), rtol=1e-10)


def test_loss_is_zero_for_a_perfect_prediction():
    target = one_object()
    p = np.zeros((2, 2, 12))
    p[0, 0, :5] = [*target[0, 0, 1:3], *np.sqrt(target[0, 0, 3:5]), 1]
    p[0, 0, 10] = 1
    np.testing.assert_allclose(c.loss_terms(p, target), 0, atol=1e-25)


def test_empty_image_leaves_only_the_no_object_term():
    terms = c.loss_terms(np.full((7, 7, 30), 0.2), np.zeros((7, 7, 25)))
    np.testing.assert_allclose(terms, [0, 0, 0, 0.5 * 98 * 0.04, 0], atol=1e-12)


def test_nearest_box_is_responsible_when_none_overlaps():
    target = one_object()
    p = np.zeros((2, 2, 12))
    p[0, 0, 0:5] = [-1, -1, 0.1, 0.1, 0]  # far
    p[0, 0, 5:10] = [1.1, 1.1, 0.1, 0.1, 0]  # nearer, still disjoint
    assert c.loss_terms(p, target)[0] == pytest.approx(5 * 2 * 0.6**2)


def test_suppression_keeps_the_best_of_each_overlapping_group():
    boxes = np.array([[0.5, 0.5, 0.4, 0.4], [0.52, 0.5, 0.4, 0.4], [0.1, 0.1, 0.1, 0.1]])
    assert c.suppress(boxes, np.array([0.6, 0.9, 0.3])) == [1, 2]
    assert c.suppress(boxes, np.array([0.6, 0.9, 0.3]), threshold=1.0) == [1, 0, 2]


def test_suppressed_boxes_never_overlap_and_cover_the_rest():
    rng = np.random.default_rng(2)
    boxes, scores = rng.uniform(0.2, 0.6, (30, 4)), rng.uniform(size=30)
    kept = c.suppress(boxes, scores)
    for i in range(30):
        close = [k for k in kept if c.iou(boxes[i], boxes[k]) > 0.5 and scores[k] >= scores[i]]
        assert bool(close)  # itself when kept, its suppressor when not
    assert all(c.iou(boxes[a], boxes[b]) <= 0.5 for a in kept for b in kept if a != b)


def test_best_confidence_minimises_the_expected_squared_error():
    grid = np.linspace(0, 1, 100_001)
    for p, u, weight in ((0.5, 0.8, 0.5), (0.1, 0.6, 0.5), (0.3, 0.7, 1.0)):
        cost = p * (grid - u) ** 2 + weight * (1 - p) * grid**2
        assert c.best_confidence(p, u, weight) == pytest.approx(grid[cost.argmin()], abs=1e-5)
    assert c.best_confidence(0.3, 0.7, 1.0) == pytest.approx(0.3 * 0.7)  # the paper's definition
    assert c.best_confidence() == pytest.approx(8 / 15)


def test_square_roots_make_a_fixed_error_cost_the_inverse_of_the_width():
    width = np.array([0.2, 0.4, 0.8])
    cost = c.size_cost(width, 1e-6, root=True)
    np.testing.assert_allclose(cost, 1e-12 / (4 * width), rtol=1e-4)
    np.testing.assert_allclose(c.size_cost(width, 0.1, root=False), 0.01)


def test_cost_ratios_of_a_small_and_a_large_box():
    root, overlap = c.size_cost_ratios()
    cost = {w: ((w + 0.04) ** 0.5 - w**0.5) ** 2 for w in (0.1, 0.8)}
    assert root == pytest.approx(cost[0.1] / cost[0.8])
    assert overlap == pytest.approx(0.84 / 0.14)


def test_expected_losses_of_a_flock_agree_with_simulation():
    rng = np.random.default_rng(3)
    for objects, cells in ((12, 4), (12, 49), (30, 9)):
        draws = rng.integers(0, cells, (20_000, objects))
        occupied = np.array([len(set(row)) for row in draws.tolist()])
        assert c.expected_lost(objects, cells) == pytest.approx(objects - occupied.mean(), abs=0.03)
    assert c.expected_lost(1, 49) == pytest.approx(0, abs=1e-12)


def test_table_3_averages_to_the_published_map():
    assert len(c.VOC2012) == 20
    assert round(c.voc2012_map(), 1) == 57.9
    np.testing.assert_allclose(c.small_class_gaps(), [19.2, 13.2, 9.5], atol=1e-9)


def test_dpm_loses_fewer_points_but_a_larger_share_on_picasso():
    yolo, dpm, yolo_share, dpm_share = c.picasso_drops()
    assert dpm < yolo
    assert yolo_share < dpm_share
    np.testing.assert_allclose([yolo, dpm], [5.9, 5.4], atol=1e-9)
    np.testing.assert_allclose([yolo_share, dpm_share], [9.966, 12.5], atol=1e-3)
