"""Networks from files of weights, whatever their layers are called."""

import pytest
import safetensors.torch
import torch
from torch import nn

from topodnn.errors import InputError
from topodnn.networks.state_dicts import linear_layers, load


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
