"""The dimensionality companion against closed forms, brute force, scipy and hand-worked values."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from papers.dimensionality import companion as c
from scipy import integrate, optimize


def test_a_tenth_of_the_edge_holds_a_hundredth_of_a_square():
    assert c.edge(0.01, 2) == pytest.approx(0.1)
    assert c.edge(0.01, 10) == pytest.approx(0.63, abs=0.001)


def test_a_shell_is_the_ball_without_its_core():
    assert c.shell(0.05, 2) == pytest.approx(1 - 0.95**2)
    assert c.shell(0.05, 64) > 0.96


def test_cosine_tail_is_the_integral_of_the_density():
    # the density of the cosine is proportional to (1 - t^2)^((d - 3) / 2)
    def area(a, b):
        return integrate.quad(lambda t: (1 - t * t) ** 4.5, a, b)[0]

    assert c.cosine_tail(0.3, 12) == pytest.approx(area(0.3, 1) / area(-1, 1), rel=1e-6)


def test_cosine_is_uniform_in_three_dimensions():
    assert c.cosine_tail(0.2, 3) == pytest.approx(0.4)  # Archimedes


def test_largest_cosine_inverts_the_tail():
    for n, d in [(1000, 16), (10**6, 512)]:
        assert n * c.cosine_tail(c.largest_cosine(n, d), d) == pytest.approx(1)


def test_largest_cosine_agrees_with_drawn_directions():
    x = np.random.default_rng(0).normal(size=(200, 500, 32))
    top = (x[:, :, 0] / np.linalg.norm(x, axis=2)).max(1)
    # one of 500 exceeds t on average; so the median of the largest lies near t
    assert np.median(top) == pytest.approx(c.largest_cosine(500, 32), abs=0.03)


def test_distances_equal_a_loop():
    rng = np.random.default_rng(1)
    q, x = rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    slow = [[np.linalg.norm(a - b) for b in x] for a in q]
    np.testing.assert_allclose(c.distances(q, x), slow, atol=1e-12)


def test_spread_of_squared_distance_agrees_with_draws():
    u, v = np.random.default_rng(2).uniform(size=(2, 50_000, 20))
    r = ((u - v) ** 2).sum(1)
    assert r.std() / r.mean() == pytest.approx(c.squared_spread(20), rel=0.02)


def test_spread_falls_with_the_root_of_the_dimension():
    assert c.squared_spread(100) / c.squared_spread(400) == pytest.approx(2)


def test_contrast_of_a_hand_worked_line():
    # from 0 the points lie at 1, 2 and 4: (4 - 1) / 1
    assert c.contrast(np.array([[1.0], [2.0], [-4.0]]), np.array([[0.0]])) == pytest.approx(3)


def test_turning_into_more_coordinates_changes_no_distance():
    x, q = c.cloud("flat", 64)
    _, _, vt = np.linalg.svd(np.vstack([x, q]), full_matrices=False)
    assert np.linalg.matrix_rank(x) == 4
    small = np.vstack([x, q]) @ vt[:4].T
    assert c.contrast(small[:1000], small[1000:]) == pytest.approx(c.contrast(x, q))


def test_contrast_falls_only_where_the_dimension_is_real():
    assert c.contrast_of("uniform", 4) > 10 > 0.2 > c.contrast_of("uniform", 1024)
    assert c.contrast_of("flat", 1024) > 10
    assert c.contrast_of("uniform", 1024) < c.contrast_of("noisy", 1024) < c.contrast_of("flat", 1024)


@pytest.mark.parametrize(("strength", "d"), [(4.0, 16), (4.0, 256), (5.76, 64), (0.0, 8)])
def test_nearer_example_formula_agrees_with_draws(strength, d):
    assert c.simulated(strength, d, 8000) == pytest.approx(c.accuracy(strength, d), abs=0.015)


def test_nearer_example_is_a_coin_without_signal_and_certain_with_much():
    assert c.accuracy(0.0, 100) == 0.5
    assert c.accuracy(1e6, 100) == pytest.approx(1)


def test_variance_of_the_difference_of_squared_distances():
    z0, z1, z2 = np.random.default_rng(0).normal(size=(3, 100_000, 10))
    z2[:, 0] -= 2 * 1.5  # |mu|^2 = 2.25
    gap = ((z0 - z2) ** 2 - (z0 - z1) ** 2).sum(1)
    assert gap.mean() == pytest.approx(4 * 2.25, rel=0.03)
    assert gap.var() == pytest.approx(12 * 10 + 32 * 2.25, rel=0.03)


def test_two_neighbours_find_the_dimension_of_a_uniform_cloud():
    for m in (1, 2, 3):
        x = np.random.default_rng(m).uniform(size=(2000, m))
        assert c.two_nn(x) == pytest.approx(m, rel=0.08)


def test_two_neighbours_of_a_hand_worked_line():
    # nearest and second distances (1, 3), (1, 2), (2, 3): the ratios multiply to 9
    assert c.two_nn(np.array([[0.0], [1.0], [3.0]])) == pytest.approx(2 / np.log(9))


def test_two_neighbours_ignore_the_coordinates_and_components_do_not():
    x = c.torus(2)
    assert x.shape == (1500, 512)
    assert c.two_nn(x) == pytest.approx(2, rel=0.1)
    assert c.pca_count(x) == 4


def test_noise_below_the_spacing_hides_a_circle():
    assert c.two_nn(c.torus(1, noise=0.02)) > 50
    assert c.two_nn(c.torus(1, noise=1e-6)) == pytest.approx(1, rel=0.1)


def test_components_of_a_known_spectrum():
    x = np.diag([10.0, 3.0, 0.1, 0.1])
    x = np.vstack([x, -x])  # variances 100, 9, 0.01 and 0.01 of 109.02
    assert [c.pca_count(x, s) for s in (0.9, 0.95, 0.9999)] == [1, 2, 3]


def test_projection_dimension_matches_the_published_formula():
    # scikit-learn's documentation gives 663 and 11841, truncated, for a million points
    assert [c.jl_dimension(10**6, e) for e in (0.5, 0.1)] == [664, 11842]
    assert [c.jl_dimension(n, 0.2) for n in (10**4, 10**8)] == [2126, 4251]


def test_projection_keeps_its_promise():
    k = c.jl_dimension(100, 0.5)
    assert k == 222
    assert c.jl_worst(100, k) < 0.5


def test_projection_error_is_that_of_a_chi_square():
    # the ratio is chi^2_k / k; the worst of many pairs lies several deviations sqrt(2/k) out
    assert 3 < c.jl_worst(300, 256) / np.sqrt(2 / 256) < 6


def test_separable_share_equals_linear_programmes():
    for n, d in [(4, 2), (5, 3), (6, 3)]:
        x = np.random.default_rng(n).normal(size=(n, d))
        hits = 0
        for signs in product((-1, 1), repeat=n):
            a = -np.array(signs)[:, None] * x
            hits += optimize.linprog(np.zeros(d), a, -np.ones(n), bounds=(None, None)).status == 0
        assert hits / 2**n == pytest.approx(c.separable(n, d))


def test_separable_share_obeys_the_recursion():
    # C(n, d) = C(n-1, d) + C(n-1, d-1) in numbers of labellings
    n, d = 40, 13
    count = 2.0**n * c.separable(n, d)
    assert count == pytest.approx(2.0 ** (n - 1) * (c.separable(n - 1, d) + c.separable(n - 1, d - 1)))


def test_separable_share_is_half_at_twice_the_weights():
    assert c.separable(1024, 512) == pytest.approx(0.5)
    assert c.separable(512, 512) == pytest.approx(1)


def test_hubs_grow_with_dimension_and_counts_add_up():
    tops = [c.hub(d)[0] for d in (3, 30, 512)]
    assert tops == sorted(tops)
    assert c.hub(2, 12, 11) == (11, 0)  # everybody is everybody's neighbour
