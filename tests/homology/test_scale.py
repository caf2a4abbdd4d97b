"""The choice of the scale: of spaces that are known, and of tables drawn by hand."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from scripts import choose_scale as script
from topodnn.datasets.files import Data, write_data
from topodnn.datasets.generators import discs_in_square, entangled_tori
from topodnn.errors import InputError
from topodnn.homology.betti import betti_numbers
from topodnn.homology.files import chosen_complex, read_scale
from topodnn.homology.layers import random_sample
from topodnn.homology.scale import choose_by_plateau, choose_scale, geometric_grid, scale_table
from topodnn.log import job_log
from topodnn.tables import read_table

SCALES = [1.5, 2.5, 3.5]


# Known spaces -------------------------------------------------------------------------------------


def circle(n_points, centre=(0.0, 0.0, 0.0)):
    angle = 2 * np.pi * np.arange(n_points) / n_points
    return np.c_[np.cos(angle), np.sin(angle), np.zeros(n_points)] + centre


def annulus(n_points):
    rng = np.random.default_rng(0)
    return np.sqrt(rng.uniform(1, 4, n_points))[:, None] * circle(n_points)


def sphere(n_points):
    points = np.random.default_rng(0).standard_normal((n_points, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def two_circles(n_points):
    return np.concatenate([circle(n_points // 2), circle(n_points // 2, (3.0, 0.0, 0.0))])


def cloud(*classes):
    labels = np.repeat(np.arange(len(classes)), [len(points) for points in classes])
    return np.concatenate(classes), labels


SPACES = {
    "circle and annulus": (cloud(circle(150), annulus(900)), [[1, 1], [1, 1]], 1),
    "sphere and two circles": (cloud(sphere(500), two_circles(300)), [[1, 0, 1], [2, 2, 0]], 1),
    "every second of three classes": (
        cloud(circle(200), annulus(1200), two_circles(300)), [[1, 1], [1, 1], [2, 2]], 2
    ),
    "D-I": (discs_in_square(np.random.default_rng(0), step=0.4), [[9, 0, 0], [1, 9, 0]], 1),
}  # fmt: skip


@pytest.mark.parametrize("name", SPACES)
def test_the_choice_shows_the_true_betti_numbers_of_a_known_space(name):
    (points, labels), true_betti, every = SPACES[name]
    true_betti = np.array(true_betti)
    table = scale_table(
        points, labels, true_betti, n_neighbors=range(4, 41, 4), scales=SCALES, stride=every
    )
    choice = choose_scale(table, true_betti)
    block = choice["block"]
    assert choice["n_neighbors"] in block["n_neighbors"]
    assert choice["scale"] in block["scale"]
    assert not table["is_true"].all()  # there was something to choose
    for label, expected in enumerate(true_betti):
        sample = points[labels == label][::every]
        for k, scale in product(block["n_neighbors"], block["scale"]):
            found = betti_numbers(
                sample, n_neighbors=k, scale=scale, max_dimension=len(expected) - 1
            )
            np.testing.assert_array_equal(found, expected)


def test_the_table_has_the_betti_numbers_of_the_sample_for_every_pair_and_class():
    points, labels = entangled_tori(np.random.default_rng(0), points_per_circle=10)
    order = np.random.default_rng(1).permutation(len(points))  # classes need not come in turn
    points, labels = points[order], labels[order]
    found = betti_numbers(points[labels == 0][::3], n_neighbors=9, scale=1.5, max_dimension=2)
    true_betti = np.array([found, [8, 16, 8]])
    table = scale_table(
        points, labels, true_betti, n_neighbors=[9, 6, 9], scales=[3.5, 1.5], stride=3
    )
    assert list(table) == ["n_neighbors", "scale", "class", "beta_0", "beta_1", "beta_2", "is_true"]
    rows = table[["n_neighbors", "scale", "class"]].itertuples(index=False)
    assert [tuple(row) for row in rows] == list(product([6, 9], [1.5, 3.5], [0, 1]))
    for row in table.itertuples():
        sample = points[labels == row[3]][::3]
        expected = betti_numbers(
            sample, n_neighbors=row.n_neighbors, scale=row.scale, max_dimension=2
        )
        assert [row.beta_0, row.beta_1, row.beta_2] == expected.tolist()
        assert row.is_true == np.array_equal(expected, true_betti[row[3]])
    assert table["is_true"].tolist() == [False, False, False, False, True, False, False, False]


def test_the_order_of_the_points_does_not_matter_without_sampling():
    (points, labels), true_betti, _ = SPACES["sphere and two circles"]
    order = np.random.default_rng(0).permutation(len(points))
    grid = {"n_neighbors": [5, 12], "scales": [1.5, 2.5]}
    pd.testing.assert_frame_equal(
        scale_table(points, labels, np.array(true_betti), **grid),
        scale_table(points[order], labels[order], np.array(true_betti), **grid),
    )


def test_progress_is_reported_pair_by_pair():
    (points, labels), true_betti, _ = SPACES["circle and annulus"]
    said = []
    scale_table(
        points, labels, np.array(true_betti), n_neighbors=[4, 6], scales=SCALES,
        report=lambda *progress: said.append(progress),
    )  # fmt: skip
    assert [done for done, _, _ in said] == [1, 2, 3, 4, 5, 6]
    assert said[-1] == (6, 6, "n_neighbors 6, scale 3.5")


# The block ----------------------------------------------------------------------------------------

TRUE = np.array([[2, 1], [1, 0]])


def table_of(*pictures, n_neighbors=None):
    """A table of drawings, one a class: a line a scale, an x where the numbers are true."""
    rows = []
    for label, picture in enumerate(pictures):
        for scale, line in zip(SCALES, picture.split(), strict=False):
            for k, mark in zip(n_neighbors or range(10, 100, 10), line, strict=False):
                beta_0 = TRUE[label, 0] + (0 if mark == "x" else int(mark))
                rows.append([k, scale, label, beta_0, TRUE[label, 1], mark == "x"])
    return pd.DataFrame(
        rows, columns=["n_neighbors", "scale", "class", "beta_0", "beta_1", "is_true"]
    )


@pytest.mark.parametrize(
    ("picture", "choice", "block"),
    [
        ("3x3", (20, 1.5), ([20], [1.5])),
        ("33xxx3 333333 xx3333", (40, 1.5), ([30, 40, 50], [1.5])),
        ("xxxx3 3xxx3 3xxx3", (30, 2.5), ([20, 30, 40], SCALES)),  # 9 pairs against 4
        ("xxxxxxx 33xx333 33xx333", (40, 1.5), ([10, 20, 30, 40, 50, 60, 70], [1.5])),  # 7 and 6
        ("xx3xxx 333333 3xx3xx", (50, 1.5), ([40, 50, 60], [1.5])),  # a gap ends a block
        ("xx 33 xx", (10, 1.5), ([10, 20], [1.5])),  # so does a scale between
        ("3xxxx3", (30, 1.5), ([20, 30, 40, 50], [1.5])),  # of two middles the lower
        ("333 3x3 3x3", (20, 2.5), ([20], [2.5, 3.5])),
        ("3xx 3xx 333", (20, 1.5), ([20, 30], [1.5, 2.5])),
        ("xx3xx 33333", (10, 1.5), ([10, 20], [1.5])),  # a tie: the lowest k
        ("3333 xx33 33xx", (10, 2.5), ([10, 20], [2.5])),  # a tie: the lowest scale
        ("x333 x3xx 3333", (10, 1.5), ([10], [1.5, 2.5])),  # not the wider one
        ("xx x3 33", (10, 1.5), ([10, 20], [1.5])),  # a tie: the fewest scales
        ("x33 3x3 33x", (10, 1.5), ([10], [1.5])),  # corners do not touch
        ("xxx xxx xxx", (20, 2.5), ([10, 20, 30], SCALES)),
    ],
)
def test_the_block_of_a_drawing(picture, choice, block):
    found = choose_scale(table_of(picture), TRUE)
    assert (found["n_neighbors"], found["scale"]) == choice
    assert (found["block"]["n_neighbors"], found["block"]["scale"]) == block


def test_a_pair_must_fit_every_class():
    found = choose_scale(table_of("xxxxx3 xxxxxx", "33xxxx x33333"), TRUE)
    assert found["block"] == {"n_neighbors": [30, 40, 50], "scale": [1.5]}
    assert found["n_neighbors"] == 40


def test_neighbours_on_the_grid_need_not_be_consecutive_numbers():
    found = choose_scale(table_of("3xxx", n_neighbors=[5, 10, 35, 36]), TRUE)
    assert found["block"]["n_neighbors"] == [10, 35, 36]
    assert found["n_neighbors"] == 35


def test_the_order_of_the_rows_does_not_matter():
    table = table_of("3xxx3 3xx33 xxxxx")
    assert choose_scale(table.sample(frac=1, random_state=0), TRUE) == choose_scale(table, TRUE)


@given(hnp.arrays(bool, st.tuples(st.integers(1, 3), st.integers(1, 7))).filter(np.any))
def test_no_rectangle_of_pairs_that_fit_is_larger_than_the_block(fits):
    picture = " ".join("".join("x" if fit else "1" for fit in line) for line in fits)
    block = choose_scale(table_of(picture), TRUE)["block"]
    rows = [SCALES.index(scale) for scale in block["scale"]]
    columns = [k // 10 - 1 for k in block["n_neighbors"]]
    assert fits[np.ix_(rows, columns)].all()
    assert rows == list(range(rows[0], rows[-1] + 1))
    assert columns == list(range(columns[0], columns[-1] + 1))
    ranges = (combinations(range(n + 1), 2) for n in fits.shape)
    rectangles = [fits[a:b, c:d] for (a, b), (c, d) in product(*ranges)]
    assert len(rows) * len(columns) == max(r.size for r in rectangles if r.all())


# Nothing fits -------------------------------------------------------------------------------------


def test_without_a_pair_that_fits_the_error_says_which_comes_nearest():
    with pytest.raises(InputError) as error:
        choose_scale(table_of("37x9 9x59", "1132 3122"), TRUE)
    assert str(error.value) == (
        "no pair of n_neighbors (4 values from 10 to 40) and scale (1.5, 2.5) gives the true Betti "
        "numbers of all classes; nearest is n_neighbors 20, scale 2.5 with (2, 1) for class 0 "
        "(true: (2, 1)), (2, 0) for class 1 (true: (1, 0)): try a finer or wider grid of "
        "n_neighbors, or more points (a smaller stride)"
    )


def test_of_pairs_equally_near_the_one_of_the_lowest_scale_and_k_is_named():
    with pytest.raises(InputError, match=r"nearest is n_neighbors 20, scale 1\.5 with"):
        choose_scale(table_of("2111 1111"), TRUE[:1])


def test_the_differences_of_all_dimensions_are_added():
    table = table_of("32")
    table["beta_1"] += [0, 2]
    with pytest.raises(InputError, match=r"nearest is n_neighbors 10, scale 1\.5 with \(5, 1\)"):
        choose_scale(table, TRUE[:1])


# Without true Betti numbers -----------------------------------------------------------------------


def test_the_plateau_is_the_longest_run_and_of_two_the_first():
    numbers = [3, 3, 2, 2, 1, 1, 1, 1, 4]
    table = pd.DataFrame(
        {"n_neighbors": k, "scale": 2.5, "class": label, "beta_0": value, "beta_1": extra}
        for k, value in enumerate(numbers, start=10)
        for label, extra in ((0, 0), (1, k == 17))
    )
    choice = choose_by_plateau(table)
    assert choice["block"] == {"n_neighbors": [14, 15, 16], "scale": [2.5]}
    assert (choice["n_neighbors"], choice["scale"]) == (15, 2.5)
    assert choose_by_plateau(table.query("n_neighbors < 14"))["n_neighbors"] == 10


def test_the_geometric_grid_grows_by_a_fifth():
    assert geometric_grid(8, 42) == [8, 10, 12, 14, 17, 20, 24, 29, 35, 42]
    assert geometric_grid(2, 6) == [2, 3, 4, 5, 6]  # by one, where a fifth is less
    assert geometric_grid(10, 41)[-1] == 35
    assert geometric_grid(9, 9) == [9]
    assert geometric_grid(9, 8) == []


def test_without_true_betti_numbers_the_table_does_not_say_what_is_true():
    (points, labels), true_betti, _ = SPACES["sphere and two circles"]
    grid = {"n_neighbors": [5, 12], "scales": [2.5]}
    table = scale_table(points, labels, None, **grid, max_dimension=2)
    known = scale_table(points, labels, np.array(true_betti), **grid)
    pd.testing.assert_frame_equal(table, known.drop(columns="is_true"))
    assert "beta_1" not in scale_table(points, labels, None, **grid, max_dimension=0)


# The script ---------------------------------------------------------------------------------------


def write_cloud(path, points, labels, true_betti):
    held_out = np.zeros(len(points), dtype=bool)
    write_data(path, Data(points.astype(np.float32), labels, held_out, np.array(true_betti)))


def test_the_script_writes_the_grid_and_the_choice(tmp_path):
    (points, labels), true_betti, every = SPACES["every second of three classes"]
    data, csv, yaml = (tmp_path / name for name in ("data.npz", "scale.csv", "scale.yaml"))
    write_cloud(data, points, labels, true_betti)
    with job_log(tmp_path / "log"):
        script.main(
            data, csv, yaml,
            n_neighbors=[8, 4, 12], scales=[2.5, 3.5], stride=every, max_dimension=1,
        )  # fmt: skip
    table, choice = read_table(csv, ["n_neighbors", "is_true"]), read_scale(yaml)
    assert len(table) == 18
    assert (choice["method"], choice["stride"]) == ("true_betti", 2)
    assert {key: choice[key] for key in ("n_neighbors", "scale", "block")} == choose_scale(
        table, np.array(true_betti)
    )
    assert "the block ends where the grid ends" in (tmp_path / "log").read_text()


def test_the_script_logs_all_numbers_when_nothing_fits(tmp_path):
    write_cloud(tmp_path / "data.npz", *cloud(circle(50), circle(40)), [[1, 1], [3, 5]])
    with pytest.raises(SystemExit), job_log(tmp_path / "log"):
        script.main(
            tmp_path / "data.npz", tmp_path / "a", tmp_path / "b",
            n_neighbors=[4, 6], scales=[1.5], stride=1, max_dimension=1,
        )  # fmt: skip
    log = (tmp_path / "log").read_text()
    assert "ERROR no pair of n_neighbors (2 values from 4 to 6)" in log
    assert "n_neighbors  scale  class  beta_0  beta_1  is_true" in log


def test_where_no_choice_is_required_it_is_written_that_nothing_fits(tmp_path):
    write_cloud(tmp_path / "data.npz", *cloud(circle(50), circle(40)), [[1, 1], [3, 5]])
    with job_log(tmp_path / "log"):
        script.main(
            tmp_path / "data.npz", tmp_path / "table.csv", tmp_path / "choice.yaml",
            n_neighbors=[4, 6], scales=[1.5], stride=1, max_dimension=1, required=False,
        )  # fmt: skip
    choice = read_scale(tmp_path / "choice.yaml")
    assert choice["n_neighbors"] is choice["scale"] is None
    assert set(chosen_complex(choice).values()) == {None}
    assert len(read_table(tmp_path / "table.csv", ["is_true"])) == 4
    assert "WARNING no pair of n_neighbors" in (tmp_path / "log").read_text()


def test_the_choice_for_a_random_sample_is_made_on_its_points(tmp_path):
    points, labels = cloud(circle(60), circle(60, (9, 9, 9)))
    write_cloud(tmp_path / "data.npz", points, labels, [[1, 1], [1, 1]])
    script.main(
        tmp_path / "data.npz", tmp_path / "table.csv", tmp_path / "choice.yaml",
        n_neighbors=[4, 8], scales=[2.5], stride=2, max_dimension=1, sample=3,
    )  # fmt: skip
    sampled = random_sample(labels, 2, 3)
    table = read_table(tmp_path / "table.csv", ["is_true"])
    for row in table.itertuples():
        of_class = points.astype(np.float32)[sampled & (labels == row[3])]
        found = betti_numbers(of_class, n_neighbors=row.n_neighbors, scale=2.5, max_dimension=1)
        assert [row.beta_0, row.beta_1] == found.tolist()


UNKNOWN = np.zeros((0, 0), dtype=int)


def run_without_truth(folder, classes, n_neighbors: list[int]) -> tuple[pd.DataFrame, dict, str]:
    """The table, the choice and the log of the script on classes of unknown topology."""
    data, csv, yaml = (folder / name for name in ("data.npz", "table.csv", "choice.yaml"))
    write_cloud(data, *cloud(*classes), UNKNOWN)
    with job_log(folder / "log"):
        script.main(
            data, csv, yaml, n_neighbors=n_neighbors, scales=[1.5], stride=1, max_dimension=1
        )
    log = (folder / "log").read_text()
    return read_table(csv, ["n_neighbors", "beta_1"]), read_scale(yaml), log


def test_without_true_betti_numbers_the_plateau_chooses(tmp_path):
    rings = [circle(60), two_circles(120)]
    table, choice, log = run_without_truth(tmp_path, rings, geometric_grid(4, 60))
    assert "is_true" not in table
    assert set(table["class"]) == {0, 1}
    assert (choice["method"], choice["scale"], choice["stride"]) == ("plateau", 1.5, 1)
    assert choice["n_neighbors"] in choice["block"]["n_neighbors"]
    on_plateau = table[table["n_neighbors"].isin(choice["block"]["n_neighbors"])]
    assert len(on_plateau) == 2 * len(choice["block"]["n_neighbors"]) > 4
    assert len(on_plateau.drop_duplicates(["class", "beta_0", "beta_1"])) == 2
    assert "plateau, on which the classes have the Betti numbers (1, 1), (2, 2)" in log
    assert "WARNING" not in log


def test_a_plateau_of_one_k_is_a_choice_and_a_warning(tmp_path):
    lattice = np.stack(np.meshgrid(range(12), [0, 40, 90]), axis=-1).reshape(-1, 2).astype(float)
    table, choice, log = run_without_truth(tmp_path, [lattice, lattice], [2, 14])
    assert table["beta_0"].nunique() == 2
    assert choice["block"] == {"n_neighbors": [2], "scale": [1.5]}
    assert "WARNING no two neighbouring values of n_neighbors give the same Betti numbers" in log
    _, _, log = run_without_truth(tmp_path, [lattice, lattice], [2])
    assert "no two neighbouring values" not in log  # there is only one


def test_a_plateau_with_nothing_left_to_simplify_is_a_warning(tmp_path):
    line = np.stack([np.arange(40.0), np.zeros(40)], axis=1)
    warning = "WARNING on the plateau every class is one component and nothing else"
    assert warning in run_without_truth(tmp_path, [line, line], [4, 6])[2]
    assert warning not in run_without_truth(tmp_path, [line, circle(40)[:, :2]], [4, 6])[2]


def test_dimensions_that_are_not_computed_do_not_choose(tmp_path):
    true_betti = np.array([[1, 1, 7], [1, 1, 7]])  # a circle has no seven voids
    write_cloud(tmp_path / "data.npz", *cloud(circle(40), circle(40)), true_betti)
    paths = [tmp_path / name for name in ("data.npz", "table.csv", "choice.yaml")]
    script.main(*paths, n_neighbors=[4, 6], scales=[1.5], stride=1, max_dimension=1)
    assert "beta_2" not in read_table(paths[1], ["beta_1"])
    assert read_scale(paths[2])["block"]["n_neighbors"] == [4, 6]
