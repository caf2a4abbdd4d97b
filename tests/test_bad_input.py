"""Bad configurations: every one ends in one sentence that names the key and what is allowed."""

import copy
import datetime
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import torch  # noqa: F401 (the first activation to be checked would import it within a time limit)
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.running import ROOT
from topodnn.errors import InputError, listed, shown
from topodnn.workflow import outputs
from topodnn.workflow.config import resolve
from topodnn.workflow.plan import Plan

SCHEMA = ROOT / "config/schema.yaml"
LONGEST = 300  # characters of a sentence
NAN, INF = float("nan"), float("inf")
FORM = "but must be of the form"


def base() -> dict[str, Any]:
    """The configuration of the end-to-end test, with more of the keys that there are."""
    config = yaml.safe_load((ROOT / "config/test.yaml").read_text(encoding="utf-8"))
    config["datasets"]["tori"]["persistence"] = {"n_points": 80}
    config["training"]["name"] = "mine"
    config["training"]["protocol"] = "fast"
    config["claims"] |= {"confidence": 0.9, "depth_networks": ["4x25"]}
    config["own_activations"] = {"swish": "SiLU"}
    config["activation_parameters"] = {"leaky_relu": {"negative_slope": 0.1}}
    config["article"] = {"beside": []}
    return config | {"device": "cpu", "data_home": None, "kept": False}


def plan(config: dict[str, Any]) -> list[str]:
    """All that a run would make; what its first jobs are asked is asked too."""
    found = Plan(resolve(config, SCHEMA))
    for batch in found.batches[:2]:
        job = SimpleNamespace(**{**batch, "first": str(batch["first"]), "last": str(batch["last"])})
        found.networks(job)
        found.grid(job)
        assert min(found.training_mb(job, 1), found.homology_mb(job, 1)) > 0
    return outputs.everything(found)


def place(config: dict[str, Any], key: str) -> tuple[Any, Any]:
    """The mapping or list in which a key lies, and its name or number there."""
    inside: Any = config
    *parts, last = key.split(".")
    for part in parts:
        inside = inside[int(part)] if isinstance(inside, list) else inside.setdefault(part, {})
    return inside, int(last) if isinstance(inside, list) else last


