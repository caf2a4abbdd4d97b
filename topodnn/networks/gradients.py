"""The gradients of a stack of networks.

Autograd makes new tensors at every layer of every step, and much of a step of such narrow layers is
spent on them. Here the outputs of the layers are written over those of the pass before, which are
still in the processor's cache. The operations are those of autograd, and so are the numbers; but
where two layers in a row are one neuron short of whole registers, sums have another order.
"""

import math

import torch
from torch import nn

from topodnn.networks.residual import skips

_Buffers = tuple[list[torch.Tensor], list[torch.Tensor]]
REGISTER = 16  # single precision numbers in a register of AVX-512
aten = torch.ops.aten
# For these the derivative is known from the output alone. Each function changes its first argument:
# the sums of a layer to the outputs, the gradient of the outputs to that of the sums.
FORWARD = {
    nn.ReLU: lambda sums, _: sums.relu_(),
    nn.LeakyReLU: lambda sums, f: nn.functional.leaky_relu_(sums, f.negative_slope),
    nn.Sigmoid: lambda sums, _: sums.sigmoid_(),
    nn.Tanh: lambda sums, _: sums.tanh_(),
}
BACKWARD = {
    nn.ReLU: lambda g, output, _: aten.threshold_backward.grad_input(g, output, 0, grad_input=g),
    nn.LeakyReLU: lambda g, output, f: aten.leaky_relu_backward.grad_input(
        g, output, f.negative_slope, True, grad_input=g
    ),
    nn.Sigmoid: lambda g, output, _: aten.sigmoid_backward.grad_input(g, output, grad_input=g),
    nn.Tanh: lambda g, output, _: aten.tanh_backward.grad_input(g, output, grad_input=g),
}


