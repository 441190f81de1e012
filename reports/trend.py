"""What changed between two cycles of anonymous answers that nobody can link."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reports.inference import Comparison, compare_pairs, compare_separate


def unlinked_change(
    before: NDArray[np.float64], after: NDArray[np.float64]
) -> Comparison:
    """Test how much the mean of scores changed, raters not being linked (Welch).

    Parameters
    ----------
    before, after : ndarray, shape (n_raters,)
        Scale points of the raters of each cycle, in any order, lengths may differ;
        ``nan`` is left out.

    Returns
    -------
    Comparison
        ``difference`` is mean after - mean before, positive where scores rose; ``df``
        by Satterthwaite.

    Raises
    ------
    TooFewRatersError
        With fewer than two scores in either cycle.
    ZeroVarianceError
        If in both cycles all scores are alike.

    Notes
    -----
    Cautious where the same people answer twice: the interval is then too wide by
    1 / sqrt(1 - r), about 40% at r = .5. It cannot tell people who changed their mind
    from people who came or left. Leaders picked for a low score rise on average
    without any action.

    References
    ----------
    As `reports.inference.welch_test`. Lebo, M. J. & Weber, C. (2015). An effective
    approach to the repeated cross-sectional design. American Journal of Political
    Science, 59(1), 242-258. Checked against ``t.test(after, before)`` in R 4.2.2.
    """
    return compare_separate(after, before, ("after", "before"))


def paired_unit_change(
    before_means: NDArray[np.float64], after_means: NDArray[np.float64]
) -> Comparison:
    """Test how much the means of the same teams changed (Student, paired).

    Parameters
    ----------
    before_means, after_means : ndarray, shape (n_teams,)
        Mean of each team in each cycle, in scale points and the same order; a team
        with ``nan`` in either is left out.

    Returns
    -------
    Comparison
        ``difference`` is the mean of after - before over teams, every team counting
        alike whatever its size.

    Raises
    ------
    BadInputError
        If the lengths differ.
    TooFewRatersError
        With fewer than two teams that have both means.
    ZeroVarianceError
        If all teams changed by the same.

    Notes
    -----
    Teams are linked, people are not. A model of raters (`unlinked_change` of all, or
    mixed effects) weighs large teams more and can differ even in sign.

    References
    ----------
    As `reports.inference.paired_test`. Checked against
    ``t.test(after, before, paired = TRUE)`` in R 4.2.2.
    """
    return compare_pairs(after_means, before_means, ("after_means", "before_means"))
