"""Answers that give one value to every statement, and what they do to the means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import Form, Instrument
from reports.answers import Answers
from reports.careless import longest_run
from reports.disclosure import Gate
from reports.organisation_tree import Straightlining
from reports.quality import Measures

FEWEST_ITEMS = 10
"""One value for fewer statements than this is no sign of anything."""


def _can_tell(instrument: Instrument, form: Form) -> bool:
    """Whether one value throughout contradicts itself: a statement is turned."""
    asked = [item for d in instrument.dimensions for item in d.asked(form)]
    return len(asked) >= FEWEST_ITEMS and any(i.reverse_keyed for i in asked)


def flagged(
    answers: Answers, instruments: Sequence[Instrument], form: Form
) -> NDArray[np.bool_] | None:
    """Mark raters who gave one value to a whole questionnaire that turns statements.

    ``None`` where no questionnaire can tell.
    """
    telling = [one for one in instruments if _can_tell(one, form)]
    if not telling:
        return None
    place = {code: column for column, code in enumerate(answers.item_codes)}
    marks = np.zeros(len(answers.points), dtype=np.bool_)
    for one in telling:
        columns = [place[i.code] for d in one.dimensions for i in d.asked(form)]
        marks |= longest_run(answers.points[:, columns]) == len(columns)
    return marks


def straightlining(
    gate: Gate,
    marks: NDArray[np.bool_],
    rows: NDArray[np.intp],
    dimensions: Sequence[Measures],
) -> Straightlining:
    """Tell how many answers these are and, from k on, how far they move the means."""
    n = int(marks[rows].sum())
    share = gate.share_of_people(n, rows.size)
    changes = {
        one.scored.dimension.code: change
        for one in dimensions
        if (change := _change(gate, one, marks)) is not None
    }
    return Straightlining(share=share, few=share is None, changes=changes)


def _change(gate: Gate, measures: Measures, marks: NDArray[np.bool_]) -> float | None:
    """Return the mean without the marked answers minus the mean with them."""
    marked = marks[measures.pooled.rows]
    n = int(marked.sum())
    if n < gate.policy.k or n == marked.size:
        return None
    scores = measures.scores
    return gate.pooled(float(scores[~marked].mean() - scores.mean()))
