"""Networks: activations by name, initial weights, stacks."""

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from topodnn.errors import InputError
from topodnn.networks import (
    ACTIVATIONS,
    GAINS,
    draw_network,
    layer_outputs,
    linear_layers,
    load,
    logits,
    make_activation,
    stack_networks,
    take,
)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_acts_on_each_number_by_itself(name):
    points = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    function = make_activation(name)
    one_by_one = torch.stack([function(x.reshape(1)) for x in points.ravel()]).view_as(points)
    assert torch.allclose(function(points), one_by_one)


def test_activation_parameters_reach_the_activation():
    assert make_activation("leaky_relu", {"negative_slope": 0.2})(torch.tensor(-1.0)) == -0.2


@pytest.mark.parametrize(
    ("name", "parameters", "text"),
    [
        ("reluu", {}, "activation is 'reluu', but must be one of celu, elu"),
        ("softmax", {}, "activation is 'softmax', but must be one of"),
        ("PReLU", {}, "'PReLU' has weights of its own"),
        ("RReLU", {}, "'RReLU' does not act on each number by itself, always in the same way"),
        ("Softmax", {"dim": 0}, "'Softmax' does not act on each number by itself"),
        ("GLU", {}, "'GLU' does not act on each number by itself"),
        ("tests.test_networks:nothing", {}, "the module has no class 'nothing' of torch.nn.Mod"),
        ("no_module:Swish", {}, "activation 'no_module:Swish': No module named 'no_module'"),
        ("Threshold", {"slope": 1}, "'Threshold' has no parameter 'slope'; it takes threshold, v"),
        ("leaky_relu", {"slope": 1}, "'leaky_relu' has no parameter 'slope'; it takes negative"),
    ],
)
def test_bad_activations_are_refused(name, parameters, text):
    with pytest.raises(ValueError, match=text):
        make_activation(name, parameters)


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


def test_an_activation_may_be_of_torch_or_of_any_module():
    points = torch.linspace(-2, 2, 9)
    assert torch.equal(make_activation("tests.test_networks:Swish")(points), Swish()(points))
    threshold = make_activation("Threshold", {"threshold": 0.5, "value": 7})
    assert torch.equal(threshold(points), nn.Threshold(0.5, 7)(points))
    loaded = load({"a": torch.ones(2, 2), "b": torch.ones(2, 2)}, "tests.test_networks:Swish")
    assert type(loaded[1]).__name__ == "Swish"


def test_initial_weights_are_xavier_uniform_times_the_gain():
    ((weight, bias),) = draw_network(
        [200, 300], "glorot", 2.0, nn.ReLU(), torch.Generator().manual_seed(0)
    )
    bound = 2 * np.sqrt(6 / 500)
    assert weight.abs().max() <= bound
    assert weight.std() == pytest.approx(bound / np.sqrt(3), rel=0.01)
    assert not bias.any()


def test_a_sigmoid_network_starts_as_the_tanh_network_of_the_same_shape():
    widths, points = [3, 25, 25, 25, 2], torch.randn(3, 50, generator=torch.Generator())
    outputs = []
    for name in ("tanh", "sigmoid"):
        function = make_activation(name)
        network = draw_network(
            widths, "centred", GAINS[name], function, torch.Generator().manual_seed(0)
        )
        weight, bias = network[0]  # sigmoid(2 z) = (1 + tanh z) / 2: the input is not doubled
        network[0] = (weight / 2, bias) if name == "sigmoid" else network[0]
        *hidden, _ = layer_outputs(stack_networks([network]), points[None], function)
        outputs.append(hidden[-1])
    assert torch.allclose(outputs[0], 2 * outputs[1] - 1, atol=1e-4)


def test_a_stack_computes_what_torch_sequential_computes():
    widths = [3, 7, 5, 2]
    networks = [
        draw_network(widths, "glorot", 1.0, nn.Tanh(), torch.Generator().manual_seed(s))
        for s in range(4)
    ]
    points = torch.randn(11, 3, generator=torch.Generator().manual_seed(9))
    stack = stack_networks(networks)
    together = logits(stack, points.T.expand(4, -1, -1), nn.Tanh())
    for i, network in enumerate(networks):
        linear = []
        for weight, bias in network:
            layer = nn.Linear(weight.shape[1], weight.shape[0])
            layer.load_state_dict({"weight": weight, "bias": bias + i})
            linear += [layer, nn.Tanh()]
        shifted = [(w, b + i) for w, b in take(stack, [i])]
        expected = nn.Sequential(*linear[:-1])(points)
        assert torch.allclose(logits(shifted, points.T[None], nn.Tanh())[0].T, expected, atol=1e-6)
        assert torch.allclose(together[i], logits(take(stack, [i]), points.T[None], nn.Tanh())[0])