T, D, G = "datasets.tori", "datasets.discs", "datasets.digits"
E = "experiments.0"
BAD = [  # key, value, what the sentence says; {} stands for the key
    ("name", "", f"{{}} is '', {FORM}"),
    ("name", None, "{} is None, but must be of type string"),
    ("name", "a/b/c", f"{{}} is 'a/b/c', {FORM}"),
    ("name", "/tmp/x", f"{{}} is '/tmp/x', {FORM}"),
    ("name", "ü", f"{{}} is 'ü', {FORM}"),
    ("name", "a b", f"{{}} is 'a b', {FORM}"),
    ("name", "a" * 61, "but must be at most 60 characters long"),
    ("datasets", {}, "{} is {{}}, but must be a mapping with at least 1 entry"),
    ("datasets", None, "{} is None, but must be of type mapping"),
    ("datasets", [], "{} is [], but must be of type mapping"),
    (T, None, "{} is None, but must be of type mapping"),
    (T, {}, "{} must have either the key 'generator' or one of 'file', 'openml' and 'sklearn'"),
    (f"{T}.generator", "torus", "{} is 'torus', but must be one of entangled_tori, discs_in_sq"),
    (f"{T}.generator", ["five_discs"], "{} is ['five_discs'], but must be one of"),
    (f"{T}.parameters", [], "{} is [], but must be of type mapping"),
    (f"{T}.parameters.radius", 1, f"Unknown key 'radius' in {T}.parameters; allowed are points_"),
    (f"{T}.parameters.noise", -0.1, "{} is -0.1, but must be a number of at least 0"),
    (f"{T}.parameters.noise", "0.1", "{} is '0.1', but must be a number of at least 0"),
    (f"{T}.parameters.noise", 1e308, "{} is 1e+308, but must be a number of at least 0 and at mo"),
    (f"{T}.parameters.noise", None, "{} is None, but must be a number"),
    (f"{T}.parameters.points_per_circle", 0, "{} is 0, but must be a whole number of at least 1"),
    (f"{T}.parameters.points_per_circle", 10**9, "must be a whole number of at least 1 and at mo"),
    (f"{T}.parameters.points_per_circle", True, "{} is True, but must be a whole number"),
    (f"{D}.parameters.step", 1e-3, "{} is 0.001, but must be a number of at least 0.01"),
    (f"{D}.parameters.step", 10, f"{D}: held_out is 0.1, but of the 1 points of class 0 at least"),
    (f"{T}.held_out", 0, "{} is 0, but must be greater than 0"),
    (f"{T}.held_out", 1, "{} is 1, but must be at most 0.9"),
    (f"{T}.held_out", "10%", "{} is '10%', but must be of type number."),
    (f"{T}.seed", -1, "{} is -1, but must be at least 0"),
    (f"{T}.seed", 1.5, "{} is 1.5, but must be of type integer"),
    (f"{T}.title", 3, "{} is 3, but must be of type string"),
    (f"{T}.sklearn", "iris", f"{T} must have either the key 'generator' or one of 'file', 'openm"),
    (f"{T}.classes", {"a": [0], "b": [1]}, f"{T} has the key 'classes', which is for 'file'"),
    (f"{T}.scaling", "standard", f"{T} has the key 'scaling', which is for 'file'"),
    (f"{T}.true_betti", [[1], [1]], f"{T} has the key 'true_betti', which is for 'file'"),
    (f"{T}.openml", {"name": "x"}, "The key 'version' is missing in {}"),
    (f"{G}.sklearn", "mnist", "{} is 'mnist', but must be one of breast_cancer, digits, iris"),
    (f"{G}.classes", {"zero": [0]}, "but must be a mapping with at least 2 entries"),
    (f"{G}.classes", {"zero": [], "others": "rest"}, "{}.zero is [], but must be a list of at l"),
    (f"{G}.classes", {"a": [0], "b": [0]}, "classes names the label '0' twice, in a and in b"),
    (f"{G}.classes", {"a": ["x" * 400], "b": "rest"}, "…, which scikit-learn's data set digits d"),
    (f"{G}.classes", {"a": [*range(10)], "b": "rest"}, "but the other classes have all labels"),
    (f"{G}.components", 65, f"{G}: components is 65, but must be at most 64"),
    (f"{G}.components", 0, "{} is 0, but must be at least 1"),
    (f"{G}.max_points_per_class", 1, "{} is 1, but must be at least 2"),
    (f"{G}.true_betti", [[1], [1], [1]], "true_betti has 3 rows, but the data set has 2 classes"),
    (f"{G}.homology.scale", "auto", "{} is 'auto', but must be a number where there are other_"),
    (f"{G}.duplicates", True, "{} is True, but must be one of keep, drop"),
    (f"{G}.label", "y", f"{G} has the key 'label', which is for the key 'file' only"),
    (f"{T}.homology.n_neighbors", 1, "{} is 1, but must be at least 2"),
    (f"{T}.homology.n_neighbors", "many", f"{{}} is 'many', {FORM} ^auto"),
    (f"{T}.homology.n_neighbors", {"low": 14}, "The key 'high' is missing in {}"),
    (f"{T}.homology.n_neighbors", {"low": 19, "high": 14}, "{}.low is 19, but must be at most hi"),
    (f"{T}.homology.n_neighbors", {"low": 14, "high": 10**6}, "smaller than the number of points"),
    (f"{T}.homology.n_neighbors", {"low": 2, "high": 3, "step": 1}, "Unknown key 'step' in {}"),
    (f"{T}.homology.n_neighbors", 2.5, "{} is 2.5, but must be of type integer or string or map"),
    (f"{T}.homology.scale", 11, "{} is 11, but must be at most 10"),
    (f"{T}.homology.scale", NAN, "{} is nan, but must be of type number or string"),
    (f"{T}.homology.max_dimension", 4, "{} is 4, but must be at most 3"),
    (f"{T}.homology.stride", 10**6, "the number of points of a class, 1 (stride: 1000000)"),
    (f"{T}.homology.barcode_at", [1], "{}.0 is 1, but must be at least 2"),
    (f"{T}.homology.barcode_at", [14, 14], "{} is [14, 14], but must be a list without repetiti"),
    (f"{T}.homology.other_scales", [2.1], "has 2.1 beside 2.5, but must have only scales of oth"),
    (f"{T}.homology.other_scales", 1.5, "{} is 1.5, but must be of type list"),
    (f"{D}.homology.grid.first", 15, "grid has no values: first is larger than last"),
    (f"{D}.homology.grid.last", 201, "{} is 201, but must be at most 200"),
    (f"{D}.homology.grid.step", 0, "{} is 0, but must be at least 1"),
    (f"{D}.homology.grid", [6, 14, 4], "{} is [6, 14, 4], but must be of type mapping"),
    (f"{D}.all_points", {}, "The key 'networks' is missing in {}"),
    (f"{D}.all_points.networks", 0, "{} is 0, but must be at least 1"),
    (f"{D}.all_points.stride", 2, f"Unknown key 'stride' in {D}.all_points"),
    (f"{T}.persistence", True, "{} is True, but must be of type mapping"),
    (f"{T}.persistence.n_points", 5000, "{} is 5000, but must be at most 3000"),
    (f"{G}.persistence", {"n_points": 271}, "{}.n_points is 271, but must be at most 270, the nu"),
    (f"{T}.persistence.max_dimension", 3, "{} is 3, but must be at most 2"),
    (f"{T}.persistence.filtration_value", 11, "{} is 11, but must be at most max_scale, 10"),
    (f"{T}.persistence.n_neighbors", "auto", "{} is 'auto', but must be of type integer"),
    ("networks", {}, "{} is {{}}, but must be a mapping with at least 1 entry"),
    ("networks.4x25", [0], "{}.0 is 0, but must be at least 1"),
    ("networks.4x25", 25, "{} is 25, but must be of type list"),
    ("networks.4x25", ["25"], "{}.0 is '25', but must be of type integer (write 25)"),
    ("networks.4 x 25", [25], f"networks is '4 x 25', {FORM}"),
    ("experiments", {}, "{} is {{}}, but must be of type list"),
    (E, {}, "The key 'datasets' is missing in {}"),
    (f"{E}.datasets", "tori", "{} is 'tori', but must be of type list"),
    (f"{E}.datasets", ["tori", "tori"], "{} is ['tori', 'tori'], but must be a list without rep"),
    (f"{E}.datasets", ["x\n" * 200], "{} names 'x\\nx\\n"),
    (f"{E}.networks", ["5x25"], "{} names '5x25', but must name one of 4x25, 3x15, 2x10"),
    (f"{E}.activations", ["softmax"], "activation is 'softmax', but must be one of celu, elu"),
    (f"{E}.seeds", 10**6, "{} is 1000000, but must be at most 100000"),
    (f"{E}.figures", ["all"], "{}.0 is 'all', but must be one of curves, layers, diagrams"),
    (f"{E}.weights", "{seed", "weights is '{{seed', but may have {{dataset}}, {{network}}"),
    (f"{E}.weights", "{seed:>99999999999}.pth", "but may have {{dataset}}, {{network}}"),
    (f"{E}.weights", "{seed.real}.pth", "but may have {{dataset}}, {{network}}"),
    (f"{E}.weights", "{seed!r}.pth", "but may have {{dataset}}, {{network}}"),
    (f"{E}.weights", "nowhere.pth", "weights is 'nowhere.pth', but there is no file nowhere.pth"),
    (f"{E}.training", {"protocol": "mine"}, "{}.protocol is 'mine', but must be one of fast, p"),
    ("activations", "relu", "{} is 'relu', but must be of type list"),
    ("own_activations.swish", "os:system", "the module has no class 'system' of torch.nn.Module"),
    ("own_activations.swish", "no.such:Swish", "activation 'no.such:Swish': No module named 'no'"),
    ("own_activations.swish", "Softmax", "does not act on each number by itself"),
    ("own_activations.swish", "PReLU", "has weights of its own, which are not trained here"),
    ("own_activations.Swish", "SiLU", f"own_activations is 'Swish', {FORM}"),
    ("activation_parameters.relu", {"slope": 1}, "'relu' has no parameter 'slope'; it takes none"),
    ("activation_parameters.leaky_relu.negative_slope", NAN, "{} is nan, but must be finite"),
    ("activation_parameters.leaky_relu", 3, "{} is 3, but must be of type mapping"),
    ("seeds", True, "{} is True, but must be of type integer"),
    ("seeds", "2", "{} is '2', but must be of type integer (write 2)."),
    ("seeds", "2.5", "{} is '2.5', but must be of type integer."),
    ("seeds_per_job", 0, "{} is 0, but must be at least 1"),
    ("training.epochs", 1e9, "{} is 1000000000.0, but must be of type integer"),
    ("training.batch_size", "all", "{} is 'all', but must be of type integer or null"),
    ("training.learning_rate", "3e-2", "{} is '3e-2', but must be of type number (write 0.03)"),
    ("training.learning_rate", INF, "{} is inf, but must be of type number"),
    ("training.schedule", "linear", "{} is 'linear', but must be one of cosine_squared, halving"),
    ("training.warm_up", 2, "{} is 2, but must be at most 1"),
    ("training.epsilon", 0, "{} is 0, but must be greater than 0"),
    ("training.max_trials", 10**6, "{} is 1000000, but must be at most 1000"),
    ("training.name", "Mine", f"{{}} is 'Mine', {FORM}"),
    ("training.by_activation", {"relu": {"protocol": "fast"}}, "Unknown key 'protocol' in {}.relu"),
    ("training.by_activation", {"rellu": {"epochs": 3}}, "activation is 'rellu', but must be one"),
    ("training.epoch", 3, "Unknown key 'epoch' in training (did you mean 'epochs'?)"),
    ("comparisons.width.dataset", "disc", "comparisons.width names disc, 3x15, mine, relu, but no"),
    ("comparisons.width.title", None, "{} is None, but must be of type string"),
    ("comparisons.width.quantities", ["beta_2"], "{} has 'beta_2', but for discs, 3x15 must be of"),
    ("comparisons.a b", {}, f"comparisons is 'a b', {FORM}"),
    ("robustness.networks", 1, "{} is 1, but must be at least 2"),
    ("robustness.vary.scale", [0.5], "{}.0 is 0.5, but must be at least 1"),
    ("robustness.vary.layers", ["after"], "{}.0 is 'after', but must be one of before_activation"),
    ("robustness.datasets", ["moons"], "{} names 'moons', but must name one of"),
    (
        "robustness.vary.scale",
        [1.5, 1.7],
        "{} has 1.7 beside 1.5 of discs, but distances are whole",
    ),
    ("robustness.together", ["sample"], "{}.0 is 'sample', but must be one of scale, stride"),
    ("claims.smallest_group", 3, "robustness.networks is 2, but must be at least"),
    ("claims.confidence", 95, "{} is 95, but must be less than 1"),
    ("claims.n_bootstrap", 10, "{} is 10, but must be at least 100"),
    ("claims.depth_networks", ["9x9"], "{} names '9x9', but must name one of 4x25, 3x15, 2x10"),
    ("device", "cuda:x", f"{{}} is 'cuda:x', {FORM}"),
    ("device", 0, "{} is 0, but must be of type string"),
    ("data_home", 3, "{} is 3, but must be of type string or null"),
    ("kept", 1, "{} is 1, but must be of type boolean (on the command line True or False)"),
    ("article", ["protocols"], "{} is ['protocols'], but must be of type mapping"),
    ("article.beside", ["mine"], "{}.0 is 'mine', but must be one of protocols, data_seeds"),
    ("figure_formats", ["jpg"], "{}.0 is 'jpg', but must be one of pdf, png, svg"),
    ("figure_formats", [], "{} is [], but must be a list of at least 1"),
    ("figure_points", 1, "{} is 1, but must be at least 10"),
    ("figure_point", 9, "Unknown key 'figure_point' in the configuration (did you mean 'figure_po"),
]


