"""Memory that a job asks of a cluster, by the points and networks that it works on.

Each number is for the n-th attempt: a job that was killed for its memory asks for twice as much
the second time, three times as much the third. What jobs took is in ``benchmarks.csv``, and a test
holds these numbers to what is kept in results/reference.
"""

import math

# MB of a job without points: 320 of PyTorch and pandas, 340 of the two Snakemakes that Slurm's
# executor starts around it, all three measured, and half as much again.
PROCESS = 1000
CUDA = 3000  # what a process takes besides where it uses a GPU; a usual size, not measured here
BYTES = 4  # of a number in single precision


def activations_mb(
    shape: tuple[int, int], widths: list[int], n_seeds: int, attempt: int = 1
) -> int:
    """Memory of a job that holds the points at all layers of all its networks.

    Parameters
    ----------
    shape : tuple of int
        Points and features of the data set.
    widths : list of int
        Neurons of each layer but the input.
    n_seeds : int
        Networks of the job.
    attempt : int
        From 1.

    Returns
    -------
    int
        In MB, a quarter more than the numbers take.
    """
    n_points, n_features = shape
    neurons = n_features + sum(widths)
    return _mb(1.25 * n_points * neurons * n_seeds, attempt)


def training_mb(
    shape: tuple[int, int],
    widths: list[int],
    n_seeds: int,
    batch_size: int | None,
    attempt: int = 1,
    on_gpu: bool = False,
) -> int:
    """Memory of a training, in MB: `batch_size` points (all where it is None) at all layers.

    They are there with their gradients and what the products leave, six numbers a neuron. On a GPU
    they are in its own memory, and the process needs more for the libraries.
    """
    n_points, n_features = shape
    n_points = min(n_points, batch_size or n_points)
    numbers = activations_mb((6 * n_points, n_features), widths, n_seeds, attempt)
    return numbers + attempt * CUDA * on_gpu


def reading_mb(shape: tuple[int, int], attempt: int = 1) -> int:
    """Memory of a job that reads and prepares points, in MB.

    Points of a class, rows to compare, and what is scaled and projected in double precision: eight
    numbers for each that is read.
    """
    return _mb(8 * shape[0] * shape[1], attempt)


def homology_mb(shape: tuple[int, int], attempt: int = 1) -> int:
    """Memory of a job that computes the homology of the points of a class, in MB.

    The neighbours of a point within two hops take most: 5 kB a point were measured at 40 to 50
    neighbours, and half as much again is asked for.
    """
    return _mb(2000 * shape[0], attempt)


def persistence_mb(n_points: int, attempt: int = 1) -> int:
    """Memory of the persistence diagrams of a batch, in MB: of all pairs, and of their cofaces."""
    return _mb(100 * n_points**2, attempt)


def _mb(numbers: float, attempt: int) -> int:
    return math.ceil(attempt * (PROCESS + numbers * BYTES / 1e6))
