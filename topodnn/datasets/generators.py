"""Point clouds of two classes whose topology is known.

Every generator takes a ``numpy.random.Generator`` and returns ``points`` (n_points, n_features),
float64, and ``labels`` (n_points,), int64. ``GENERATORS`` lists them by name, with the true Betti
numbers of each class, against which the scale of the complex is checked.

The geometry of the tori is that of giotto-deep's tutorial; D-I, D-II and D-III are those of
Naitzat, Zhitnikov and Lim, "Topology of Deep Neural Networks", JMLR 21(184), 2020, section 6.
"""

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np

TORUS_RADIUS, TUBE_RADIUS = 2.0, 0.5
CUBE_SIDE = 10.0


def _corners(half_side: float) -> np.ndarray:
    return half_side * np.array(list(product((-1.0, 1.0), repeat=3)))


def _to_unit_cube(points: np.ndarray) -> np.ndarray:
    """Centre the points and scale them by one factor, so that the longest side is [-1, 1]."""
    low, high = points.min(axis=0), points.max(axis=0)
    return (points - (low + high) / 2) / ((high - low).max() / 2)


def _torus(points_per_circle: int) -> np.ndarray:
    # The angles are whole numbers of radians, which never repeat on the circle.
    ring, tube = (a.ravel() for a in np.mgrid[0:points_per_circle, 0:points_per_circle])
    from_axis = TORUS_RADIUS + TUBE_RADIUS * np.cos(tube)
    return np.stack(
        [from_axis * np.cos(ring), from_axis * np.sin(ring), TUBE_RADIUS * np.sin(tube)], axis=1
    )