def test_layer_outputs_have_the_widths_of_the_layers():
    network = draw_network([3, 7, 5, 2], "glorot", 1.0, nn.ReLU(), torch.Generator().manual_seed(0))
    points = torch.zeros(1, 3, 11)
    shapes = [tuple(x.shape) for x in layer_outputs(stack_networks([network]), points, nn.ReLU())]
    assert shapes == [(1, 7, 11), (1, 5, 11), (1, 2, 11)]


class Named(nn.Module):
    """Twelve layers with names that are not in the order of the alphabet."""

    def __init__(self):
        super().__init__()
        self.zero = nn.Linear(3, 6)
        self.hidden = nn.ModuleList(nn.Linear(6, 6, bias=i != 4) for i in range(11))
        self.an_end = nn.Linear(6, 2)

    def forward(self, x):
        for layer in (self.zero, *self.hidden):
            x = torch.tanh(layer(x))
        return self.an_end(x)


def saved(path, model):
    save = safetensors.torch.save_file if path.suffix == ".safetensors" else torch.save
    save(model.state_dict(), path)
    return path


@pytest.mark.parametrize("name", ["net.pth", "net.pt", "net.safetensors"])
def test_a_network_is_loaded_whatever_its_layers_are_called(tmp_path, name):
    model, points = Named(), torch.randn(9, 3, generator=torch.Generator().manual_seed(0))
    loaded = load(saved(tmp_path / name, model), activation="tanh")
    assert [type(module).__name__ for module in loaded] == ["Linear", "Tanh"] * 12 + ["Linear"]
    assert torch.equal(loaded(points), model(points))
    assert loaded[10].bias is None
    assert torch.equal(load(model.state_dict(), nn.Tanh())(points), model(points))


def test_a_checkpoint_of_several_things_and_flat_names_are_read(tmp_path):
    w1, b1, w2, b2 = torch.ones(4, 3), torch.ones(4), torch.ones(2, 4), torch.ones(2)
    state = {"W1": w1, "b1": b1, "W2": w2, "b2": b2}
    torch.save({"epoch": 3, "model_state_dict": state}, tmp_path / "checkpoint.pth")
    layers = linear_layers(tmp_path / "checkpoint.pth")
    assert [(tuple(w.shape), tuple(b.shape)) for w, b in layers] == [((4, 3), (4,)), ((2, 4), (2,))]
    safetensors.torch.save_file(state, tmp_path / "flat.safetensors")  # W1, W2, b1, b2
    assert load(tmp_path / "flat.safetensors")[2].bias.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        ({}, "the state_dict has no matrix"),
        ({"a.weight": (4, 3), "b.weight": (2, 5)}, r"a.weight \(4, 3\), b.weight \(2, 5\), each "
         r"\(n_out, n_in\), make no chain"),
        ({"b.weight": (4, 3), "a.weight": (3, 3), "c.weight": (3, 4)},
         "make more than one chain"),
        ({"a.weight": (4, 3), "a.bias": (3,)}, r"'a.bias' has 3 numbers, but 'a.weight' of shape"),
        ({"c.weight": (4, 3, 3, 3)}, r"'c.weight' has shape \(4, 3, 3, 3\) and type torch.float32"),
        ({"a.weight": (4, 3), "norm.weight": (4,)}, "'norm.weight' is a vector of no matrix"),
        ({"W1": (4, 3), "W2": (2, 4), "b1": (4,)}, "has 1 vectors for 2 matrices"),
    ],
)  # fmt: skip
def test_what_is_no_chain_of_linear_layers_is_refused(shapes, text):
    with pytest.raises(InputError, match=text):
        load({name: torch.zeros(shape) for name, shape in shapes.items()})


def test_files_of_something_else_are_refused(tmp_path):
    class Object:
        pass

    torch.save({"a": 1}, tmp_path / "number.pth")
    torch.save([torch.zeros(2)], tmp_path / "list.pth")
    torch.save(nn.Linear(2, 2), tmp_path / "module.pth")
    (tmp_path / "text.pth").write_text("not weights")
    (tmp_path / "text.safetensors").write_text("not weights")
    for name, text in {
        "number.pth": "holds a int, but must hold a state_dict",
        "list.pth": "holds a list, but must hold a state_dict",
        "module.pth": "is no file of torch.save with tensors only; write torch.save",
        "text.pth": "is no file of torch.save with tensors only",
        "text.safetensors": "is not a complete safetensors file",
    }.items():
        with pytest.raises(InputError, match=text) as error:
            load(tmp_path / name)
        assert name in str(error.value)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.pth")