class Gradients:
    """The gradients of a stack, summed over passes of some points each.

    Parameters
    ----------
    tensors : list of torch.Tensor
        Weight (n_networks, n_out, n_in) and bias (n_networks, n_out) of every layer, in turn.
    activation : torch.nn.Module
        Of the hidden layers; it acts on each number by itself.
    class_weights : torch.Tensor of shape (n_classes,), optional
        By which the cross entropy of a point is multiplied, according to its class.
    residual : bool
        As in :func:`topodnn.networks.stacks.layer_outputs`.

    Attributes
    ----------
    tensors : list of torch.Tensor
        The gradients, laid out like the tensors. The next pass after :meth:`clear` starts anew.
    """

    def __init__(
        self,
        tensors: list[torch.Tensor],
        activation: nn.Module,
        class_weights: torch.Tensor | None = None,
        residual: bool = False,
    ) -> None:
        self.tensors = [torch.empty_like(tensor) for tensor in tensors]
        self._weights, self._biases = tensors[::2], [bias.unsqueeze(2) for bias in tensors[1::2]]
        self._transposed = [weight.transpose(1, 2) for weight in self._weights]
        self._activation, self._class_weights = activation, class_weights
        self._skips = skips(self._weights, residual)
        slope = getattr(activation, "negative_slope", 1.0)  # if not positive, the sign is lost
        self._in_place = type(activation) in BACKWARD and slope > 0
        self._buffers: dict[int, _Buffers] = {}
        self._padded: dict[tuple[int, ...], tuple[torch.Tensor, torch.Tensor]] = {}
        self._empty = True

    def clear(self) -> None:
        """Forget the sum: the next pass starts a new one."""
        self._empty = True

    @torch.no_grad()
    def add(
        self, points: torch.Tensor, labels: torch.Tensor, n_points: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Add the gradients of the sum of the cross entropies of some points over `n_points`.

        Parameters
        ----------
        points : torch.Tensor of shape (n_networks, n_features, n)
        labels : torch.Tensor of shape (n_networks, n)
        n_points : int
            Points of the whole step, of which these are a part.

        Returns
        -------
        losses : torch.Tensor of shape (n_networks, n)
        scores : torch.Tensor of shape (n_networks, n_classes, n)
            The logits; the next pass writes over them.
        """
        sums, of_sums = self._buffers_for(points)
        inputs, pairs = [points], []
        for bias, weight, out in zip(self._biases, self._weights, sums, strict=True):
            torch.baddbmm(bias, weight, inputs[-1], out=out)
            if len(inputs) < len(sums):
                pairs.append(self._activate(out))
                found = pairs[-1][1].detach()
                inputs.append(inputs[-1] + found if self._skips[len(inputs) - 1] else found)
        scores = sums[-1].detach().requires_grad_()
        with torch.enable_grad():
            losses = nn.functional.cross_entropy(
                scores, labels, self._class_weights, reduction="none"
            )
            (losses.sum() / n_points).backward()
        self._backward(scores.grad, inputs, pairs, of_sums)
        self._empty = False
        return losses.detach(), scores.detach()

    def _backward(
        self,
        gradient: torch.Tensor,
        inputs: list[torch.Tensor],
        pairs: list[tuple[torch.Tensor, torch.Tensor]],
        of_sums: list[torch.Tensor],
    ) -> None:
        """Add to all layers, from the gradient of the last sums back to the first layer."""
        of_outputs = gradient  # of the layer that is at hand, where it is residual
        for layer in reversed(range(len(inputs))):
            self._add_to_layer(layer, gradient, inputs[layer])
            if layer == 0:
                return
            back = torch.bmm(self._transposed[layer], gradient, out=of_sums[layer - 1])
            if self._skips[layer]:
                back += of_outputs
            if self._skips[layer - 1]:
                of_outputs = back.clone()  # since what follows may write over it
            gradient = self._gradient_of_sums(back, *pairs[layer - 1])

    def _buffers_for(self, points: torch.Tensor) -> _Buffers:
        """For the sums of each layer, and for the gradients of those of the hidden layers."""
        n_networks, _, n_points = points.shape
        if n_points not in self._buffers:
            shapes = [(n_networks, weight.shape[1], n_points) for weight in self._weights]
            spare = [points.new_empty(max(map(math.prod, shapes))) for _ in range(2)]
            self._buffers[n_points] = (
                [points.new_empty(shape) for shape in shapes],
                [spare[i % 2][: math.prod(s)].view(s) for i, s in enumerate(shapes[:-1])],
            )
        return self._buffers[n_points]

    def _activate(self, sums: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The sums and the outputs of a layer, which may be the same memory."""
        if self._in_place:
            FORWARD[type(self._activation)](sums, self._activation)
            return sums, sums
        with torch.enable_grad():
            leaf = sums.detach().requires_grad_()
            return leaf, self._activation(leaf.clone())  # which it may change in place

    def _gradient_of_sums(
        self, gradient: torch.Tensor, sums: torch.Tensor, outputs: torch.Tensor
    ) -> torch.Tensor:
        """The gradient of the sums of a layer from that of its outputs."""
        if self._in_place:
            BACKWARD[type(self._activation)](gradient, outputs, self._activation)
            return gradient
        return torch.autograd.grad(outputs, sums, gradient)[0]

    def _add_to_layer(self, layer: int, gradient: torch.Tensor, inputs: torch.Tensor) -> None:
        of_weight, of_bias = self.tensors[2 * layer : 2 * layer + 2]
        if _is_one_short(gradient, inputs):
            found = self._with_ones(gradient, inputs)
            if self._empty:
                of_weight.zero_()
                of_bias.zero_()
            of_weight += found[:, :-1, :-1]
            of_bias += found[:, :-1, -1]
        elif self._empty:
            torch.bmm(gradient, inputs.transpose(1, 2), out=of_weight)
            torch.sum(gradient, 2, out=of_bias)
        else:
            of_weight.baddbmm_(gradient, inputs.transpose(1, 2))
            of_bias.add_(gradient.sum(2))

    def _with_ones(self, gradient: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
        """Gradient times inputs, both with one neuron more: of the inputs, one that is always 1.

        Its column of the product is the gradient of the biases.
        """
        n_networks, width, n_points = shape = tuple(inputs.shape)
        if shape not in self._padded:
            zeros = inputs.new_zeros(n_networks, width + 1, n_points)
            self._padded[shape] = zeros, torch.ones_like(zeros)
        left, right = self._padded[shape]
        left[:, :-1], right[:, :-1] = gradient, inputs
        return torch.bmm(left, right.transpose(1, 2))


def _is_one_short(gradient: torch.Tensor, inputs: torch.Tensor) -> bool:
    """Whether one neuron more in both layers fills whole registers (benchmarks/README.md)."""
    same = gradient.shape == inputs.shape and gradient.device.type == "cpu"
    return same and (gradient.shape[1] + 1) % REGISTER == 0
