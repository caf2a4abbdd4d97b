"""Training protocols by name: every setting of a training in one table.

``fast`` is ours. ``paper`` is that of the code released with Naitzat, Zhitnikov and Lim, JMLR
21(184), 2020. ``notebook`` is that of giotto-deep's tutorial, which accepts every network.
``config/README.md`` says what each setting means.
"""

import copy
from typing import Any

FAST = {
    "standardise": True,
    "hold_out": True,
    "epochs": 80,
    "batch_size": 200,
    "learning_rate": 0.01,
    "reference_width": 15,
    "schedule": "cosine_squared",
    "half_life": 2500,
    "warm_up": 0.05,
    "beta_2": 0.99,
    "epsilon": 1e-8,
    "clip_norm": None,
    "class_weights": "none",
    "shuffle_labels": False,
    "initial_weights": "centred",
    "gain": None,
    "eval_every": None,
    "well_trained_rule": True,
    "max_trials": 3,
    "max_train_error": 0.0,
    "max_held_out_error": 0.001,
    "by_activation": {
        "relu": {"epochs": 120},
        "sigmoid": {"learning_rate": 0.025},
        # Their slope at 0, where the sums start, is 1/2. With the gain of ReLU, √2, points come
        # closer by a factor of about 0.7 from layer to layer, and of five networks of 9x15 on D-I
        # four (SiLU) and three (softplus) learnt too late or not at all; with 2, none.
        "silu": {"gain": 2.0},
        "softplus": {"gain": 2.0},
    },
}
PROTOCOLS = {
    "fast": FAST,
    "paper": FAST
    | {
        "standardise": False,
        "hold_out": False,
        "epochs": 12_000,
        "beta_2": 0.999,
        "batch_size": None,
        "learning_rate": 0.02,
        "reference_width": None,
        "schedule": "halving",
        "warm_up": 0.0,
        "initial_weights": "glorot",
        "gain": 1.0,
        "eval_every": 1000,
        "max_trials": 80,
        "max_held_out_error": 1.0,  # the released code reads the training error only
        "by_activation": {},
    },
    "notebook": FAST
    | {
        "standardise": False,
        "epochs": 7,
        "beta_2": 0.999,
        "batch_size": 100,
        "learning_rate": 0.01,
        "reference_width": None,
        "schedule": "constant",
        "warm_up": 0.0,
        "clip_norm": 5.0,
        "initial_weights": "torch",
        "well_trained_rule": False,
        "max_trials": 1,
        "by_activation": {},
    },
}


def training_name(training: dict[str, Any]) -> str:
    """What a training is called in paths and tables: its name, or that of its protocol."""
    return training.get("name", training["protocol"])


def resolve_protocol(
    training: dict[str, Any], activation: str, hidden_widths: list[int]
) -> dict[str, Any]:
    """Every setting of the training of one kind of network.

    Parameters
    ----------
    training : dict
        ``protocol``, a name in ``PROTOCOLS``, and whatever differs from it, for all activations
        or, under ``by_activation``, for one; and ``name``, if it has one of its own.
    activation : str
    hidden_widths : list of int
        Neurons of each hidden layer.

    Returns
    -------
    dict
        The keys of a protocol without ``by_activation`` and ``reference_width``, and the name of
        the training as ``protocol``. `training` overrides the protocol, and in each of them the
        settings of the activation override those for all. ``learning_rate`` suits the widest hidden
        layer: above ``reference_width`` it is inversely proportional to the width. A step of Adam
        moves every weight by about the rate, and so the sum of a neuron by its number of inputs
        times as much (Yang et al., "Tensor Programs V", 2022, scale the rate in the same way).
    """
    own = copy.deepcopy(PROTOCOLS[training["protocol"]])
    changes = training | {"protocol": training_name(training)}
    changes.pop("name", None)
    of_activation = own.pop("by_activation").get(activation, {})
    changes_of_activation = changes.pop("by_activation", {}).get(activation, {})
    resolved = own | of_activation | changes | changes_of_activation
    reference, widest = resolved.pop("reference_width"), max(hidden_widths, default=1)
    if reference and widest > reference:
        resolved["learning_rate"] *= reference / widest
    return resolved
