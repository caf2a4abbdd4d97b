"""Snakemake's report: the place of each result in it.

The report shows pictures and HTML, and offers everything else for download.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

CLAIMS, CURVES, LAYERS = "1. Claims", "2. Curves", "3. Layers"
DATA, TRAINING, RUN = "4. Data and scale", "5. Training", "6. The run"
ALL = "All data sets"
# Name of a file, without its folder and ending: category, label and caption.
FIGURES = {
    "data": (DATA, "the data set", "data"),
    "scale_homology": (DATA, "the scale", "scale"),
    "scale_all_points": (DATA, "the scale, all points", "scale"),
    "activations": (CURVES, "the activations side by side", "activations"),
    "class_0": (CURVES, "every network, class 0", "class"),
    "class_1": (CURVES, "every network, class 1", "class"),
    "samples": (CURVES, "a sample and all points", "samples"),
    "epsilons_omega": (CURVES, "ω at every ε", "epsilons"),
    **{f"epsilons_beta_{k}": (CURVES, f"β{k} at every ε", "epsilons") for k in range(4)},
    "protocols": (CURVES, "the protocols side by side", "protocols"),
    **{
        f"specifications_claim_{n}": (CLAIMS, f"claim {n} under every choice", "specifications")
        for n in (1, 2, 3)
    },
    "speed": (CURVES, "half-lives and what goes with them", "speed"),
    "layers": (LAYERS, "the points at every layer", "layers"),
    "barcode": (LAYERS, "the barcode over k", "barcode"),
    "well_trained": (TRAINING, "the trials that ended well trained", "well_trained"),
}
PAGES = {
    "claims/verdicts": (CLAIMS, "Verdicts on the paper's claims", "verdicts"),
    "tables/complexity": (CURVES, "Table of means", "complexity"),
    "tables/samples": (CURVES, "Table of samples", "samples_table"),
    "tables/scales": (LAYERS, "Table of the logits by k", "scales_table"),
    "tables/protocols": (CURVES, "Table of protocols", "protocols_table"),
    "tables/protocol_claims": (CLAIMS, "Claims by protocol, kind by kind", "protocol_claims"),
    "tables/protocol_verdicts": (CLAIMS, "Verdicts by protocol", "protocol_verdicts"),
    "tables/epsilon_claims": (CLAIMS, "Claims by ε, kind by kind", "epsilon_claims"),
    "tables/epsilon_verdicts": (CLAIMS, "Verdicts by ε", "epsilon_verdicts"),
    "tables/robustness": (CLAIMS, "Share of specifications by answer", "robustness_table"),
    "tables/choices": (CLAIMS, "Verdicts, one choice at a time", "choices_table"),
    "tables/sampling_noise": (CURVES, "Table of sampling noise", "sampling_noise_table"),
    "tables/speed": (CURVES, "Table of half-lives by activation", "speed_table"),
    "tables/speed_correlations": (CURVES, "Table of what goes with them", "speed_correlations"),
    "tables/trials": (TRAINING, "Table of trials", "trials_table"),
    "tables/data_seeds": (CURVES, "Table of data seeds", "data_seeds_table"),
    "tables/well_trained": (TRAINING, "Table of networks and trials", "well_trained_table"),
    "benchmarks": (RUN, "Run times", "benchmarks"),
    "provenance": (RUN, "Configuration and versions", "provenance"),
    "explore": (CURVES, "The page to explore", "explore"),
}


def place(path: str, titles: Mapping[str, str]) -> dict[str, Any]:
    """Where the report shows a result: the arguments of Snakemake's ``report``.

    There is only one label: from two or more Snakemake makes switches, which fail where a label has
    two values and not every result has both.

    Parameters
    ----------
    path : str
        Such as ``"figures/D-I/9x15/fast/class_0.png"``, below the folder of the results.
    titles : mapping of str to str
        Titles of the data sets, by name, and of the comparisons, by ``"comparisons/NAME"``.
    """
    name = PurePosixPath(path).with_suffix("")
    if str(name) in PAGES:
        category, label, caption = PAGES[str(name)]
        subcategory = ALL
    elif name.parts[1] == "comparisons":
        category, label, caption = CLAIMS, titles["/".join(name.parts[1:])], "comparison"
        subcategory = ALL
    else:
        category, text, caption = FIGURES[name.name]
        dataset, *kind = name.parts[1:-1] or [ALL]
        label = ": ".join(filter(None, [", ".join(kind), text]))
        subcategory = titles.get(dataset, dataset)
    return {
        "category": category,
        "subcategory": subcategory,
        "labels": {"Result": label[0].upper() + label[1:]},
        "caption": f"../report/{caption}.rst",  # beside rules/
    }


def page_title(path: str) -> str:
    """The title of a page of :data:`PAGES`, by its path below the folder of the results."""
    return PAGES[str(PurePosixPath(path).with_suffix(""))][1]
