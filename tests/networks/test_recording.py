"""Layers of any module: order, names, shapes; the model is left as it was found."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from topodnn.errors import InputError
from topodnn.networks.recording import left_as_found, outputs, record


def layers_of(model, points, **options):
    with left_as_found(model):
        return record(model, points, **options)


def names_of(model, points, **options):
    return [layer.name for layer in layers_of(model, points, **options)]


def draws(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


class Loop(nn.Module):
    """A list of linear maps in a loop, with one activation for all."""

    def __init__(self):
        super().__init__()
        self.linear = nn.ModuleList(nn.Linear(3, 3) for _ in range(3))
        self.act = nn.Tanh()
        self.head = nn.Linear(3, 2)

    def forward(self, x):
        for linear in self.linear:
            x = self.act(linear(x))
        return self.head(x)


def test_a_module_called_in_a_loop_is_a_layer_each_time():
    model, x = Loop(), draws(5, 3)
    layers = layers_of(model, x)
    assert [layer.name for layer in layers] == ["input", "act", "act (2)", "act (3)", "output"]
    assert [layer.type for layer in layers] == ["input", "Tanh", "Tanh", "Tanh", "Loop"]
    expected = [x]
    with torch.no_grad():
        for linear in model.linear:
            expected.append(torch.tanh(linear(expected[-1])))
        expected.append(model.head(expected[-1]))
    for layer, points in zip(layers, expected, strict=True):
        assert np.array_equal(layer.points, points.numpy())


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.act(x + self.second(self.act(self.first(x))))


def test_residual_blocks_and_activations_in_place():
    block, head = Residual(), nn.Linear(4, 2)
    model, x = nn.Sequential(block, head), draws(6, 4)
    layers = layers_of(model, x)
    with torch.no_grad():
        inner = torch.relu(block.first(x))
        outer = torch.relu(x + block.second(inner))
    assert [layer.name for layer in layers] == ["input", "0.act", "0.act (2)", "output"]
    assert np.array_equal(layers[1].points, inner.numpy())
    assert np.array_equal(layers[2].points, outer.numpy())
    assert names_of(model, x, layers=[Residual]) == ["input", "0", "output"]


class Overwritten(nn.Module):
    def forward(self, x):
        return F.relu(x).add_(100)


def test_a_layer_is_kept_as_it_was_before_it_was_changed_in_place():
    x = draws(5, 2)
    _, relu, output = layers_of(Overwritten(), x)
    assert np.array_equal(relu.points, x.clamp(min=0).numpy())
    assert (output.points >= 100).all()


def convolutional():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3),
        nn.GELU(), nn.Flatten(), nn.Dropout(), nn.Linear(6, 2),
    )  # fmt: skip


def test_a_convolutional_network_is_flattened_or_pooled():
    model, x = convolutional(), draws(7, 1, 8, 8)
    assert [layer.points.shape for layer in layers_of(model, x)] == [
        (7, 64), (7, 4 * 36), (7, 6), (7, 2),
    ]  # fmt: skip
    pooled = layers_of(model, x, pool="mean")
    assert [layer.points.shape for layer in pooled] == [(7, 1), (7, 4), (7, 6), (7, 2)]
    assert pooled[0].points == pytest.approx(x.mean(dim=(2, 3)).numpy())
    highest = layers_of(model, x, pool=lambda a: a.amax(dim=(2, 3)) if a.ndim == 4 else a)
    assert highest[0].points == pytest.approx(x.amax(dim=(2, 3)).numpy())


class Transformer(nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.embed = nn.Embedding(11, 8)
        self.encoder = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, **options)
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.encoder(self.embed(x)).mean(dim=1))


def test_a_transformer_encoder_layer_of_tokens():
    x = torch.arange(20).reshape(4, 5) % 11
    for options, name in (
        ({}, "encoder.relu()"),
        ({"activation": nn.GELU()}, "encoder.activation"),
    ):
        model = Transformer(**options)
        layers = layers_of(model, x, pool="mean")
        assert [layer.name for layer in layers] == ["input", name, "output"]
        assert layers[1].points.shape == (4, 16)
    whole = layers_of(model, x, layers=["encoder"])
    with torch.no_grad():
        expected = model.eval().encoder(model.embed(x)).flatten(1)
    assert whole[1].points == pytest.approx(expected.numpy(), abs=1e-5)


def test_points_must_be_the_first_axis():
    model = nn.Sequential(nn.TransformerEncoderLayer(8, 2, 16), nn.Flatten(), nn.Linear(40, 2))
    layers_of(model, draws(4, 5, 8))  # of as many points on both axes nothing can be said
    wrong = nn.Sequential(nn.Flatten(0, 1), nn.ReLU(), nn.Linear(8, 2))
    with pytest.raises(InputError, match=r"layer '1' gives shape \(20, 8\) for 4 points, but its"):
        layers_of(wrong, draws(4, 5, 8))


class Functions(nn.Module):
    """An activation each way of calling one, and modules that call the function inside."""

    def __init__(self):
        super().__init__()
        self.linear, self.act = nn.Linear(3, 3), nn.Sigmoid()

    def forward(self, x):
        x = torch.relu(self.linear(x))
        x = F.relu(self.linear(x))
        x = self.linear(x).relu()
        x = F.relu(self.linear(x), inplace=True)
        x = self.linear(x).relu_()
        x = F.leaky_relu(self.linear(x), 0.1)
        x = F.gelu(torch.tanh(self.linear(x)))
        x = F.softplus(F.silu(F.elu(torch.sigmoid(x))))
        x = self.act(self.linear(x))
        return torch.softmax(self.linear(x), dim=1)[:, :2]


def test_activations_called_as_functions_are_caught_once_each_in_order():
    assert [layer.type for layer in layers_of(Functions(), draws(5, 3))][1:-1] == [
        *["relu()"] * 5, "leaky_relu()", "tanh()", "gelu()", "sigmoid()", "elu()", "silu()",
        "softplus()", "Sigmoid",
    ]  # fmt: skip
    names = names_of(Functions(), draws(5, 3), layers=["relu()", "act"])
    assert names == ["input", "relu()", *[f"relu() ({i})" for i in range(2, 6)], "act", "output"]


@pytest.mark.parametrize("name", sorted(nn.modules.activation.__all__))
def test_every_activation_module_of_torch_is_one_layer(name):
    if name in ("MultiheadAttention", "Softmax", "Softmin", "LogSoftmax", "Softmax2d"):
        return
    arguments = {"Threshold": (0.1, 20)}.get(name, ())
    model = nn.Sequential(nn.Linear(3, 4), getattr(nn, name)(*arguments), nn.Flatten(), nn.ReLU6())
    assert names_of(model, draws(5, 3), layers=None) == ["input", "1", "output"]


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


def test_layers_by_name_type_and_predicate():
    model, x = nn.Sequential(nn.Linear(2, 3), Swish(), nn.Linear(3, 3), nn.ReLU()), draws(5, 2)
    assert names_of(model, x, layers=["2", "0"]) == ["input", "0", "2", "output"]
    assert names_of(model, x, layers=[Swish, nn.ReLU]) == ["input", "1", "3", "output"]
    assert names_of(model, x, layers=nn.Linear) == ["input", "0", "2", "output"]
    assert names_of(model, x, layers="1") == ["input", "1", "output"]
    assert names_of(model, x, layers=lambda name, module: name == "3") == ["input", "3", "output"]
    assert names_of(model, x, layers=[]) == ["input", "output"]
    assert names_of(model, x) == ["input", "1.sigmoid()", "output"]  # ends with its ReLU


def test_a_layer_that_gives_no_tensor_is_refused():
    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(3, 2, batch_first=True)

        def forward(self, x):
            return self.lstm(x)[0][:, -1]

    with pytest.raises(InputError, match="layer 'lstm' returns a tuple, but must return one tens"):
        layers_of(Recurrent(), draws(5, 4, 3), layers=["lstm"])
    with pytest.raises(InputError, match=r"no activation was found .* its modules are lstm"):
        layers_of(Recurrent(), draws(5, 4, 3))


def test_a_model_that_goes_another_way_in_another_batch_is_refused():
    class Branch(nn.Module):
        def forward(self, x):
            return torch.relu(x) if x[0, 0] > 2 else torch.tanh(x).relu()

    x = torch.arange(12.0).reshape(6, 2)
    with pytest.raises(InputError, match="other layers in one batch than in another: give a batch"):
        layers_of(Branch(), x, batch_size=2)


def state_of(model):
    return (
        [m.training for m in model.modules()],
        [p.requires_grad for p in model.parameters()],
        [p.grad is None for p in model.parameters()],
        [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules()],
        {name: tensor.clone() for name, tensor in model.state_dict().items()},
    )


def assert_same_state(model, before):
    after = state_of(model)
    assert after[:4] == before[:4]
    assert all(torch.equal(tensor, before[4][name]) for name, tensor in after[4].items())


class Noisy(nn.Module):
    def forward(self, x):
        return F.dropout(torch.relu(x), training=True)


def test_the_model_and_the_random_numbers_are_left_as_found():
    model = nn.Sequential(convolutional(), Noisy())
    model.train()
    model[0][1].eval()  # a mode of its own
    model[0][0].weight.requires_grad_(False)
    model(draws(7, 1, 8, 8)).sum().backward()
    before, random = state_of(model), torch.get_rng_state()
    with left_as_found(model):
        outputs(model, draws(7, 1, 8, 8), 3)
        record(model, draws(7, 1, 8, 8), batch_size=3)
    assert_same_state(model, before)
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.is_grad_enabled()


class Fails(nn.Module):
    def forward(self, x):
        raise RuntimeError("out of order")


def test_hooks_and_modes_are_put_back_after_an_exception():
    model = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Dropout(), Fails())
    before = state_of(model)
    with pytest.raises(RuntimeError, match="out of order"):
        layers_of(model, draws(5, 3))
    assert_same_state(model, before)
    assert torch.is_grad_enabled()
    # Nor is the function mode left on: a function is called as ever.
    assert not torch.overrides._get_current_function_mode_stack()


def test_precision_and_place_are_those_of_the_model():
    x = draws(5, 3)
    double = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).double()
    assert {layer.points.dtype for layer in layers_of(double, x)} == {np.dtype(np.float64)}
    half = copy.deepcopy(double).bfloat16()
    assert {layer.points.dtype for layer in layers_of(half, x)} == {np.dtype(np.float32)}
    whole = (x * 10).to(torch.int64)
    assert np.array_equal(layers_of(double, whole)[0].points, whole.numpy())
    assert {p.dtype for p in double.parameters()} == {torch.float64}


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_model_on_the_gpu_stays_there():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).cuda()
    random = torch.cuda.get_rng_state()
    on_gpu = layers_of(model, draws(5, 3))
    assert {p.device.type for p in model.parameters()} == {"cuda"}
    assert torch.equal(torch.cuda.get_rng_state(), random)
    for layer, same in zip(on_gpu, layers_of(model.cpu(), draws(5, 3)), strict=True):
        assert layer.points == pytest.approx(same.points, abs=1e-5)
