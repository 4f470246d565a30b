"""One compiled network, many threads: the answers are those of one thread."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from causal_model.inference import compiled as module
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from tests.networks import random_network


@pytest.mark.parametrize("plans", [2, 256])
def test_threads_get_the_answers_of_one_thread(plans: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PLANS", plans)
    network = random_network(np.random.default_rng(5), nodes=8, zeros=0.0)
    rng = np.random.default_rng(6)
    names = list(network.variables)
    questions = [
        Findings(observed={str(name): 0 for name in rng.permutation(names)[: rng.integers(1, 4)]})
        for _ in range(300)
    ]
    alone = CompiledNetwork(network)
    wanted = [alone.posterior(each).marginals for each in questions]
    shared = CompiledNetwork(network)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda each: shared.posterior(each).marginals, questions))
    for one, other in zip(wanted, found, strict=True):
        for name in names:
            np.testing.assert_array_equal(one[name], other[name])
