"""What is done to the points of a data set that is not drawn, before networks see them.

In this order, by the keys of the data set: ``classes`` chooses and numbers them, ``duplicates``
drops equal points, ``max_points_per_class`` draws some of each class; then points are held out, and
``scaling`` and ``components`` transform all points, fitted on those that are not held out.
"""

import re
from typing import Any

import numpy as np

from topodnn.datasets.files import Data, check_points
from topodnn.datasets.sources import label_text, read_source, source_of
from topodnn.datasets.splits import hold_out
from topodnn.errors import InputError, listed, shown
from topodnn.log import log

REST = "rest"


def prepare(dataset: dict[str, Any], data_home: str | None = None) -> Data:
    """Read and prepare a data set of the configuration.

    Parameters
    ----------
    dataset : dict
        With ``file``, ``openml`` or ``sklearn``, ``held_out``, ``seed``, and what else is given.
    data_home : str, optional
        As for :func:`topodnn.datasets.sources.read_source`.

    Raises
    ------
    InputError
        If the source or a key is refused; the message names it.
    """
    points, labels, true_betti, _ = read_dataset(dataset, data_home)
    data = hold_out(points, labels, true_betti, dataset["held_out"], dataset["seed"])
    training = ~data.held_out
    points = scale(data.points, training, dataset.get("scaling", "none"))
    if "components" in dataset:
        points = project(points, training, dataset["components"])
    return data._replace(points=points)