def test_the_table_is_long_and_has_no_case_twice():
    assert len({(key, repr(value)) for key, value, _ in BAD}) == len(BAD) >= 120


def assert_is_one_sentence(text: str) -> None:
    assert "\n" not in text
    assert len(text) <= LONGEST, text


@pytest.mark.filterwarnings("ignore:Implicit dimension choice for softmax")
@pytest.mark.parametrize(("key", "value", "text"), BAD, ids=lambda x: str(x)[:40])
def test_a_bad_value_ends_in_one_sentence(key, value, text):
    config = base()
    inside, last = place(config, key)
    inside[last] = value
    with pytest.raises(InputError) as error:
        plan(config)
    assert text.format(key) in str(error.value)
    assert_is_one_sentence(str(error.value))


def test_the_configuration_that_the_table_changes_is_good():
    assert "results/test/article.pdf" in plan(base())


# Any configuration at all -----------------------------------------------------------------------

JUNK = [
    None, True, False, 0, 1, -1, 2, 3, 7, 10**6, 10**9, 10**30, 0.5, 1.5, 2.5, -0.1, 1e-300, 1e308,
    NAN, INF, "", "x", " ", "auto", "a" * 500, "ü", "a\nb", "../x", "/", "{seed}", "}{", "1e-2",
    "rest", datetime.date(2020, 1, 1), b"x", [], [[]], ["x"], [1], [1, 1], [None], [25] * 200,
    ["relu", "tanh"], {}, {"x": 1}, {1: 2}, {"": {}}, {None: None}, {"low": 3, "high": 5},
]  # fmt: skip


