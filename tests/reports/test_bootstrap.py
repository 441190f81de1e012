"""The bootstrap interval of a mean."""

from __future__ import annotations

import numpy as np
import pytest

from reports.errors import OutOfRangeError, TooFewRatersError, ZeroVarianceError
from reports.inference import bootstrap_bca

GAPS = np.array(
    [
        0.312, -0.217, 0.845, 1.391, 0.108, 0.623, -0.541, 0.937, 0.184, 0.402,
        2.115, 0.733, -0.129, 0.519, 0.266, 1.048, 0.031, 0.577, 0.241, 3.189,
    ]
)  # fmt: skip


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


@pytest.mark.parametrize(
    ("confidence", "low", "high"),
    [
        # R 4.2.2, boot 1.3.28.1: b <- boot(x, function(d, i) mean(d[i]), 199999)
        #   boot.ci(b, conf, type = "bca"), mean of three seeds
        (0.95, 0.3468, 1.1076),
        (0.90, 0.3857, 1.0178),
    ],
)
def test_matches_boot(rng, confidence: float, low: float, high: float) -> None:
    interval = bootstrap_bca(GAPS, rng, n_resamples=99_999, confidence=confidence)
    assert interval.low == pytest.approx(low, abs=1e-2)
    assert interval.high == pytest.approx(high, abs=1e-2)
    assert interval.confidence == confidence


def test_the_same_seed_gives_the_same_interval_and_missing_values_none() -> None:
    first, second = (np.random.default_rng(3) for _ in range(2))
    holes = np.append(GAPS, np.nan)
    assert bootstrap_bca(GAPS, first) == bootstrap_bca(holes, second)


def test_it_leans_to_the_longer_tail_and_turns_with_the_values(rng) -> None:
    there = bootstrap_bca(GAPS, rng, n_resamples=50_000)
    back = bootstrap_bca(-GAPS, rng, n_resamples=50_000)
    assert there.high - GAPS.mean() > 1.2 * (GAPS.mean() - there.low)
    assert (-back.high, -back.low) == pytest.approx((there.low, there.high), abs=2e-2)


def test_even_values_with_many_ties_give_an_even_interval(rng) -> None:
    points = np.repeat([1.0, 3.0, 5.0], [2, 4, 2]) + 1e6
    interval = bootstrap_bca(points, rng, n_resamples=50_000)
    assert interval.low + interval.high == pytest.approx(6 + 2e6, abs=0.26)
    assert interval.low >= 1 + 1e6


def test_a_large_sample_is_drawn_in_parts(rng) -> None:
    sample = rng.normal(size=300_000)
    interval = bootstrap_bca(sample, rng, n_resamples=100)
    assert interval.low < sample.mean() < interval.high
    assert interval.half_width == pytest.approx(1.96 / 300_000**0.5, rel=0.4)


def test_values_all_alike_and_one_alone_are_refused(rng) -> None:
    with pytest.raises(ZeroVarianceError, match="`sample` has no spread in 20 values"):
        bootstrap_bca(np.full(20, 3.6), rng)
    with pytest.raises(TooFewRatersError, match="`sample` needs at least 2"):
        bootstrap_bca(GAPS[:1], rng)


def test_each_tail_needs_a_resample(rng) -> None:
    with pytest.raises(OutOfRangeError, match="`n_resamples` is 39"):
        bootstrap_bca(GAPS, rng, n_resamples=39)
    with pytest.raises(OutOfRangeError, match="`confidence`"):
        bootstrap_bca(GAPS, rng, confidence=95)