def read_dataset(
    dataset: dict[str, Any], data_home: str | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Read a data set of the configuration and choose its points: all but the transformations.

    Returns
    -------
    points : ndarray of shape (n_points, n_features), float32
    labels : ndarray of shape (n_points,), int64
    true_betti : ndarray of shape (n_classes, n_dimensions), int64
        Padded to three dimensions, like that of the generators; no rows where it is not known.
    n_read : int
        Points of the source.

    Raises
    ------
    InputError
        As :func:`prepare`, or if ``true_betti`` does not have one row per class.
    """
    source = source_of(dataset)
    points, texts = read_source(dataset, data_home)
    if "classes" in dataset:
        labels = choose_classes(texts, dataset["classes"], source)
        if labels.min() < 0:  # else a copy of all points would take its time in every job
            points, labels = points[labels >= 0], labels[labels >= 0]
    else:
        labels = whole_labels(texts, source)
    n_classes = labels.max() + 1
    if dataset.get("duplicates", "keep") == "drop":
        kept = without_duplicates(points, labels)
        points, labels = points[kept], labels[kept]
        empty = np.flatnonzero(np.bincount(labels, minlength=n_classes) == 0)
        if len(empty):
            raise InputError(
                f"{source}: duplicates is 'drop', but then no point of class {empty[0]} is left: "
                "each occurs in another class too"
            )
    if "max_points_per_class" in dataset:
        kept = some_of_each_class(labels, dataset["max_points_per_class"], dataset["seed"])
        points, labels = points[kept], labels[kept]
    _check_features(points, source)
    return points, labels, _true_betti(dataset, n_classes), len(texts)


def _check_features(points: np.ndarray, source: str) -> None:
    if (points == points[0]).all():
        raise InputError(
            f"{source}: every feature is constant, so that all {len(points)} points are one; some "
            "feature must differ between the points"
        )


def _true_betti(dataset: dict[str, Any], n_classes: int) -> np.ndarray:
    given = dataset.get("true_betti", [])
    if not given:
        return np.zeros((0, 0), dtype=np.int64)
    if len(given) != n_classes:
        what = "file" if "file" in dataset else "data set"
        raise InputError(
            f"true_betti has {len(given)} rows, but the {what} has {n_classes} classes, a row each"
        )
    width = max(3, *map(len, given))
    padded = [row + [0] * (width - len(row)) for row in given]
    return np.array(padded, dtype=np.int64)


# Which points -------------------------------------------------------------------------------------


def whole_labels(texts: np.ndarray, source: str) -> np.ndarray:
    """The classes where the configuration names none: labels that are 0, 1, … already.

    Raises
    ------
    InputError
        If they are not; text is listed, with the key that makes classes of it.
    """
    names = np.unique(texts)
    if not all(re.fullmatch(r"-?\d{1,18}", name) for name in names):
        raise InputError(
            f"{source}: the labels are {_listed(names)}, but must be whole numbers 0, 1, …, unless "
            "the key 'classes' says which labels make up each class"
        )
    labels = texts.astype(np.int64)
    try:
        check_points(np.zeros((len(labels), 1)), labels, source)  # points were checked before
    except InputError as error:
        raise InputError(f"{error}; the key 'classes' chooses among other labels") from error
    return labels


def choose_classes(texts: np.ndarray, classes: dict[str, Any], source: str) -> np.ndarray:
    """Number the classes that the configuration names, in its order.

    Parameters
    ----------
    texts : ndarray of shape (n_points,), str
        The labels.
    classes : dict
        Name → a list of labels, numbers or text, or ``"rest"``: all labels not named.
    source : str
        What error messages call the data set.

    Returns
    -------
    ndarray of shape (n_points,), int64
        The class of each point, from 0; -1 for the points of none.

    Raises
    ------
    InputError
        If a label does not occur or is named twice, if ``rest`` stands twice, or if it is empty.
    """
    names, codes = np.unique(texts, return_inverse=True)
    place = {name: i for i, name in enumerate(names.tolist())}
    number = np.full(len(names), -1)
    rest = [name for name, given in classes.items() if given == REST]
    if len(rest) > 1:
        raise InputError(f"classes has {REST!r} for {' and '.join(rest)}, but may have it once")
    for i, (name, given) in enumerate(classes.items()):
        for label in () if given == REST else map(label_text, given):
            if label not in place:
                raise InputError(
                    f"classes.{name} names the label {shown(label)}, which {source} does not have; "
                    f"its labels are {_listed(names)}"
                )
            if number[place[label]] >= 0:
                before = list(classes)[number[place[label]]]
                raise InputError(
                    f"classes names the label {label!r} twice, in {before} and in {name}; a label "
                    "must be of one class"
                )
            number[place[label]] = i
    if rest:
        if (number >= 0).all():
            raise InputError(
                f"classes.{rest[0]} is {REST!r}, but the other classes have all labels of {source}"
            )
        number[number < 0] = list(classes).index(rest[0])
    labels = number[codes].astype(np.int64)
    counts = [f"{name} {(labels == i).sum()}" for i, name in enumerate(classes)]
    n_left_out = (labels < 0).sum()
    log.info("classes: %s points; %d of %d left out", ", ".join(counts), n_left_out, len(labels))
    return labels


def _listed(names: np.ndarray) -> str:
    return listed(map(shown, names.tolist()))


def without_duplicates(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Find the points that stay when each occurs once.

    Of equal points of a class the first stays. Equal points of several classes all go: none of
    these classes is the right one, and no network could tell them apart.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features), float32
    labels : ndarray of shape (n_points,)

    Returns
    -------
    ndarray of int
        The places of the points that stay, in their order.
    """
    places: dict[bytes, int] = {}
    zero = np.float32(0)  # -0.0 equals 0.0, but in other bytes; their sum is 0.0
    first = np.array([places.setdefault((p + zero).tobytes(), i) for i, p in enumerate(points)])
    mixed = np.zeros(len(points), dtype=bool)
    mixed[first[labels != labels[first]]] = True
    kept = np.flatnonzero((first == np.arange(len(points))) & ~mixed)
    n_mixed = mixed[first].sum()
    log.info(
        "duplicates: of %d points, %d that repeat another of their class are left out, and %d that "
        "occur in several classes", len(points), len(points) - len(kept) - n_mixed, n_mixed,
    )  # fmt: skip
    return kept


def some_of_each_class(labels: np.ndarray, n_points: int, seed: int) -> np.ndarray:
    """Draw points of each class without replacement, all where a class has no more.

    Parameters
    ----------
    labels : ndarray of shape (n_points,)
    n_points : int
        The most points of a class.
    seed : int

    Returns
    -------
    ndarray of int
        The places of the points that are drawn, in their order.
    """
    rng = np.random.default_rng([seed, 2])  # held-out points have [seed, 1]
    drawn = [
        rng.permutation(members)[:n_points]
        for members in (np.flatnonzero(labels == label) for label in np.unique(labels))
    ]
    kept = np.sort(np.concatenate(drawn))
    log.info("max_points_per_class: %d of %d points drawn", len(kept), len(labels))
    return kept


# Transformations ----------------------------------------------------------------------------------


def scale(points: np.ndarray, training: np.ndarray, scaling: str) -> np.ndarray:
    """Scale the points, by numbers of the training points.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features), float32
    training : ndarray of shape (n_points,), bool
        The points that decide the numbers.
    scaling : str
        ``none``; ``standard``: each feature has mean 0 and standard deviation 1 on the training
        points, or is 0 if it is constant there; ``max_abs``: the largest absolute value of all
        features of the training points is 1.

    Returns
    -------
    ndarray of the same shape, float32
    """
    if scaling == "none":
        return points
    if scaling == "max_abs":
        largest = np.abs(points[training]).max()
        log.info("scaling: divided by %g, the largest value of the training points", largest)
        return points / (largest or np.float32(1))
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(points[training].astype(np.float64))
    constant = np.ptp(points[training], axis=0) == 0
    log.info(
        "scaling: each feature by its mean and standard deviation on %d training points; %d of %d "
        "features are constant", training.sum(), constant.sum(), len(constant),
    )  # fmt: skip
    return scaler.transform(points.astype(np.float64)).astype(np.float32)


def check_components(n_components: int, n_features: int, n_training: int) -> None:
    """Refuse more principal components than the training points have.

    Raises
    ------
    InputError
        Naming the numbers.
    """
    most = min(n_features, n_training)
    if n_components > most:
        raise InputError(
            f"components is {n_components}, but must be at most {most}: the data set has "
            f"{n_features} features and {n_training} points that are not held out"
        )


def project(points: np.ndarray, training: np.ndarray, n_components: int) -> np.ndarray:
    """Project the points to the first principal components of the training points.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features), float32
    training : ndarray of shape (n_points,), bool
    n_components : int

    Returns
    -------
    ndarray of shape (n_points, n_components), float32

    Raises
    ------
    InputError
        If there are fewer features, or fewer training points, than components.
    """
    from sklearn.decomposition import PCA

    n_training, n_features = points[training].shape
    check_components(n_components, n_features, n_training)
    # Both are exact; that of the covariance is fast for many points, in double precision only.
    solver = "covariance_eigh" if n_features <= n_training else "full"
    pca = PCA(n_components, svd_solver=solver).fit(points[training].astype(np.float64))
    shares = pca.explained_variance_ratio_
    largest = ", ".join(f"{share:.4f}" for share in shares[:5])
    log.info(
        "components: %d of %d features, with %.4f of the variance of %d training points (%s%s)",
        n_components, n_features, shares.sum(), n_training, largest, ", …" * (len(shares) > 5),
    )  # fmt: skip
    return pca.transform(points.astype(np.float64)).astype(np.float32)
