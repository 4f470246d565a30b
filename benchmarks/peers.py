"""The same network in other programs."""

from typing import Any

from causal_model.network import Network

__all__ = ["pyagrum_network"]


def pyagrum_network(network: Network) -> Any:
    """The network as pyAgrum's, with the same tables in float64."""
    import pyagrum as gum

    net = gum.BayesNet()
    for name, variable in network.variables.items():
        net.add(gum.LabelizedVariable(name, name, list(variable.states)))
    for name, above in network.parents.items():
        for parent in above:
            net.addArc(parent, name)
    for name, above in network.parents.items():
        family = [*above, name]
        order = [family.index(each) for each in net.cpt(name).names][::-1]
        net.cpt(name).fillWith(network.tables[name].transpose(order).reshape(-1).tolist())
    return net
