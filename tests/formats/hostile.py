"""Names that are legal and that careless writers break."""

from dataclasses import replace

import numpy as np

from causal_model.network import Network, Variable
from tests.networks import random_network

NAMES = [
    "network", "variable", "probability", "table", "default", "property", "type", "node", "potential",
    "a b", "a,b", "a/b", "a//b", "/*", "*/", "//", "%", "#", ";", "{", "}", "(", ")", "[", "]", "|", "=",
    '"', '"a"', "\\", '\\"', "a\\", "'", "&", "&amp;", "<", "</NAME>", "]]>", "<!--", "-1", "1", "0.5",
    "1e3", "nan", "yes", "no", "null", "~", "true", "- a", "? a", "a: b", "a #b", "@a", "`", "!a", "*a",
    "&a", ",", "温度", "naïve", "🙂", "Ω", "<5", ">=7.5", "12+", "x" * 120,
]  # fmt: skip
# What only some formats carry.
PADDED = [" a", "a ", " "]


def hostile_network(rng: np.random.Generator) -> Network:
    """A random network in which every node and state has one of the names."""
    network = random_network(rng, nodes=int(rng.integers(2, 7)))
    names = dict(zip(network.variables, rng.permutation(NAMES).tolist(), strict=False))
    return renamed(network, names, rng)


def renamed(network: Network, names: dict[str, str], rng: np.random.Generator) -> Network:
    variables = {
        names[name]: Variable(names[name], tuple(rng.permutation(NAMES)[: variable.size].tolist()))
        for name, variable in network.variables.items()
    }
    return replace(
        network,
        variables=variables,
        parents={names[k]: tuple(names[p] for p in above) for k, above in network.parents.items()},
        tables={names[name]: table for name, table in network.tables.items()},
    )
