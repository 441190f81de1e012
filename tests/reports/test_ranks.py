"""Mid-ranks, doubled."""

from __future__ import annotations

import numpy as np

from reports.ranks import doubled_ranks


def test_ties_share_their_place_as_in_r() -> None:
    # R 4.2.2: 2 * rank(c(3, 1, 3, 2, 3))
    assert doubled_ranks(np.array([3.0, 1, 3, 2, 3])).tolist() == [8, 2, 8, 4, 8]


def test_float_noise_ties_and_nobody_has_no_rank() -> None:
    assert doubled_ranks(np.array([0.1 + 0.2, 0.3, -1.0])).tolist() == [5, 5, 2]
    assert doubled_ranks(np.array([])).shape == (0,)
