"""One HTML page to explore the results: curves of every network, and point clouds to rotate.

Everything is in the file, plotly.js and the data too, so that it opens offline. The template of the
page is ``explorer.html`` beside this module, which makes the data of the page, one JSON document.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from topodnn.analysis.rows import wrong_inputs
from topodnn.columns import KIND, MEASURES, betti_columns
from topodnn.figures.clouds import to_box
from topodnn.figures.style import (
    ACTIVATION_STYLES,
    FAILED_COLOUR,
    OTHER_STYLE,
    activation_label,
    activations_of,
    class_colour,
    measures_of,
)

TEMPLATE = Path(__file__).with_name("explorer.html")
CLOUD_COORDINATES = 900_000  # of all clouds, two bytes each and a third more in base64: 2.4 MB
MARKERS = {
    "o": "circle", "s": "square", "^": "triangle-up", "D": "diamond", "v": "triangle-down",
    "<": "triangle-left", "P": "cross", "X": "x", "*": "star",
}  # fmt: skip
PER_NETWORK = ["well_trained", "counted", "n_trials", "train_error", "held_out_error"]
Cloud = tuple[dict[str, str], list[np.ndarray], np.ndarray, int, bool]


def explorer_data(
    table: pd.DataFrame, clouds: Sequence[Cloud] = (), titles: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the page shows, in types of JSON; a missing number is None.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`.
    clouds : sequence of (dict, list of ndarray (n_points, 2 or 3), ndarray (n_points,), int, bool)
        A kind of network (the keys of ``KIND``), and what
        :func:`topodnn.figures.clouds.read_cloud` returns: layers, predicted class, seed, well
        trained.
    titles : mapping of str to str
        Titles of the data sets, by their names.

    Returns
    -------
    dict
        ``kinds``: one entry per kind of network, with lists over its seeds and, for every quantity,
        ``values[quantity][class][seed][layer]``; ``measures``: those that some kind has, with what
        their quantities begin with; ``clouds``: see :func:`encode_cloud`; the rest are titles,
        colours and styles.
    """
    measures = measures_of(table)
    n_coordinates = sum(layer.size for _, layers, *_ in clouds for layer in layers)
    share = min(1.0, CLOUD_COORDINATES / max(1, n_coordinates))
    return {
        "titles": {
            name: (titles or {}).get(name, name) for name in table["dataset"].unique().tolist()
        },
        "classes": {
            str(label): class_colour(label) for label in sorted(set(table["class"].tolist()))
        },
        "measures": {name: MEASURES[name] for name in measures},
        "quantities": [*betti_columns(table), "omega"],
        "activations": {name: plotly_style(name) for name in activations_of(table)},
        "failed_colour": FAILED_COLOUR,
        "wrong_inputs": {
            name: wrong_inputs(table, name)[["dataset", "class"]].to_numpy().tolist()
            for name in measures
        },
        "kinds": [
            encode_kind(dict(zip(KIND, names, strict=True)), rows)
            for names, rows in table.groupby(KIND)
        ],
        "clouds": [encode_cloud(*cloud, share=share) for cloud in clouds],
    }


def plotly_style(name: str) -> dict[str, str]:
    """Label, colour, dashes and marker of an activation, as in the figures, in Plotly's terms."""
    colour, dashes, marker = ACTIVATION_STYLES.get(name, OTHER_STYLE)
    dash = "solid" if dashes == "-" else ",".join(f"{3 * length}px" for length in dashes[1])
    return {
        "label": activation_label(name), "colour": colour, "dash": dash, "marker": MARKERS[marker],
    }  # fmt: skip


def encode_kind(kind: dict[str, str], rows: pd.DataFrame) -> dict[str, Any]:
    """The networks of one kind: lists over the seeds, and the values of every quantity.

    The persistent ones too where k has a range, such as ``values["persistent_omega"]``.
    """
    networks = rows.drop_duplicates("seed").set_index("seed").sort_index()
    seeds, layers = networks.index, range(int(rows["layer"].max()) + 1)
    classes = sorted(set(rows["class"].tolist()))
    places = pd.MultiIndex.from_product([classes, seeds, layers])
    by_place = rows.set_index(["class", "seed", "layer"])
    plain = [*betti_columns(rows), "omega"]
    names = [MEASURES[measure] + name for measure in measures_of(rows) for name in plain]
    shape = len(classes), len(seeds), len(layers)
    values = {
        name: _nested(by_place[name].reindex(places).to_numpy(float, na_value=np.nan), shape)
        for name in names
        if rows[name].notna().any()
    }
    per_network = {name: _listed(networks[name]) for name in PER_NETWORK}
    return kind | {"seeds": seeds.tolist(), "classes": classes} | per_network | {"values": values}


def _nested(values: np.ndarray, shape: tuple[int, ...]) -> list:
    numbers = [None if np.isnan(value) else int(value) for value in values]
    return np.array(numbers, dtype=object).reshape(shape).tolist()


def _listed(column: pd.Series) -> list:
    """A column in numbers of Python: counts and marks as integers, errors with five digits."""
    if column.dtype.kind in "bi":
        return column.astype(int).tolist()
    return [None if pd.isna(value) else float(f"{float(value):.5g}") for value in column]


def encode_cloud(
    kind: dict[str, str],
    layers: list[np.ndarray],
    labels: np.ndarray,
    seed: int,
    well_trained: bool,
    share: float = 1.0,
) -> dict[str, Any]:
    """The points of the layers of one network, each axis scaled to 16 bits, in base64.

    Parameters
    ----------
    share : float
        Share of the points that are kept, spread evenly over their order.

    Returns
    -------
    dict
        The kind, ``seed``, ``well_trained``, ``n_points``, ``labels`` (uint8) and ``layers``:
        ``dimension`` and ``points`` (little-endian int16, coordinates of a point side by side;
        -32768 where a number is not finite).
    """
    n_points = max(1, int(share * len(labels)))
    kept = np.linspace(0, len(labels) - 1, n_points).round().astype(int)
    return kind | {
        "seed": seed,
        "well_trained": int(well_trained),
        "n_points": n_points,
        "labels": _base64(labels[kept].astype("u1")),
        "layers": [
            {
                "dimension": points.shape[1],
                "points": _base64(_in_16_bits(to_box(points)[kept])),
            }
            for points in layers
        ],
    }


def _in_16_bits(points: np.ndarray) -> np.ndarray:
    """Numbers in [-1, 1] as whole numbers from -32767; those that are not finite as -32768."""
    whole = np.where(np.isfinite(points), 32767 * points, -32768)
    return whole.round().astype("<i2")


def _base64(array: np.ndarray) -> str:
    return b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def build_page(data: dict[str, Any], name: str) -> str:
    """The page of the results `name`, which its title shows.

    Jinja's filter ``tojson`` escapes <, > and &, so that no name can end the script it stands in.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent), autoescape=True, undefined=StrictUndefined
    )
    environment.policies["json.dumps_kwargs"] = {
        "sort_keys": False, "separators": (",", ":"), "allow_nan": False,
    }  # fmt: skip
    template = environment.get_template(TEMPLATE.name)
    return template.render(name=name, data=data, plotly=get_plotlyjs())
