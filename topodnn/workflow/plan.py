"""The plan of a run: what the rules of the workflow ask for, made from the resolved settings.

A rule asks the plan and computes nothing. Where the answer is of one job, the question takes its
wildcards, an object with the names in the paths of the job: ``dataset``, ``network``,
``protocol``, ``activation``, ``first``, ``last``, ``sample``.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from topodnn.columns import KIND
from topodnn.networks.protocols import resolve_protocol, training_name
from topodnn.workflow import resources
from topodnn.workflow.experiments import (
    PRETRAINED,
    Size,
    batches_of,
    chosen_on_input,
    clouds_of,
    neighbors_of,
    network_of,
    samples,
    scale_grid,
    size_of,
    weight_files,
)
from topodnn.workflow.variations import changes_of, variations, varied_datasets, with_complex

PANEL_PATH = "{dataset}/{network}/{protocol}"  # a figure has a panel for each activation
KIND_PATH = f"{PANEL_PATH}/{{activation}}"
BATCH_PATH = f"{KIND_PATH}/seeds_{{first}}-{{last}}"
SAMPLE_PATH = f"{{sample}}/{BATCH_PATH}"
PRETRAINED_PATH = BATCH_PATH.replace("{protocol}", PRETRAINED)  # networks that are read from files
TRAINED = rf"(?!{PRETRAINED}/)[a-z]+"  # the protocols of networks that are trained

Batch = dict[str, Any]
Wildcards = Any


class Plan:
    """What is made in a run.

    Parameters
    ----------
    settings : dict
        From :func:`topodnn.workflow.config.resolve`.

    Attributes
    ----------
    results : str
        The folder of the results.
    batches : list of dict
        From :func:`topodnn.workflow.experiments.batches_of`; ``trained`` and ``pretrained``, and
        ``with_persistence`` are those of them that are trained or read from files, and those of
        which a batch of points is looked at too.
    on_samples : list of dict
        The batches once for each sample of the points on which they are looked at, named by
        ``sample``; ``with_all_points`` are those on all points, ``at_all_scales`` those of data
        sets with other scales, at each of their ε.
    drawn_datasets, read_datasets : list of str
        The data sets of the batches: those of a generator, and those of a file or a public source.
        Others of the configuration are not made.
    samples : dict
        (data set, sample) → numbers of the complex and number of networks.
    variations : dict
        The same of the choices that could change the verdicts; ``varied`` are the batches of the
        judged networks once for each complex of them.
    chosen, chosen_variations : list of (data set, sample)
        Of which the complex is chosen by the input.
    clouds : list of list of str
        Data sets that differ in their seed only; of each group only the first is varied.
    scales : dict
        Data set → ε at which its networks are measured first, where there are other scales.
    persistence : dict
        Data set → numbers of the persistence of a batch of its points.
    protocols : list of str
        In the order of the experiments; ``judged`` is the one whose networks decide the claims.
    titles : dict
        Data set → its name in figures.
    """

    def __init__(self, settings: dict[str, Any]):
        self.settings = settings
        self.results = f"results/{settings['name']}"
        self.on_gpu = settings["device"].startswith("cuda")
        self.batches = batches_of(settings)
        used = {batch["dataset"] for batch in self.batches}
        datasets = {name: data for name, data in settings["datasets"].items() if name in used}
        self.drawn_datasets = [name for name in datasets if "generator" in datasets[name]]
        self.read_datasets = [name for name in datasets if "generator" not in datasets[name]]
        self.titles = {name: dataset.get("title", name) for name, dataset in datasets.items()}
        self.samples = {
            (name, sample): numbers
            for name, dataset in datasets.items()
            for sample, numbers in samples(dataset).items()
        }
        self.clouds = clouds_of(datasets)
        robustness = settings.get("robustness", {"datasets": []})
        self.variations = {
            (name, sample): numbers
            for name in varied_datasets(robustness, datasets, self.clouds)
            for sample, numbers in variations(robustness, datasets[name]["homology"]).items()
        }
        self.chosen = chosen_on_input(self.samples)
        self.chosen_variations = chosen_on_input(self.variations)
        self.trained = [b for b in self.batches if b["protocol"] != PRETRAINED]
        self.pretrained = [b for b in self.batches if b["protocol"] == PRETRAINED]
        self.with_persistence = [b for b in self.batches if "persistence" in datasets[b["dataset"]]]
        self.persistence = {
            b["dataset"]: datasets[b["dataset"]]["persistence"] for b in self.with_persistence
        }
        self.scales = {
            name: dataset["homology"]["scale"]
            for name, dataset in datasets.items()
            if dataset["homology"]["other_scales"]
        }
        self.on_samples = [
            batch | {"sample": sample}
            for sample in dict.fromkeys(sample for _, sample in self.samples)
            for batch in self.batches
            if batch["first"] < self._n_networks(batch, sample)
        ]
        self.with_all_points = [b for b in self.on_samples if b["sample"] == "all_points"]
        with_others = [b for b in self.on_samples if b["dataset"] in self.scales]
        self.at_all_scales = [b for b in with_others if b["sample"] != "all_points"]
        self.protocols = list(dict.fromkeys(b["protocol"] for b in self.batches))
        wanted = training_name(settings["training"])
        self.judged = wanted if wanted in self.protocols else self.protocols[0]
        self.varied = [
            batch | {"sample": sample}
            for (dataset, sample), numbers in self.variations.items()
            for batch in self.batches
            if numbers["complex"] == sample
            and batch["dataset"] == dataset
            and batch["protocol"] == self.judged
            and batch["first"] < numbers["networks"]
        ]

    def _n_networks(self, batch: Batch, sample: str) -> float:
        """How many networks of a kind a sample has; its data set may not have the sample."""
        return self.samples.get((batch["dataset"], sample), {"networks": 0})["networks"]

    def _numbers(self, wildcards: Wildcards) -> dict[str, Any]:
        """The numbers of a sample or variation: where a job does not say it, of the sample."""
        key = wildcards.dataset, getattr(wildcards, "sample", "homology")
        return self.variations[key] if key in self.variations else self.samples[key]

    def has_range(self, dataset: str) -> bool:
        """Whether the sample of a data set has, or may be given, a range of k."""
        numbers = self.samples[dataset, "homology"]
        ends = neighbors_of(numbers)
        return numbers["n_neighbors"] == "auto" or ends.get("k_low", 0) < ends.get("k_high", 0)

    @cached_property
    def _by_kind(self) -> dict[str, list[Batch]]:
        kinds: dict[str, list[Batch]] = {}
        for batch in self.batches:
            kinds.setdefault(KIND_PATH.format(**batch), []).append(batch)
        return kinds

    # Paths ----------------------------------------------------------------------------------------

    def paths(self, pattern: str, batches: Iterable[Batch] | None = None) -> list[str]:
        """The paths, each once, that a pattern gives of all batches, or of some."""
        some = self.batches if batches is None else batches
        return list(dict.fromkeys(pattern.format(**batch) for batch in some))

    def of_kind(self, wildcards: Wildcards, pattern: str) -> list[str]:
        """The paths that a pattern gives of the batches of one kind of network."""
        return self.paths(pattern, self._by_kind[_kind_path(wildcards)])

    def first_of_kind(self, wildcards: Wildcards, pattern: str) -> str:
        """The path that a pattern gives of the first batch of one kind of network."""
        return self.of_kind(wildcards, pattern)[0]

    def homology_tables(self, wildcards: Wildcards) -> list[str]:
        """The tables of Betti numbers of all batches, on a sample of the points or on several."""
        batches = {
            "": [batch for batch in self.on_samples if batch["sample"] == "homology"],
            "_of_all_points": self.with_all_points,
            "_at_all_scales": self.at_all_scales,
        }
        return self.paths(f"{self.results}/{SAMPLE_PATH}.csv", batches[wildcards.of])

    def scale(self, wildcards: Wildcards) -> str | list[str]:
        """The file of the choice of the complex, where there is one."""
        key = wildcards.dataset, self._numbers(wildcards)["chosen_on"]
        is_chosen = key in self.chosen or key in self.chosen_variations
        return f"{self.results}/scale/{'/'.join(key)}.yaml" if is_chosen else []

    def points_file(self, wildcards: Wildcards) -> str | list[str]:
        """The file of the points of a data set, where it is one of the user's own."""
        return self.settings["datasets"][wildcards.dataset].get("file", [])

    def weight_files(self, wildcards: Wildcards) -> list[str]:
        """The files of the networks of a batch that is not trained."""
        batch = self._by_kind[_kind_path(wildcards)][0]
        return weight_files(batch | {"first": wildcards.first, "last": wildcards.last})

    # Parameters of a job --------------------------------------------------------------------------

    def dataset(self, wildcards: Wildcards) -> dict[str, Any]:
        """What decides the points of a data set, and which are held out."""
        others = ("homology", "all_points", "persistence", "title")
        dataset = self.settings["datasets"][wildcards.dataset]
        return {key: value for key, value in dataset.items() if key not in others}

    def kind(self, wildcards: Wildcards) -> dict[str, str]:
        """The names of the kind of network of a job."""
        return {key: getattr(wildcards, key, PRETRAINED) for key in KIND}

    def seeds(self, wildcards: Wildcards) -> list[int]:
        """The seeds of the networks of a batch."""
        return list(range(int(wildcards.first), int(wildcards.last) + 1))

    def hidden_widths(self, wildcards: Wildcards) -> list[int]:
        """The neurons of each hidden layer."""
        return network_of(self.settings, wildcards.network)["widths"]

    def residual(self, wildcards: Wildcards) -> bool:
        """Whether hidden layers add the output of the layer before to their own."""
        return network_of(self.settings, wildcards.network)["residual"]

    def function(self, wildcards: Wildcards) -> str:
        """The function that the name of an activation stands for."""
        return self.settings["own_activations"].get(wildcards.activation, wildcards.activation)

    def activation_parameters(self, wildcards: Wildcards) -> dict[str, Any]:
        """The arguments of an activation."""
        return self.settings["activation_parameters"].get(wildcards.activation, {})

    def protocol(self, wildcards: Wildcards) -> dict[str, Any]:
        """Every number of the training of a batch."""
        training = self._by_kind[_kind_path(wildcards)][0]["training"]
        return resolve_protocol(training, wildcards.activation, self.hidden_widths(wildcards))

    def networks(self, wildcards: Wildcards) -> dict[str, Any]:
        """What the file of the networks of a batch, or of some of a kind, must be of."""
        kind = self.kind(wildcards)
        training = {} if kind["protocol"] == PRETRAINED else self.protocol(wildcards)
        seeds = {"seeds": self.seeds(wildcards)} if hasattr(wildcards, "first") else {}
        layers = ("hidden_widths", "residual", "function", "activation_parameters")
        made_of = {key: getattr(self, key)(wildcards) for key in layers}
        return {**kind, **seeds, **training, **made_of, "data": self.dataset(wildcards)}

    def sample(self, wildcards: Wildcards) -> dict[str, Any]:
        """The numbers of the complex of one sample of the points."""
        numbers = self._numbers(wildcards)
        kept = ("scale", "max_dimension", "stride", "sample")
        return neighbors_of(numbers) | {key: numbers[key] for key in kept if key in numbers}

    def same_complex(self, wildcards: Wildcards) -> dict[str, dict[str, Any]]:
        """What the variations with the complex of a job look at, by name."""
        return with_complex(self.variations, wildcards.dataset, wildcards.sample)

    def choices(self) -> dict[str, dict[str, Any]]:
        """The choices that differ from the default, by data set and name of the variation."""
        return changes_of(self.variations)

    def class_by(self, wildcards: Wildcards) -> str:
        """Which points of a data set are those of a class."""
        return self.settings["datasets"][wildcards.dataset]["homology"]["class_by"]

    def barcode(self, wildcards: Wildcards) -> dict[str, Any]:
        """The numbers of the complex of the sample, and more k of the barcode over k."""
        more = self._numbers(wildcards)["barcode_at"]
        return self.sample(wildcards) | {"barcode_at": more}

    def grid(self, wildcards: Wildcards) -> dict[str, Any]:
        """Among what the complex of a sample is chosen, and on which points."""
        numbers = self._numbers(wildcards)
        n_neighbors, scales = scale_grid(numbers, self._size(wildcards).is_known)
        of_sample = ("stride", "max_dimension", "sample", "required")
        kept = {key: numbers[key] for key in of_sample if key in numbers}
        return {"n_neighbors": n_neighbors, "scales": scales, **kept}

    def seeds_on_sample(self, wildcards: Wildcards) -> list[int]:
        """The seeds of a batch whose homology is computed on one sample of the points."""
        limit = self._numbers(wildcards)["networks"]
        return [seed for seed in self.seeds(wildcards) if seed < limit]

    def points_batch(self, wildcards: Wildcards) -> dict[str, int]:
        """How the batch of points for persistence is drawn."""
        numbers = self.persistence[wildcards.dataset]
        return {key: numbers[key] for key in ("n_points", "seed")}

    def filtration_ends(self) -> dict[str, dict[str, Any]]:
        """Where the filtrations of the batch of points of each data set end."""
        ends = ("max_scale", "max_hops", "max_dimension")
        return {
            name: {key: numbers[key] for key in ends} for name, numbers in self.persistence.items()
        }

    def filtrations(self, wildcards: Wildcards) -> dict[str, Any]:
        """The filtrations of the batch of points, and where Betti numbers are read off."""
        numbers = self.persistence[wildcards.dataset]
        return {key: numbers[key] for key in numbers if key not in ("n_points", "seed")}

    # Memory of a job, in MB; the numbers are in resources.py --------------------------------------

    def _size(self, wildcards: Wildcards) -> Size:
        return size_of(self.settings["datasets"][wildcards.dataset], self.settings["data_home"])

    def shape(self, wildcards: Wildcards) -> tuple[int, int]:
        """Number of points and of features of a data set."""
        return self._size(wildcards).shape

    def widths(self, wildcards: Wildcards) -> list[int]:
        """The neurons of each layer but the input: the last has one for each class."""
        return [*self.hidden_widths(wildcards), len(self._size(wildcards).by_class)]

    def reading_mb(self, wildcards: Wildcards, attempt: int) -> int:
        """Memory of a job that reads and prepares a data set."""
        return resources.reading_mb(self._size(wildcards).read_shape, attempt)

    def training_mb(self, wildcards: Wildcards, attempt: int) -> int:
        """Memory of the training of a batch."""
        return resources.training_mb(
            self.shape(wildcards),
            self.widths(wildcards),
            len(self.seeds(wildcards)),
            self.protocol(wildcards)["batch_size"],
            attempt,
            on_gpu=self.on_gpu,
        )

    def activations_mb(self, wildcards: Wildcards, attempt: int) -> int:
        """Memory of the points at all layers of a batch, or of one network of a kind."""
        n_seeds = len(self.seeds(wildcards)) if hasattr(wildcards, "first") else 1
        shape, widths = self.shape(wildcards), self.widths(wildcards)
        return resources.activations_mb(shape, widths, n_seeds, attempt)

    def homology_mb(self, wildcards: Wildcards, attempt: int) -> int:
        """Memory of the homology of the classes of a data set."""
        return resources.homology_mb(self.shape(wildcards), attempt)

    def persistence_mb(self, wildcards: Wildcards, attempt: int) -> int:
        """Memory of the persistence of the batch of points of a data set."""
        n_points = self.persistence[wildcards.dataset]["n_points"]
        return resources.persistence_mb(n_points, attempt)


def _kind_path(wildcards: Wildcards) -> str:
    return KIND_PATH.format(**{key: getattr(wildcards, key, PRETRAINED) for key in KIND})


def named(paths: Iterable[str]) -> list[dict[str, str]]:
    """What each path DATASET/NETWORK/PROTOCOL/ACTIVATION, or the beginning of one, names."""
    return [dict(zip(KIND, path.split("/"), strict=False)) for path in paths]
