"""What a barcode over k says: Betti numbers at each k, and from one k to another; their table."""

from pathlib import Path

import pandas as pd

from topodnn.analysis.texts import in_both_formats
from topodnn.columns import KIND, betti_columns
from topodnn.tables import check_kind, read_job_table

PLACE = ["layer", "class", "dimension"]
RANGE = ["k_low", "k_high"]
COLUMNS = [
    *KIND, "seed", "well_trained", *PLACE, "n_neighbors", *RANGE, "steps", "born_k", "gone_k",
]  # fmt: skip


def read_barcode(path: str | Path) -> pd.DataFrame:
    """Read the table of a network: that of :func:`topodnn.homology.barcodes.network_barcode`.

    Raises
    ------
    InputError
        If it is damaged, or of another network than its path says.
    """
    table = read_job_table(path, [*COLUMNS, "count"])
    check_kind(path, table, Path(path).with_suffix("").parts)
    return table.astype({"gone_k": "Int64", "count": "Int64"})


def steps_of(bars: pd.DataFrame) -> list[int]:
    """The values of k at which the bars of a network are born and gone."""
    return [int(k) for k in str(bars["steps"].iloc[0]).split()]


def range_of(bars: pd.DataFrame) -> tuple[int, int]:
    """The ends of the range of k over which a class has to live to persist."""
    low, high = bars[RANGE].iloc[0]
    return int(low), int(high)


def alive(bars: pd.DataFrame, first: int, last: int) -> pd.Series:
    """Count the bars that live from one k to another, by layer, class and dimension.

    With `first` and `last` the same it is a Betti number, else a persistent one. It is missing
    where points of a layer are not finite; there is none of a dimension that a layer cannot have.
    """
    there = (bars["born_k"] <= first) & (bars["gone_k"].isna() | (bars["gone_k"] > last))
    return bars[there].groupby(PLACE)["count"].sum(min_count=1)


def scales_table(barcodes: list[pd.DataFrame]) -> pd.DataFrame:
    """Betti numbers of the logits at several k, and what lives over the whole range.

    Parameters
    ----------
    barcodes : list of DataFrame
        From :func:`read_barcode`, one for each network.

    Returns
    -------
    DataFrame
        One row per network, class and pair of k: the columns of ``KIND``, seed, well_trained,
        layer, class, first_k, last_k, and beta_0, ..., of what is alive from first_k to last_k.
    """
    rows = []
    for bars in barcodes:
        steps = steps_of(bars)
        logits = bars[bars["layer"] == bars["layer"].max()]
        network = logits[[*KIND, "seed", "well_trained"]].iloc[0].to_dict()
        for first, last in dict.fromkeys([*zip(steps, steps, strict=True), range_of(bars)]):
            ks = {"first_k": first, "last_k": last}
            for (layer, label), numbers in alive(logits, first, last).groupby(PLACE[:2]):
                found = numbers.droplevel(PLACE[:2]).add_prefix("beta_")
                rows.append({**network, "layer": layer, "class": label, **ks, **found})
    table = pd.DataFrame(rows)
    return table.astype(dict.fromkeys(betti_columns(table), "Int64"))


def scales_texts(table: pd.DataFrame) -> tuple[str, str]:
    """The table of :func:`scales_table` in Markdown and LaTeX, with a column for each class."""
    names = {name: name.capitalize() for name in KIND} | {"dataset": "Data", "seed": "Seed"}
    ks = zip(table["first_k"], table["last_k"], strict=True)
    shown = table[list(names)].rename(columns=names)
    shown["k"] = [f"{first}" if first == last else f"{first} to {last}" for first, last in ks]
    shown["Class"] = table["class"].map("Class {}".format)
    shown["cell"] = [_in_brackets(row) for _, row in table[betti_columns(table)].iterrows()]
    cells = shown.pivot(index=[*names.values(), "k"], columns="Class", values="cell")
    order = shown[[*names.values(), "k"]].drop_duplicates()
    cells = order.merge(cells.fillna("–").reset_index(), how="left")
    text = (
        "Betti numbers (β0, β1, …) of the logits of one network of each kind, the one whose layers "
        "are drawn, at several k; and from the first to the last k of the range what is alive "
        "over all of it. The others depend on the k at which they are read off; – where points are "
        "not finite."
    )
    return in_both_formats(cells, text, "tab:scales", n_text_columns=6)


def _in_brackets(numbers: pd.Series) -> str:
    """Such as ``"(1, 4)"``: those that the layer can have."""
    found = numbers.dropna()
    return f"({', '.join(map(str, found))})" if len(found) else "–"
