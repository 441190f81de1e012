"""Sums over groups agree with one group at a time."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reports.errors import BadInputError
from reports.grouping import Grouping

POINTS = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan])


def test_labels_stand_in_order_of_first_appearance() -> None:
    grouping = Grouping.of(np.array(["chi", "an", "chi", "binh", "an"]))
    assert grouping.labels.tolist() == ["chi", "an", "binh"]
    assert grouping.index.tolist() == [0, 1, 0, 2, 1]


def test_any_label_with_a_hash_will_do() -> None:
    groups = np.empty(3, dtype=object)
    groups[:] = [("team", 1), None, ("team", 1)]
    grouping = Grouping.of(groups)
    assert grouping.labels.tolist() == [("team", 1), None]
    assert grouping.sums(np.array([1.0, 2.0, 4.0])).tolist() == [5.0, 2.0]


def test_only_kept_raters_make_groups() -> None:
    groups = np.array(["an", "binh", "chi"])
    grouping = Grouping.of(groups, np.array([False, True, True]))
    assert grouping.labels.tolist() == ["binh", "chi"]


@pytest.mark.parametrize(
    "groups",
    [
        np.array([-3, 10**15, -3, 0, 10**15]),
        np.array([127, -128, 127, 5, -128], dtype=np.int8),
        np.array([2**64 - 1, 3, 2**64 - 1, 7, 3], dtype=np.uint64),
        np.array([2.5, -1.0, 2.5, 0.0, -1.0]),
        np.array([("a", 1), None, ("a", 1), "b", None], dtype=object),
    ],
    ids=str,
)
def test_labels_of_every_kind_are_numbered_alike(groups: np.ndarray) -> None:
    grouping = Grouping.of(groups)
    assert grouping.index.tolist() == [0, 1, 0, 2, 1]
    assert grouping.labels.tolist() == groups[[0, 1, 3]].tolist()


def test_groups_of_many_raters_are_worked_on_in_parts() -> None:
    rng = np.random.default_rng(3)
    ratings = rng.integers(1, 6, size=(9_000, 40)).astype(float)
    ratings[rng.random(ratings.shape) < 0.1] = np.nan
    sizes = rng.permutation([2_500, *[1] * 500, *[10] * 600])
    teams = np.repeat(np.arange(sizes.size), sizes)
    mixed = rng.permutation(9_000)
    grouping, again = Grouping.of(teams), Grouping.of(teams[mixed])
    for figure in ("means", "medians", "variances", "mean_deviations", "counts"):
        there = getattr(grouping, figure)(ratings)
        back = getattr(again, figure)(ratings[mixed])[np.argsort(again.labels)]
        np.testing.assert_allclose(back, there, rtol=1e-12)
        for team in (0, int(sizes.argmax()), sizes.size - 1):
            alone = Grouping.of(teams[teams == team])
            one = getattr(alone, figure)(ratings[teams == team])
            np.testing.assert_array_equal(one[0], there[team])


@settings(max_examples=40, deadline=None)
@given(data=st.data(), n=st.integers(1, 25))
def test_each_group_gets_what_numpy_gives_it_alone(data: st.DataObject, n: int) -> None:
    ratings = data.draw(arrays(float, (n, 2), elements=POINTS))
    groups = data.draw(arrays(int, n, elements=st.integers(0, 4)))
    grouping = Grouping.of(groups)
    means, medians = grouping.means(ratings), grouping.medians(ratings)
    variances, sizes = grouping.variances(ratings), grouping.sizes(ratings)
    for place, label in enumerate(grouping.labels):
        alone = ratings[groups == label]
        with warnings.catch_warnings(action="ignore"):
            np.testing.assert_allclose(means[place], np.nanmean(alone, axis=0))
            np.testing.assert_allclose(medians[place], np.nanmedian(alone, axis=0))
            expected = np.nanvar(alone, axis=0, ddof=1)
        np.testing.assert_allclose(variances[place], expected, atol=1e-12)
        assert sizes[place] == np.isfinite(alone).any(axis=1).sum()


def test_variances_do_not_drown_in_a_large_mean() -> None:
    scores = np.array([1.0, 2.0, 3.0]) + 1e9
    assert Grouping.of(np.zeros(3)).variances(scores) == pytest.approx(1.0, rel=1e-12)


def test_nobody_makes_no_group() -> None:
    grouping = Grouping.of(np.array([], dtype="U1"))
    assert len(grouping) == 0
    assert grouping.means(np.empty((0, 3))).shape == (0, 3)
    assert grouping.medians(np.empty((0, 3))).shape == (0, 3)


def test_labels_and_answers_must_be_as_many() -> None:
    with pytest.raises(BadInputError, match="2 labels, the answers are of 3 raters"):
        Grouping.of(np.array([1, 1])).sums(np.ones(3))
    with pytest.raises(BadInputError, match="2 labels"):
        Grouping.of(np.array([1, 1]), np.ones(3, dtype=bool))


@pytest.mark.parametrize("groups", [np.ones((2, 2)), np.array([1.0, np.nan])])
def test_groups_are_one_known_label_a_rater(groups: np.ndarray) -> None:
    with pytest.raises(BadInputError, match="`groups`"):
        Grouping.of(groups)
