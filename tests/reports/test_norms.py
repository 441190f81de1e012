"""Where a team stands among the others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reports.errors import BadInputError
from reports.norms import mid_rank_percentiles, percentile_bands

MEANS = np.array([3.4, 2.9, 3.4, 4.1, 1.8, 3.0, 2.9, 3.9, 2.2])
SOME = arrays(
    float, st.integers(1, 30), elements=st.integers(0, 9).map(float) | st.just(np.nan)
)


def test_percentiles_match_r() -> None:
    # R 4.2.2: (rank(v) - .5) / length(v)
    expected = np.array([12, 6, 12, 17, 1, 9, 6, 15, 3]) / 18
    np.testing.assert_allclose(mid_rank_percentiles(MEANS), expected, rtol=1e-12)


def test_bands_match_r_and_a_quartile_is_in_the_middle() -> None:
    # R 4.2.2: quantile(v, c(.25, .75)) is 2.9 and 3.4
    assert percentile_bands(MEANS).tolist() == [1, 1, 1, 2, 0, 1, 1, 2, 0]


def test_a_team_without_a_figure_stays_without_and_does_not_count() -> None:
    holes = np.append(MEANS, [np.nan, np.nan])
    for place in (mid_rank_percentiles, percentile_bands):
        np.testing.assert_array_equal(place(holes)[:9], place(MEANS))
        assert np.isnan(place(holes)[9:]).all()


@settings(max_examples=60, deadline=None)
@given(values=SOME)
def test_turning_the_scale_mirrors_every_place(values: np.ndarray) -> None:
    percentiles, bands = mid_rank_percentiles(values), percentile_bands(values)
    np.testing.assert_allclose(mid_rank_percentiles(10 - values), 1 - percentiles)
    np.testing.assert_array_equal(percentile_bands(10 - values), 2 - bands)
    known = ~np.isnan(values)
    assert ((percentiles[known] > 0) & (percentiles[known] < 1)).all()
    assert (bands[known] == 0).sum() <= np.ceil(known.sum() / 4)


def test_float_noise_makes_no_ranks() -> None:
    alike = np.array([0.1 + 0.2, 0.3, 0.4 - 0.1, 0.3 + 1e-13])
    assert mid_rank_percentiles(alike).tolist() == [0.5] * 4
    assert percentile_bands(alike).tolist() == [1] * 4


def test_nobody_has_no_place() -> None:
    for place in (mid_rank_percentiles, percentile_bands):
        assert place([]).shape == (0,)
        assert np.isnan(place([np.nan])).all()
        with pytest.raises(BadInputError, match="`values` holds an infinite value"):
            place([1.0, np.inf])