def entangled_tori(
    rng: np.random.Generator, *, points_per_circle: int = 50, noise: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Eight pairs of linked tori at the corners of a cube: class 0 and class 1 of giotto-deep.

    Parameters
    ----------
    rng : numpy.random.Generator
    points_per_circle : int
        Number of values of each of the two angles; a torus has the square of it in points.
    noise : float
        Total width of the uniform noise added to each coordinate.

    Returns
    -------
    points : ndarray of shape (16 * points_per_circle**2, 3)
    labels : ndarray of the same length
        Betti numbers of each class: (8, 16, 8).
    """
    torus = _torus(points_per_circle)
    turn = 180.0  # radians, as in the tutorial: about 233 degrees
    rotation = np.array(
        [[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]]
    )
    pair = (torus, torus @ rotation.T + [TORUS_RADIUS, 0, 0])
    corners = _corners(CUBE_SIDE / 2) + CUBE_SIDE / 2
    points = np.concatenate([shape + corner for shape in pair for corner in corners])
    points += rng.uniform(-noise / 2, noise / 2, points.shape)
    return points, np.repeat([0, 1], len(points) // 2)


def discs_in_square(
    rng: np.random.Generator, *, step: float = 0.19, jitter: float = 0.02, scaled: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """D-I: nine discs (class 0) in a square with nine holes (class 1), on a plane grid.

    Parameters
    ----------
    rng : numpy.random.Generator
    step : float
        Step of the grid on the square [-10, 10]².
    jitter : float
        Standard deviation of the normal noise added to each coordinate.
    scaled : bool
        Whether to scale the points to [-1, 1].

    Returns
    -------
    points : ndarray of shape (n_points, 2)
    labels : ndarray of shape (n_points,)
        Betti numbers: (9, 0) of class 0, (1, 9) of class 1.
    """
    points, labels = _discs(rng, 8, step, jitter)
    return (_to_unit_cube(points) if scaled else points), labels


def five_discs(
    rng: np.random.Generator, *, step: float = 0.19, jitter: float = 0.02
) -> tuple[np.ndarray, np.ndarray]:
    """Like :func:`discs_in_square`, with five discs: the small example of the paper's figures.

    Betti numbers: (5, 0) of class 0, (1, 5) of class 1.
    """
    return _discs(rng, 4, step, jitter)


def _discs(rng, n_around, step, jitter):
    radius, gap = 1.3, 0.5
    angles = np.arange(n_around) * 2 * np.pi / n_around
    centres = np.vstack([[0.0, 0.0], 7.0 * np.stack([np.cos(angles), np.sin(angles)], axis=1)])
    axis = np.arange(-10.0, 10.0, step)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    distance = np.linalg.norm(grid[:, None] - centres, axis=2).min(axis=1)
    discs, square = grid[distance <= radius], grid[distance > radius + gap]
    points = np.concatenate([discs, square])
    points += rng.normal(0.0, jitter, points.shape)
    return points, np.repeat([0, 1], [len(discs), len(square)])


def _ring(rng: np.random.Generator, n_points: int, plane: tuple[int, int]) -> np.ndarray:
    angle = rng.uniform(0, 2 * np.pi, n_points)
    radius = np.where(np.arange(n_points) < n_points // 2, 2.2, 2.5)
    points = np.zeros((n_points, 3))
    points[:, plane[0]] = radius * np.cos(angle)
    points[:, plane[1]] = radius * np.sin(angle)
    return points + rng.uniform(-0.7, 0.7, points.shape)


def linked_rings(
    rng: np.random.Generator, *, points_per_ring: int = 2500, scaled: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """D-II: nine pairs of linked thick rings; in four pairs the classes are swapped.

    Parameters
    ----------
    rng : numpy.random.Generator
    points_per_ring : int
    scaled : bool
        Whether to scale the points to [-1, 1], as the released data are.

    Returns
    -------
    points : ndarray of shape (18 * points_per_ring, 3)
    labels : ndarray of shape (18 * points_per_ring,)
        Betti numbers of each class: (9, 9, 0).
    """
    points, labels = [], []
    for i, centre in enumerate(np.vstack([np.zeros(3), _corners(5.0)])):
        flat = _ring(rng, points_per_ring, (0, 1)) + centre + [2.2, 0, 0]
        upright = _ring(rng, points_per_ring, (0, 2)) + centre
        points += [flat, upright]
        labels += [i % 2, 1 - i % 2]
    together = np.concatenate(points)
    return (_to_unit_cube(together) if scaled else together), np.repeat(labels, points_per_ring)


def _sphere(rng: np.random.Generator, radii: np.ndarray) -> np.ndarray:
    direction = rng.normal(size=(len(radii), 3))
    return radii[:, None] * direction / np.linalg.norm(direction, axis=1, keepdims=True)


def nested_spheres(
    rng: np.random.Generator, *, points_per_shell: int = 2000
) -> tuple[np.ndarray, np.ndarray]:
    """D-III: nine nests of a shell (class 0) between a ball and an outer shell (both class 1).

    Parameters
    ----------
    rng : numpy.random.Generator
    points_per_shell : int
        Points per shell; the ball inside has a tenth as many.

    Returns
    -------
    points : ndarray of shape (9 * (2 * points_per_shell + points_per_shell // 10), 3)
        Within [-1, 1].
    labels : ndarray of the same length
        Betti numbers: (9, 0, 9) of class 0, (18, 0, 9) of class 1.
    """
    # All points of one radius, then all of the other: every q-th point of a shell has both.
    outer = np.arange(points_per_shell) >= points_per_shell // 2
    points, labels = [], []
    for centre in np.vstack([np.zeros(3), _corners(3.0)]):
        ball = np.full(points_per_shell // 10, 0.5)
        for radii, label in ((1 + 0.05 * outer, 0), (ball, 1), (2 + 0.05 * outer, 1)):
            points.append(_sphere(rng, radii) + centre)
            labels.append(np.full(len(radii), label))
    return _to_unit_cube(np.concatenate(points)), np.concatenate(labels)


class Generator(NamedTuple):
    """A function that draws a data set, and what is known about that data set."""

    draw: Callable[..., tuple[np.ndarray, np.ndarray]]
    n_features: int
    true_betti: tuple[tuple[int, ...], tuple[int, ...]]


GENERATORS = {
    "entangled_tori": Generator(entangled_tori, 3, ((8, 16, 8), (8, 16, 8))),
    "discs_in_square": Generator(discs_in_square, 2, ((9, 0, 0), (1, 9, 0))),
    "five_discs": Generator(five_discs, 2, ((5, 0, 0), (1, 5, 0))),
    "linked_rings": Generator(linked_rings, 3, ((9, 9, 0), (9, 9, 0))),
    "nested_spheres": Generator(nested_spheres, 3, ((9, 0, 9), (18, 0, 9))),
}

# The lowest and highest value of the parameters of generators: finer or larger fills the memory.
LIMITS = {
    "step": (0.01, 10),
    "jitter": (0, 100),
    "noise": (0, 100),
    "points_per_circle": (1, 500),
    "points_per_ring": (1, 200_000),
    "points_per_shell": (1, 200_000),
}


def draw_points(
    generator: str, parameters: dict[str, float], seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a data set by the name of its generator.

    Returns
    -------
    points : ndarray of shape (n_points, n_features), float32
    labels : ndarray of shape (n_points,), int64
    true_betti : ndarray of shape (2, 3), int64
    """
    known = GENERATORS[generator]
    points, labels = known.draw(np.random.default_rng(seed), **parameters)
    return points.astype(np.float32), labels, np.array(known.true_betti, dtype=np.int64)