def paths(value: Any, before: tuple = ()) -> Iterator[tuple]:
    """Where something can be changed: every key and every item, at every level."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inside in items:
        yield (*before, key)
        if isinstance(inside, (dict, list)):
            yield from paths(inside, (*before, key))


def properties(schema: Any) -> Iterator[tuple[str, dict]]:
    """Every key of the schema, and what its value may be."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for inside in schema.values():
            yield from properties(inside)
    elif isinstance(schema, list):
        for inside in schema:
            yield from properties(inside)


def allowed(schema: dict[str, Any]) -> st.SearchStrategy:
    """Values that the schema allows by themselves; whether they fit together is another matter."""
    if "$ref" in schema:
        return allowed(RULES["$defs"][schema["$ref"].rpartition("/")[2]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    types = schema.get("type", "string")
    return st.one_of(
        allowed_of_type(schema, one) for one in ([types] if isinstance(types, str) else types)
    )


def allowed_of_type(schema: dict[str, Any], name: str) -> st.SearchStrategy:
    lowest = schema.get("minimum", schema.get("exclusiveMinimum", -10))
    highest = schema.get("maximum", schema.get("exclusiveMaximum", max(lowest, 0) + 1000))
    match name:
        case "integer":
            return st.integers(lowest, highest)
        case "number":
            return st.floats(lowest, highest, allow_subnormal=False)
        case "array":
            return st.lists(allowed(schema.get("items", {})), max_size=4)
        case "object":
            optional = {key: allowed(one) for key, one in schema.get("properties", {}).items()}
            return st.fixed_dictionaries({}, optional=optional)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case _:
            return st.sampled_from(["relu", "tanh", "tori", "discs", "4x25", "2x10", "auto", "x"])


BASE = base()
RULES = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
MAY_BE: dict[str, list[dict]] = {}
for _name, _schema in properties(RULES):
    MAY_BE.setdefault(_name, []).append(_schema)


@st.composite
def configurations(draw) -> dict[str, Any]:
    """A good configuration with up to three keys deleted, added or given another value.

    Of the values half are junk, half are what the schema allows for the key.
    """
    config = copy.deepcopy(BASE)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(list(paths(config)) or [("name",)]))
        inside = config
        for part in way:
            inside = inside[part]
        what = draw(st.sampled_from(["replace", "replace", "delete", "add"]))
        if what == "add" and isinstance(inside, dict):
            last = draw(st.sampled_from(sorted(MAY_BE)))
        value = copy.deepcopy(draw(st.sampled_from(JUNK)))
        if last in MAY_BE and draw(st.booleans()):
            value = draw(allowed(draw(st.sampled_from(MAY_BE[last]))))
        match what:
            case "delete" if last in inside or isinstance(inside, list):
                del inside[last]
            case "add" if isinstance(inside, dict):
                inside[last] = value
            case "add":
                inside.insert(last, value)
            case _:
                inside[last] = value
    return config


@settings(max_examples=1000)
@given(configurations())
def test_any_configuration_plans_or_ends_in_one_sentence(config):
    try:
        plan(config)
    except InputError as error:
        assert_is_one_sentence(str(error))


# The words ----------------------------------------------------------------------------------------


def test_a_long_value_is_cut_and_a_long_list_says_how_many_there_are():
    assert shown("a\nb") == r"'a\nb'"
    assert len(shown("a" * 100)) == 60
    assert listed(["a", "b\nc"]) == "a, b c"
    text = listed(f"name_{i}" for i in range(1000))
    assert text.startswith("name_0, name_1, ")
    assert text.endswith(", … (1000 in all)")
    assert len(text) < 160
    assert len(listed(["a" * 500])) <= 130
