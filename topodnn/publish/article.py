"""The article: what Typst is told about a run's results, and its compilation.

Typst reads the tables itself. It can neither read npz nor find out which files there are:
``paper/data.typ`` gets this as a JSON text.
"""

import json
import os
from pathlib import Path

import typst

from topodnn.datasets.files import read_data
from topodnn.errors import InputError
from topodnn.homology.files import chosen_complex, read_scale
from topodnn.tables import read_job_table

# The numbers of a training that the article shows.
LIMITS = ("max_train_error", "max_held_out_error")
SHOWN = ("epochs", "batch_size", "learning_rate", "max_trials", *LIMITS)


def describe_data(name: str, *, title: str, path: str, homology: dict, chosen: list[str]) -> dict:
    """The size, topology and complex of a data set.

    Parameters
    ----------
    name, title : str
    path : str
        File of the data set.
    homology : dict
        n_neighbors, scale and stride.
    chosen : list of str
        Empty, or the files of the table and of the choice of n_neighbors and scale, which then
        overrides `homology`.

    Returns
    -------
    dict
        name, title, n_points, n_held_out, true_betti (classes × dimensions), stride, n_neighbors,
        scale; k_low and k_high, None where k has no range; method of the choice, None where nothing
        was chosen; n_pairs in the grid and n_fitting, those that give the true Betti numbers of all
        classes at the input, None where these did not choose.
    """
    data = read_data(path)
    method = n_pairs = n_fitting = None
    if chosen:
        choice = read_scale(chosen[1])
        method, homology = choice["method"], homology | chosen_complex(choice)
    if method == "true_betti":
        table = read_job_table(chosen[0], ["n_neighbors", "scale", "is_true"])
        fits = table.groupby(["n_neighbors", "scale"])["is_true"].all()
        n_pairs, n_fitting = len(fits), int(fits.sum())
    return {
        "name": name,
        "title": title,
        "n_points": len(data.points),
        "n_held_out": int(data.held_out.sum()),
        "true_betti": data.true_betti.tolist(),
        **{key: homology[key] for key in ("stride", "n_neighbors", "scale")},
        **{key: homology.get(key) for key in ("k_low", "k_high")},
        "method": method,
        "n_pairs": n_pairs,
        "n_fitting": n_fitting,
    }


def group_trainings(trainings: list[dict]) -> list[dict]:
    """The rows of a table of trainings: kinds of network that are trained alike are in one row.

    Parameters
    ----------
    trainings : list of dict
        One per kind of network: its names (``KIND``), and numbers, from
        :func:`topodnn.networks.protocols.resolve_protocol`.

    Returns
    -------
    list of dict
        protocol, numbers (those of ``SHOWN``), activations, and networks, each "DATA NETWORK".
    """
    alike: dict[tuple, dict[str, list[str]]] = {}
    for kind in trainings:
        numbers = (kind["protocol"], *(kind["numbers"][key] for key in SHOWN))
        networks = alike.setdefault(numbers, {})
        networks.setdefault(f"{kind['dataset']} {kind['network']}", []).append(kind["activation"])
    rows: dict[tuple, list[str]] = {}
    for numbers, networks in alike.items():
        for network, activations in networks.items():
            rows.setdefault((numbers, *activations), []).append(network)
    return [
        {
            "protocol": protocol,
            "numbers": dict(zip(SHOWN, numbers, strict=True)),
            "activations": activations,
            "networks": networks,
        }
        for ((protocol, *numbers), *activations), networks in rows.items()
    ]


def describe_figure(path: str) -> dict[str, str]:
    """Path, name, data set and network of a figure, from its place below ``figures``."""
    place = Path(path.rpartition("/figures/")[2]).parts
    names = dict(zip(("dataset", "network"), place[:-1], strict=False))
    return {"path": path, "name": Path(path).stem, **names}


def compile_article(source_path: str, pdf_path: str, inputs: dict) -> None:
    """Compile a Typst file that reads `inputs`, with paths below the root that Typst gets.

    Parameters
    ----------
    source_path, pdf_path : str
    inputs : dict
        tables (name → path), figures (kind → list of :func:`describe_figure`), and whatever else
        the article reads, all in types of JSON.

    Raises
    ------
    InputError
        If the article cannot be compiled, for example because a table or a value is missing.
    """
    root = os.path.commonpath([os.path.abspath(source_path), os.getcwd()])

    def in_root(path: str) -> str:
        return "/" + os.path.relpath(path, root)

    tables = {name: in_root(path) for name, path in inputs["tables"].items()}
    figures = {
        kind: [{**entry, "path": in_root(entry["path"])} for entry in entries]
        for kind, entries in inputs["figures"].items()
    }
    text = json.dumps({**inputs, "tables": tables, "figures": figures})
    try:
        typst.compile(source_path, output=pdf_path, root=root, sys_inputs={"article": text})
    except typst.TypstError as error:
        hints = "".join(f" ({hint})" for hint in error.hints)
        raise InputError(f"the article cannot be built: {error.message}{hints}") from error
