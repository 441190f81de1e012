"""What raters wrote, pooled over groups and in an order that tells nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from questionnaires.model import Question, RaterGroup, name_leader
from reports.answers import Answers
from reports.disclosure import Gate
from reports.pooled import ANONYMOUS
from reports.tree import Because, QuestionComments
from reports.views import LeaderRows


def _told_groups(gate: Gate, leader: LeaderRows) -> tuple[RaterGroup, ...]:
    """Return the groups whose comments may be shown: all together, or those with k."""
    counts = {group: leader.n_answered(group) for group in ANONYMOUS}
    k = gate.policy.k
    if gate.refusal(list(counts.values()), k) is None:
        return ANONYMOUS
    return tuple(g for g, n in counts.items() if gate.refusal([n], k) is None)


def _order(seed: int, question: str, text: str) -> bytes:
    """Shuffle by the words alone: the order cannot tell who wrote first."""
    return hashlib.sha256(f"{seed}\n{question}\n{text}".encode()).digest()


def told_comments(
    gate: Gate,
    answers: Answers,
    leader: LeaderRows,
    questions: Sequence[Question],
    seed: int,
) -> tuple[QuestionComments, ...]:
    """Tell the comments to each question, detached from ratings and groups."""
    groups = _told_groups(gate, leader)
    pool = [c for g in groups for row in leader.of(g) for c in answers.comments[row]]
    is_hidden = not groups and any(leader.n_answered(group) for group in ANONYMOUS)
    told = []
    for question in questions:
        mine = sorted(
            (c for c in pool if c.question == question.code and c.text.strip()),
            key=lambda c: _order(seed, c.question, c.text),
        )
        shown = gate.comments([(c.text.strip(), c.word_for_word) for c in mine])
        texts = {
            language: name_leader(text, leader.name)
            for language, text in question.texts.items()
        }
        hidden = Because.TOO_FEW if is_hidden or (mine and not shown) else None
        told.append(QuestionComments(question.code, texts, tuple(shown), hidden))
    return tuple(told)
