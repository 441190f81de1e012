"""Exact tests against enumeration, and against R."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.errors import TooFewRatersError, TooManyValuesError
from reports.inference import rank_sum_p, sign_flip_p, wilcoxon_p

X = np.array([3.2, 4.1, 3.8, 2.6, 4.4, 3.5, 3.9])
Y = np.array([2.9, 3.1, 4.0, 2.2, 3.3])
Z = np.array([3.0, 4.3, 3.1, 2.8, 4.0, 3.9, 3.5])
TIES = np.array([1, -1, 2, 0, 1, 3, -2, 1, 1])
COUNT = np.arange(1.0, 201.0)
POINTS = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=8)
UNITS = st.sampled_from([0.1, 1 / 3, 1e6, -1.0])


def test_sign_flips_match_r() -> None:
    # R 4.2.2: G <- as.matrix(expand.grid(rep(list(c(-1, 1)), 7)))
    #   mean(abs(G %*% d) >= abs(sum(d)) - 1e-9)
    assert sign_flip_p(X - Z) == 0.515625
    assert sign_flip_p(TIES) == 0.3046875


@pytest.mark.parametrize("n", range(1, 11))
def test_the_smallest_exact_p_is_two_of_all_signs(n: int) -> None:
    assert sign_flip_p(np.arange(1.0, n + 1)) == 2 / 2**n


@settings(max_examples=40, deadline=None)
@given(values=POINTS)
def test_sign_flips_are_the_share_of_all_choices_of_signs(values: list[float]) -> None:
    signs = itertools.product([-1, 1], repeat=len(values))
    sums = [abs(np.dot(sign, values)) for sign in signs]
    assert sign_flip_p(values) == np.mean(np.array(sums) >= abs(sum(values)))


@settings(max_examples=40, deadline=None)
@given(values=POINTS, unit=UNITS)
def test_neither_order_nor_unit_nor_zeros_change_an_exact_p(
    values: list[float], unit: float
) -> None:
    changed = np.array([*values[::-1], 0.0]) * unit
    assert sign_flip_p(changed) == sign_flip_p(values)


def test_no_difference_and_too_many_are_refused() -> None:
    with pytest.raises(TooFewRatersError, match="at least 1 scores, got 0"):
        sign_flip_p(np.array([np.nan]))
    with pytest.raises(TooManyValuesError, match="at most 20 values") as caught:
        sign_flip_p(np.ones(21))
    assert (caught.value.limit, caught.value.got) == (20, 21)
    assert sign_flip_p(np.ones(20)) == 2 / 2**20


def test_signed_ranks_match_r() -> None:
    # R 4.2.2: wilcox.test(x, exact = TRUE)$p.value; the second is sin(1:200) + .2
    x = np.array([1.3, -0.4, 2.2, 0.9, -1.7, 3.1, 0.2, 2.6, -0.8])
    assert wilcoxon_p(x) == 0.203125
    waves = np.sin(COUNT) + 0.2
    assert wilcoxon_p(waves) == pytest.approx(5.89222984666471e-05, rel=1e-10)


def test_signed_ranks_with_ties_and_zeros_match_r() -> None:
    # R 4.2.2: d <- d[d != 0]; r <- rank(abs(d))
    #   T <- as.matrix(expand.grid(rep(list(0:1), 8))) %*% r
    #   mean(abs(T - sum(r) / 2) >= abs(sum(r[d > 0]) - sum(r) / 2) - 1e-9)
    assert wilcoxon_p(TIES) == 0.3046875


@settings(max_examples=40, deadline=None)
@given(values=POINTS, unit=UNITS)
def test_no_unit_and_no_float_noise_changes_signed_ranks(
    values: list[float], unit: float
) -> None:
    differences = np.array([*values, 1.0])
    noisy = (differences + 0.3 - 0.1 - 0.2) * unit
    assert wilcoxon_p(np.append(noisy[::-1], np.nan)) == wilcoxon_p(differences)


def test_signed_ranks_need_a_difference_and_at_most_200() -> None:
    with pytest.raises(TooFewRatersError, match="1 scores other than 0, got 0"):
        wilcoxon_p(np.zeros(4))
    with pytest.raises(TooFewRatersError, match="`differences` needs at least 1"):
        wilcoxon_p(np.array([np.nan]))
    with pytest.raises(TooManyValuesError, match="at most 200 values"):
        wilcoxon_p(np.ones(201))
    assert wilcoxon_p(COUNT) == pytest.approx(2 / 2.0**200, rel=1e-12)


def test_rank_sums_match_r() -> None:
    # R 4.2.2: wilcox.test(a, b, exact = TRUE)$p.value; the second is
    #   sin(1:120), sin(121:200) + .3
    assert rank_sum_p(X, Y) == pytest.approx(0.202020202020202, rel=1e-12)
    many = rank_sum_p(np.sin(COUNT[:120]), np.sin(COUNT[120:]) + 0.3)
    assert many == pytest.approx(0.00237484126159952, rel=1e-10)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        # R 4.2.2: r <- rank(c(a, b)); T <- combn(n, length(a), function(i) sum(r[i]))
        #   E <- length(a) * mean(r); t <- sum(r[seq_along(a)])
        #   mean(abs(T - E) >= abs(t - E) - 1e-9)
        ([4, 4, 5, 3, 5, 4], [3, 2, 4, 3, 1], 0.0367965367965368),
        ([1, 2, 2], [2, 2, 3, 5, 5, 5], 0.119047619047619),
    ],
)
def test_rank_sums_with_ties_match_r(
    a: list[float], b: list[float], expected: float
) -> None:
    assert rank_sum_p(a, b) == pytest.approx(expected, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(a=POINTS, b=POINTS, unit=UNITS)
def test_neither_side_nor_unit_nor_place_changes_a_rank_sum(
    a: list[float], b: list[float], unit: float
) -> None:
    there = rank_sum_p(a, b)
    moved = [(np.array(side) + 0.1) * unit for side in (a, b)]
    assert rank_sum_p(*moved) == pytest.approx(there, rel=1e-12)
    assert rank_sum_p(b, a) == pytest.approx(there, rel=1e-12)
    assert 0 < there <= 1


def test_sides_that_answer_all_alike_do_not_differ() -> None:
    assert rank_sum_p(np.full(4, 3.0), np.full(9, 3.0)) == 1


def test_the_smallest_rank_sum_p_is_two_of_all_deals() -> None:
    assert rank_sum_p([1, 2, 3], [4, 5, 6]) == pytest.approx(2 / 20)
    apart = rank_sum_p(COUNT[:100], COUNT[100:])
    # R 4.2.2: 2 / choose(200, 100)
    assert apart == pytest.approx(2.20876069319952e-59, rel=1e-10)


def test_rank_sums_need_both_sides_and_at_most_200() -> None:
    with pytest.raises(TooFewRatersError, match="`b` needs at least 1 scores, got 0"):
        rank_sum_p(X, [np.nan])
    with pytest.raises(TooManyValuesError, match="`a, b` may hold at most 200"):
        rank_sum_p(COUNT, X[:1])
