"""The point clouds: sizes, classes, linking. Their Betti numbers: homology/test_betti.py."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from topodnn.datasets.generators import GENERATORS, entangled_tori, linked_rings

SIZES = {
    "entangled_tori": [20_000, 20_000],
    "linked_rings": [22_500, 22_500],
    "nested_spheres": [18_000, 19_800],
}


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_draws_two_finite_classes_and_the_same_again(name):
    generator = GENERATORS[name]
    points, labels = generator.draw(np.random.default_rng(3))
    again, _ = generator.draw(np.random.default_rng(3))
    assert points.shape == (len(labels), generator.n_features)
    assert np.isfinite(points).all()
    assert set(labels) == {0, 1}
    assert np.array_equal(points, again)


@pytest.mark.parametrize("name", SIZES)
def test_sizes_are_those_of_the_sources(name):
    _, labels = GENERATORS[name].draw(np.random.default_rng(0))
    assert np.bincount(labels).tolist() == SIZES[name]


@pytest.mark.parametrize("name", ["discs_in_square", "linked_rings"])
def test_scaling_moves_and_shrinks_and_no_more(name):
    draw = GENERATORS[name].draw
    (plain, _), (scaled, _) = (draw(np.random.default_rng(0), scaled=s) for s in (False, True))
    assert np.abs(plain).max() > 9
    assert np.abs(scaled).max() == pytest.approx(1)
    factor = np.ptp(plain, axis=0) / np.ptp(scaled, axis=0)
    assert factor == pytest.approx(factor[0])
    moved = plain / factor[0] - scaled
    assert moved == pytest.approx(np.broadcast_to(moved[0], moved.shape), abs=1e-9)


def test_the_grid_of_discs_in_square_has_about_the_points_of_the_generator():
    _, labels = GENERATORS["discs_in_square"].draw(np.random.default_rng(0))
    assert np.bincount(labels) == pytest.approx([1343, 8708], rel=0.001)


def test_a_torus_has_its_two_radii():
    points, labels = entangled_tori(np.random.default_rng(0), noise=0)
    first = points[labels == 0][:2500]
    from_axis = np.hypot(first[:, 0], first[:, 1])
    assert np.hypot(from_axis - 2.0, first[:, 2]) == pytest.approx(0.5)


def test_noise_stays_within_half_its_width():
    plain, _ = entangled_tori(np.random.default_rng(0), noise=0)
    noisy, _ = entangled_tori(np.random.default_rng(0), noise=0.1)
    assert 0.049 < np.abs(noisy - plain).max() <= 0.05


def test_the_two_tori_of_a_pair_are_linked_no_plane_separates_them():
    points, labels = entangled_tori(np.random.default_rng(0))
    near_origin = (np.abs(points) < 5).all(axis=1)
    assert near_origin.sum() == 5000
    pair, classes = points[near_origin], labels[near_origin]
    assert LogisticRegression(C=1e6).fit(pair, classes).score(pair, classes) < 0.95
    # The core circle of one torus passes through the disc that the other one spans.
    ring, angle = pair[classes == 1], 180.0
    turned_back = (ring - [2, 0, 0]) @ np.array(
        [[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]]
    )
    core = ring[np.argsort(np.hypot(np.hypot(*turned_back.T[:2]) - 2, turned_back[:, 2]))[:500]]
    crosses = np.abs(core[:, 2]) < 0.2
    inside = np.hypot(core[crosses, 0], core[crosses, 1]) < 1.5
    assert 0 < inside.sum() < crosses.sum()


def test_four_of_the_nine_pairs_of_rings_have_their_classes_swapped():
    _, labels = linked_rings(np.random.default_rng(0), points_per_ring=10)
    flat_ring = labels.reshape(9, 2, 10)[:, 0, 0]
    assert flat_ring.sum() == 4


def test_linked_rings_and_nested_spheres_lie_in_the_unit_cube():
    for name in ("linked_rings", "nested_spheres"):
        points, _ = GENERATORS[name].draw(np.random.default_rng(0))
        assert np.abs(points).max() == pytest.approx(1)
