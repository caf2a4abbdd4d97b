"""The article: what Typst is told about a run's results, and its compilation.

Typst reads the tables itself. It cannot read npz, nor know which files there are: that is said in a
JSON text, which ``paper/data.typ`` takes.
"""

import json
import os
from pathlib import Path

import typst

from topodnn.errors import InputError
from topodnn.files import read_data, read_scale, read_table


def describe_data(name: str, *, title: str, path: str, homology: dict, chosen: list[str]) -> dict:
    """The size, topology and complex of a data set.

    Parameters
    ----------
    name, title : str
    path : str
        The data set.
    homology : dict
        n_neighbors, scale and every.
    chosen : list of str
        Empty, or the table and the choice of n_neighbors and scale, which then go before those in
        `homology`.

    Returns
    -------
    dict
        name, title, n_points, n_held_out, true_betti (classes × dimensions), every, n_neighbors,
        scale; n_pairs of the grid and n_fitting, at which the input of all classes is true, None
        where nothing was chosen.
    """
    data = read_data(path)
    n_pairs = n_fitting = None
    if chosen:
        table = read_table(chosen[0], ["n_neighbors", "scale", "is_true"])
        fits = table.groupby(["n_neighbors", "scale"])["is_true"].all()
        n_pairs, n_fitting = len(fits), int(fits.sum())
        homology = homology | read_scale(chosen[1])
    return {
        "name": name,
        "title": title,
        "n_points": len(data.points),
        "n_held_out": int(data.held_out.sum()),
        "true_betti": data.true_betti.tolist(),
        **{key: homology[key] for key in ("every", "n_neighbors", "scale")},
        "n_pairs": n_pairs,
        "n_fitting": n_fitting,
    }


def describe_figure(path: str) -> dict[str, str]:
    """Path, data set and network of a figure, from its place below ``figures``."""
    place = Path(path.rpartition("/figures/")[2]).parts
    names = dict(zip(("dataset", "network"), place[:-1], strict=False))
    return {"path": path, "name": Path(path).stem, **names}


def compile_article(source_path: str, pdf_path: str, inputs: dict) -> None:
    """Compile a Typst file that reads `inputs`, in which every key ``path`` or table is a path.

    Parameters
    ----------
    source_path, pdf_path : str
    inputs : dict
        tables (name → path), figures (kind → list of :func:`describe_figure`), and what else the
        article reads, all of it as JSON.

    Raises
    ------
    InputError
        If the article cannot be compiled, such as for a table or value that is missing.
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
