"""The points at every layer of any torch module, in the order in which it computes them.

Forward hooks see what modules return. A ``torch.overrides.TorchFunctionMode`` sees activations that
are called as functions, as in ``torch.relu(self.linear(x))``. Nothing is traced: loops, branches
and shared modules are recorded as they run, and a module that is called twice gives two layers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils.hooks import RemovableHandle

from topodnn.errors import InputError
from topodnn.networks.residual import Residual

# All of torch.nn.modules.activation but attention and the softmaxes, which mix the features.
ACTIVATION_MODULES = tuple(
    getattr(nn, name)
    for name in nn.modules.activation.__all__
    if name != "MultiheadAttention" and "oftm" not in name
)
# Their names in torch, in torch.nn.functional and as methods; in place with "_" at the end.
ACTIVATION_FUNCTIONS = {
    "celu", "elu", "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh",
    "leaky_relu", "logsigmoid", "log_sigmoid", "mish", "prelu", "relu", "relu6", "rrelu", "selu",
    "sigmoid", "silu", "softplus", "softshrink", "softsign", "tanh", "tanhshrink", "threshold",
}  # fmt: skip
Layers = None | Callable[[str, nn.Module], bool] | Iterable[str | type[nn.Module]]
Pool = str | Callable[[torch.Tensor], torch.Tensor]


class Layer(NamedTuple):
    """The output of one layer.

    name : of the module, or of the function as in ``"block.relu()"``; from the second call on
    with the number of the call, as in ``"act (2)"``. type : class of the module, or name of the
    function. points : (n_points, n_features).
    """

    name: str
    type: str
    points: np.ndarray


@contextmanager
def left_as_found(model: nn.Module) -> Iterator[None]:
    """Evaluate a model without gradients; its modes and the random state stay as they were.

    Every submodule returns to its own mode, training or evaluation.
    """
    modes = [(module, module.training) for module in model.modules()]
    devices = {p.device.index or 0 for p in model.parameters() if p.device.type == "cuda"}
    try:
        with torch.random.fork_rng(sorted(devices)), torch.no_grad():
            model.eval()
            yield
    finally:
        for module, mode in modes:
            module.training = mode


def batches(model: nn.Module, points: torch.Tensor, batch_size: int) -> Iterator[torch.Tensor]:
    """The points in batches, on the device and in the precision of the model.

    Whole numbers stay whole where the model has an embedding, which takes them as indices.
    """
    tensors = [*model.parameters(), *model.buffers()]
    device = tensors[0].device if tensors else points.device
    dtype = next((t.dtype for t in tensors if t.is_floating_point()), torch.float32)
    looked_up = any(isinstance(m, (nn.Embedding, nn.EmbeddingBag)) for m in model.modules())
    if looked_up and not points.is_floating_point():
        dtype = points.dtype
    for batch in points.split(batch_size):
        yield batch.to(device, dtype)


def outputs(model: nn.Module, points: torch.Tensor, batch_size: int) -> torch.Tensor:
    """The output of a model for all points, on the CPU; call it within :func:`left_as_found`.

    Raises
    ------
    InputError
        If that is not a matrix with one row per point and at least two columns, as logits are.
    """
    parts = []
    for batch in batches(model, points, batch_size):
        found = model(batch)
        if not isinstance(found, torch.Tensor):
            raise InputError(
                f"the model returns {_described(found)}, but must return one tensor of logits, "
                "(n_points, n_classes): wrap it in a module that does"
            )
        if found.ndim != 2 or len(found) != len(batch) or found.shape[1] < 2:
            raise InputError(
                f"the model returns shape {tuple(found.shape)} for {len(batch)} points, but must "
                "return logits of shape (n_points, n_classes); with by='true' any tensor will do"
            )
        parts.append(found.cpu())
    return torch.cat(parts)


def record(
    model: nn.Module,
    points: torch.Tensor,
    *,
    layers: Layers = None,
    pool: Pool = "flatten",
    batch_size: int = 1024,
) -> list[Layer]:
    """Feed points to a model and record the outputs of its layers.

    Parameters
    ----------
    model : torch.nn.Module
        To be called within :func:`left_as_found`.
    points : torch.Tensor of shape (n_points, ...)
    layers : optional
        Which layers to record between the input and the output. By default every activation,
        module or function; a :class:`Residual` is one. Else a list of names of modules, names of
        functions as in ``"relu()"`` and classes of modules, or a function of name and module
        that says whether to record it.
    pool : {'flatten', 'mean'} or callable
        How outputs with more than one axis per point become rows, see :func:`in_rows`.
    batch_size : int

    Returns
    -------
    list of Layer
        The input first, the output of the model last.

    Raises
    ------
    InputError
        If no layer has a given name, if no layer is found, if a layer does not return a tensor
        with one row per point, or if two batches call different layers.
    """
    takes_module, takes_function, names = _choice(layers, model)
    found: list[list[torch.Tensor]] = []
    kept: list[tuple[str, str]] = []
    at_the_end = False
    for batch in batches(model, points, batch_size):
        with _Recorder(model, takes_module, takes_function, pool, len(batch)) as recorder:
            output = model(batch)
        same = recorder.newest is output
        recorder.keep("output", type(model).__name__, output)
        # Where a model ends with an activation, the output is listed only once.
        same = same and torch.equal(recorder.calls[-1][2], recorder.calls[-2][2])
        at_the_end = layers is None and same
        if at_the_end:
            recorder.calls.pop(-2)
        calls = [("input", "input", in_rows("input", batch, pool, len(batch))), *recorder.calls]
        if kept and [call[:2] for call in calls] != kept:
            raise InputError(
                "the model calls other layers in one batch than in another: give a batch_size of "
                f"at least {len(points)}, or points that take the same way"
            )
        kept = [call[:2] for call in calls]
        found.append([call[2] for call in calls])
    if layers != [] and not at_the_end:
        _check_found(model, {name for name, _ in kept[1:-1]}, names)
    counted: Counter[str] = Counter()
    result = []
    for (name, kind), parts in zip(kept, zip(*found, strict=True), strict=True):
        counted[name] += 1
        shown = name if counted[name] == 1 else f"{name} ({counted[name]})"
        result.append(Layer(shown, kind, torch.cat(parts).numpy()))
    return result


def in_rows(name: str, output: object, pool: Pool, n_points: int) -> torch.Tensor:
    """The output of a layer, one row per point: a copy on the CPU, in single or double precision.

    ``"flatten"`` puts the numbers of a point into one row. ``"mean"`` averages over positions: over
    the tokens of (n_points, n_tokens, n_features), and over all axes after the channels of
    (n_points, n_channels, height, width) and the like. A callable is given the tensor.

    Raises
    ------
    InputError
        If the output is not a tensor, or does not have one row per point.
    """
    if not isinstance(output, torch.Tensor):
        raise InputError(
            f"layer {name!r} returns {_described(output)}, but must return one tensor: choose "
            "other layers"
        )
    rows = output.detach()
    if callable(pool):
        rows = pool(rows)
    elif pool == "mean" and rows.ndim > 2:
        rows = rows.float().mean(dim=1 if rows.ndim == 3 else tuple(range(2, rows.ndim)))
    if rows.ndim == 0 or len(rows) != n_points:
        raise InputError(
            f"layer {name!r} gives shape {tuple(output.shape)} for {n_points} points, but its "
            "first axis must be that of the points (batch_first): choose other layers"
        )
    rows = rows.flatten(1) if rows.ndim > 1 else rows[:, None]
    # A copy, since later layers may change the tensor in place.
    dtype = torch.float64 if rows.dtype == torch.float64 else torch.float32
    return rows.to("cpu", dtype, copy=True)


class _Recorder(TorchFunctionMode):
    """A context that records the layers of one call of a model."""

    def __init__(
        self,
        model: nn.Module,
        takes_module: Callable[[str, nn.Module], bool],
        takes_function: Callable[[str], bool],
        pool: Pool,
        n_points: int,
    ) -> None:
        super().__init__()
        self.model, self.takes_module, self.takes_function = model, takes_module, takes_function
        self.pool, self.n_points = pool, n_points
        self.calls: list[tuple[str, str, torch.Tensor]] = []
        self.newest: object = None
        self.open: list[tuple[str, bool]] = []
        self.hooks: list[RemovableHandle] = []

    def __enter__(self) -> Self:
        for name, module in self.model.named_modules():
            if module is not self.model:
                taken = self.takes_module(name, module)
                # What an activation calls inside is not another activation.
                closed = taken or isinstance(module, ACTIVATION_MODULES)
                self.hooks.append(module.register_forward_pre_hook(self._enter(name, closed)))
                self.hooks.append(module.register_forward_hook(self._leave(name, taken)))
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        for hook in self.hooks:
            hook.remove()
        super().__exit__(*error)

    def _enter(self, name: str, closed: bool) -> Callable[..., None]:
        return lambda module, inputs: self.open.append((name, closed))

    def _leave(self, name: str, taken: bool) -> Callable[..., None]:
        def hook(module: nn.Module, inputs: object, output: object) -> None:
            self.open.pop()
            if taken:
                self.keep(name, type(module).__name__, output)

        return hook

    def __torch_function__(
        self, function: Callable, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = function(*args, **(kwargs or {}))
        called = getattr(function, "__name__", "").removesuffix("_")
        if called in ACTIVATION_FUNCTIONS and not any(closed for _, closed in self.open):
            caller = f"{self.open[-1][0]}." if self.open else ""
            if self.takes_function(f"{caller}{called}()"):
                self.keep(f"{caller}{called}()", f"{called}()", result)
        return result

    def keep(self, name: str, kind: str, output: object) -> None:
        rows = in_rows(name, output, self.pool, self.n_points)
        self.calls.append((name, kind, rows))
        self.newest = output


def _choice(layers: Layers, model: nn.Module) -> tuple[Callable, Callable, list[str]]:
    """Tests of which modules and functions are layers, and the names that must be found."""
    if layers is None:
        return _takes_activations(model), lambda name: True, []
    if callable(layers) and not isinstance(layers, type):
        return layers, lambda name: False, []
    layers = [layers] if isinstance(layers, (str, type)) else list(layers)
    names = [layer for layer in layers if isinstance(layer, str)]
    types = tuple(layer for layer in layers if isinstance(layer, type))
    for layer in layers:
        if not isinstance(layer, (str, type)):
            raise InputError(
                f"layers has {layer!r}, but must have names and classes of modules, such as "
                "'encoder.0' and torch.nn.ReLU"
            )
    return (
        lambda name, module: name in names or isinstance(module, types),
        lambda name: name in names,
        names,
    )


def _takes_activations(model: nn.Module) -> Callable[[str, nn.Module], bool]:
    """A test of which modules are activations; a residual layer is one, and those in it are not."""
    blocks = tuple(f"{name}." for name, m in model.named_modules() if isinstance(m, Residual))
    taken = (*ACTIVATION_MODULES, Residual)
    return lambda name, module: isinstance(module, taken) and not name.startswith(blocks)


def _check_found(model: nn.Module, called: set[str], names: list[str]) -> None:
    known = ", ".join(name for name, _ in model.named_modules() if name) or "none"
    for name in names:
        if name not in called:
            raise InputError(
                f"layers names {name!r}, but the model calls no such layer; its modules are "
                f"{known}, and a function is named as in 'relu()'"
            )
    if not called:
        raise InputError(
            "no activation was found between the input and the output of the model; name the "
            f"layers: its modules are {known}"
        )


def _described(value: object) -> str:
    return f"a {type(value).__name__}" if value is not None else "nothing"
