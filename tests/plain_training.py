"""Training one network at a time, as it is usually written: for tests and benchmarks."""

import torch
from torch import nn

from topodnn.networks.activations import DEFAULT_GAIN, GAINS, make_activation
from topodnn.networks.optimiser import learning_rate
from topodnn.networks.stacks import draw_network
from topodnn.networks.trials import generator


def train_one(points, labels, widths, activation, protocol, seed):
    """Train a torch.nn.Sequential with torch.optim.Adam, drawn as the first trial of `seed`.

    Returns
    -------
    linear : list of torch.nn.Linear
    losses : list of float
        Mean loss of each epoch.
    """
    function = make_activation(activation)
    gain = protocol["gain"] or GAINS.get(activation, DEFAULT_GAIN)
    drawn = draw_network(widths, protocol["initial_weights"], gain, function, generator(seed, 1, 0))
    linear = [nn.Linear(weight.shape[1], weight.shape[0]) for weight, _ in drawn]
    for layer, (weight, bias) in zip(linear, drawn, strict=True):
        layer.weight.data, layer.bias.data = weight, bias
    hidden = [module for layer in linear[:-1] for module in (layer, function)]
    model = nn.Sequential(*hidden, linear[-1])
    betas, epsilon = (0.9, protocol["beta_2"]), protocol["epsilon"]
    adam = torch.optim.Adam(model.parameters(), betas=betas, eps=epsilon)
    loss_function = nn.CrossEntropyLoss()
    points, labels = torch.as_tensor(points), torch.as_tensor(labels)
    size = protocol["batch_size"] or len(points)
    order, n_batches, losses = generator(seed, 1, 1), -(-len(points) // size), []
    for epoch in range(protocol["epochs"]):
        total = 0.0
        shuffled = torch.randperm(len(points), generator=order)
        if not protocol["batch_size"]:
            shuffled = torch.arange(len(points))
        for i, batch in enumerate(shuffled.split(size)):
            step = epoch * n_batches + i
            adam.param_groups[0]["lr"] = learning_rate(
                step, protocol["epochs"] * n_batches, protocol
            )
            loss = loss_function(model(points[batch]), labels[batch])
            adam.zero_grad()
            loss.backward()
            if protocol["clip_norm"]:
                nn.utils.clip_grad_norm_(model.parameters(), protocol["clip_norm"])
            adam.step()
            total += loss.item() * len(batch)
        losses.append(total / len(points))
    return linear, losses
