"""Response surfaces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.errors import (
    BadInputError,
    CollinearError,
    OutOfRangeError,
    TooFewRatersError,
    ZeroVarianceError,
)
from reports.surface import response_surface

# Every fifth iris: sepal length - 2, petal length and petal width stand for both views
# and the outcome.
X = np.array(
    [
        3.1, 3.4, 3.4, 3.7, 3.4, 3, 2.8, 3, 3, 2.8, 5, 3.7, 3, 4.7, 3.9, 4.6, 3.5, 4,
        3.5, 3.7, 4.3, 5.6, 4.5, 4.4, 4.9, 5.2, 5.4, 5.7, 4.7, 4.7,
    ]
)  # fmt: skip
Y = np.array(
    [
        1.4, 1.7, 1.5, 1.5, 1.7, 1.6, 1.6, 1.2, 1.3, 1.4, 4.7, 4.5, 3.5, 4.4, 4.8, 4.4,
        3.8, 4.5, 4.4, 4.2, 6, 6.6, 5.1, 5.3, 5.7, 6, 6.1, 6.1, 5.6, 5.2,
    ]
)  # fmt: skip
Z = np.array(
    [
        0.2, 0.4, 0.2, 0.4, 0.2, 0.2, 0.2, 0.2, 0.3, 0.3, 1.4, 1.3, 1, 1.4, 1.8, 1.4,
        1.1, 1.6, 1.2, 1.2, 2.5, 2.1, 2, 2.3, 2.3, 1.8, 1.9, 2.3, 2.4, 2.3,
    ]
)  # fmt: skip


def test_coefficients_match_r() -> None:
    # R 4.2.2: f <- lm(z ~ x + y + I(x^2) + I(x * y) + I(y^2)) of x - 3 and y - 3
    #   summary(f)$coef[, 1:2]; summary(f)$r.squared; anova(lm(z ~ x + y), f)
    result = response_surface(X, Y, Z, center=3)
    expected = [
        0.67039862230834646, 0.62276742384635497, 0.29010127893918419,
        -0.39259134194232215, 0.17691489737349578, 0.00376391204979225,
    ]  # fmt: skip
    np.testing.assert_allclose(result.coefficients, expected, rtol=1e-8)
    expected = [
        0.1127042425344942, 0.3055891716896845, 0.1157690752554668,
        0.2171157807582312, 0.1949233410216137, 0.0562784221082305,
    ]  # fmt: skip
    np.testing.assert_allclose(result.coefficient_se, expected, rtol=1e-8)
    assert result.r2 == pytest.approx(0.94358575043798, rel=1e-10)
    assert result.quadratic_f == pytest.approx(2.8927714477669291, rel=1e-8)
    assert result.quadratic_p == pytest.approx(0.0561486104800178, rel=1e-8)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # R 4.2.2: e <- L %*% coef(f); s <- sqrt(diag(L %*% vcov(f) %*% t(L))); e / s
        #   2 * pt(-abs(e / s), 24); e - qt(.975, 24) * s
        ("a1", (0.912868702785539, 0.2116892782556900, 4.312304856946633,
                0.00023871813070024, 0.475963505881546)),
        ("a2", (-0.211912532519034, 0.0878535109423105, -2.412112279248438,
                0.02386783147117266, -0.393233267386841)),
        ("a3", (0.332666144907171, 0.4108066342582260, 0.809787664475892,
                0.42601870141701270, -0.515197076645632)),
        ("a4", (-0.565742327266026, 0.4538376440552055, -1.246574264335834,
                0.22458367264147402, -1.502417188044216)),
        ("a5", (-0.396355253992114, 0.1782266301658937, -2.223883454583561,
                0.03582184136858824, -0.764196939635312)),
    ],
)  # fmt: skip
def test_shapes_match_r(name: str, expected: tuple[float, ...]) -> None:
    shape = getattr(response_surface(X, Y, Z, center=3), name)
    got = (shape.estimate, shape.se, shape.t, shape.p, shape.interval.low)
    np.testing.assert_allclose(got, expected, rtol=1e-8)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), center=st.floats(-2, 6))
def test_exchanging_both_views_mirrors_the_surface(seed: int, center: float) -> None:
    x, y, z = np.random.default_rng(seed).normal(3, 1, size=(3, 25))
    there, back = response_surface(x, y, z, center), response_surface(y, x, z, center)
    assert back.a1.estimate == pytest.approx(there.a1.estimate, abs=1e-7)
    assert back.a3.estimate == pytest.approx(-there.a3.estimate, abs=1e-7)
    assert back.a4.t == pytest.approx(there.a4.t, abs=1e-6)
    assert back.a5.estimate == pytest.approx(-there.a5.estimate, abs=1e-7)
    assert there.r2 == pytest.approx(response_surface(x, y, z, 3).r2, abs=1e-9)


def test_a_leader_without_one_of_the_three_is_left_out() -> None:
    holes = [np.append(values, [np.nan, 3.0]) for values in (X, Y)]
    result = response_surface(*holes, np.append(Z, [1.0, np.nan]), center=3)
    assert result.r2 == response_surface(X, Y, Z, center=3).r2


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        (np.full(30, 3.6), Y, r"got 3: `x` takes 1 value\(s\), a curve needs 3"),
        (X, np.where(X > 3.5, 4.0, 2.0), r"got 5: `y` takes 2 value\(s\)"),
        (X, 2 * X - 1, "got 3: `y` follows from `x` by a straight line"),
        (3 + np.cos(X), 3 + np.sin(X), "got 5: the points lie on one curve"),
    ],
)
def test_terms_that_follow_from_each_other_are_refused(
    x: np.ndarray, y: np.ndarray, reason: str
) -> None:
    with pytest.raises(CollinearError, match=reason):
        response_surface(x, y, Z, center=3)


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(TooFewRatersError, match="at least 7 leaders, got 6"):
        response_surface(X[-6:], Y[-6:], Z[-6:], center=3)
    with pytest.raises(ZeroVarianceError, match="`z` has no spread"):
        response_surface(X, Y, np.full(30, 2.0), center=3)
    with pytest.raises(ZeroVarianceError, match="`z around the surface`"):
        response_surface(X, Y, X**2 - Y, center=3)
    with pytest.raises(BadInputError, match="`x` has 30 values, `y` has 29 values"):
        response_surface(X, Y[:29], Z, center=3)
    with pytest.raises(OutOfRangeError, match="`center`"):
        response_surface(X, Y, Z, center=np.nan)
