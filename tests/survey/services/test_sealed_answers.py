"""What browsers sealed: opened at closing, or set aside if no form could send it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import opening
from survey.models.cycle import Scope
from survey.models.report import ReportSnapshot
from survey.services import closing, release
from survey.services.answers import keep_sealed_answer
from survey.services.confidential import PlainAnswer, keep_confidential_answer
from survey.vault import keys
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, MakeCycle, answer_all
from tests.survey.credentials import client
from tests.survey.services.test_whole_way import (
    close_and_release,
    own_report,
    rate_self,
)
from tests.survey.test_protocol import (
    POINTS,
    Sender,
    an_answer,
    rows_of,
    senders_of,
)

CLOSED = NOON + 7 * DAY
SECOND = timedelta(seconds=1)
HIGH = {"A1": 5, "A2": 5, "A3": 1, "G1": 5, "G2": 5}
Seal = Callable[[Sender], bytes]


def send_sealed(sender: Sender, sealed: bytes) -> None:
    sender.submit(client.body(sender.scope, sender.issue(), sealed))


def scope_of(shop: Workshop, scope_id: UUID) -> Scope:
    with shop.sessions() as session:
        return session.get_one(Scope, scope_id)


def snapshot_bytes(shop: Workshop, cycle_id: int) -> list[bytes]:
    with shop.sessions() as session:
        mine = select(ReportSnapshot).where(ReportSnapshot.cycle_id == cycle_id)
        kept = session.scalars(mine.order_by(ReportSnapshot.kind)).all()
        return [json.dumps([s.kind, s.leader_id, s.content]).encode() for s in kept]


def key_files(shop: Workshop, cycle_id: int) -> dict[str, int]:
    """Return how many keys of each kind are left."""
    names = [f.name for f in shop.vault.folder.glob(f"cycle-{cycle_id}/*")]
    sign = sum(name.endswith(".sign.pem") for name in names)
    return {"sign": sign, "box": len(names) - sign}


def comment(text: str, *, word_for_word: bool = True) -> dict[str, object]:
    return {"question": "Q1", "text": text, "word_for_word": word_for_word}


def test_six_sealed_answers_are_closed_reported_and_released(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    people = senders_of(shop, cycle_id)
    for n, sender in enumerate(people):
        sender.send(an_answer(comments=[comment(f"Cảm ơn {n}")]))
    rate_self(shop, cycle_id, "Lan", HIGH)
    close_and_release(shop, cycle_id)
    report = own_report(shop, cycle_id, "Lan")
    asking = report.dimension("asking")
    assert (asking.self_score, asking.views[0].mean.value) == (5.0, 2.0)
    (told,) = report.comments
    assert sorted(told.comments) == [f"Cảm ơn {n}" for n in range(6)]
    scope = scope_of(shop, people[0].scope)
    assert (scope.n_credentials, scope.n_sealed, scope.n_invalid) == (6, 6, 0)


def test_sealed_here_or_there_answers_count_alike_and_the_ways_are_counted(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    people = senders_of(shop, cycle_id)
    assert answer_all(shop, cycle_id, POINTS, 2) == 2
    for sender in people[2:]:
        sender.send()
    close_and_release(shop, cycle_id)
    scope = scope_of(shop, people[0].scope)
    assert (scope.n_credentials, scope.n_sealed, scope.n_confidential) == (6, 6, 2)
    assert own_report(shop, cycle_id, "Lan").has_figures


def as_json(**changes: object) -> Seal:
    return lambda sender: sender.seal(an_answer(**changes))


def as_text(text: bytes) -> Seal:
    return lambda sender: sender.seal(text)


def for_another_scope(sender: Sender) -> bytes:
    return client.seal(json.dumps(an_answer()).encode(), sender.box, UUID(int=7))


def two_comments(sender: Sender) -> bytes:
    twice = [comment("one"), comment("two")]
    return sender.seal(an_answer(comments=twice))


INVALID: dict[str, Seal] = {
    "sealed for another scope": for_another_scope,
    "random bytes": lambda _: os.urandom(4177),
    "zeros": lambda _: bytes(4177),
    "one bit of it changed": lambda s: s.seal()[:-1] + b"\x00",
    "empty": as_text(b""),
    "not JSON": as_text(b"{"),
    "not UTF-8": as_text(b'{"points": {"A1": "\xff"}}'),
    "deep": as_text(b"[" * 4000),
    "a list": as_text(b"[]"),
    "half a letter": as_text(
        json.dumps(an_answer(comments=[comment("\ud800")])).encode()
    ),
    "without a path": as_text(b'{"points": {}, "cannot_say": [], "comments": []}'),
    "another path": as_json(path="post"),
    "points as text": as_json(points={"A1": "2"}),
    "points as a truth": as_json(points={"A1": True}),
    "points with a fraction": as_json(points={"A1": 2.5}),
    "points below the scale": as_json(points={"A1": 0}),
    "points above the scale": as_json(points={"A1": 6}),
    "points far above the scale": as_json(points={"A1": 10**30}),
    "an unknown item": as_json(points={"Z9": 3}),
    "an unknown item not rated": as_json(cannot_say=["Z9"]),
    "an unknown question": as_json(comments=[comment("x") | {"question": "Q9"}]),
    "rated and not rated": as_json(cannot_say=["A1"]),
    "a comment on a statement": as_json(comments=[comment("x") | {"question": "A1"}]),
    "two comments on one question": two_comments,
}


def test_what_nobody_could_send_by_the_form_is_counted_and_set_aside(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 5 + len(INVALID)})
    people = senders_of(shop, cycle_id)
    for sender in people[:5]:
        sender.send()
    for sender, seal in zip(people[5:], INVALID.values(), strict=True):
        send_sealed(sender, seal(sender))
    run_due(shop, now=CLOSED)
    scope = scope_of(shop, people[0].scope)
    taken = [name for name, seal in INVALID.items() if is_taken(shop, people[0], seal)]
    assert taken == []
    assert (scope.n_sealed, scope.n_invalid) == (5 + len(INVALID), len(INVALID))
    assert len(snapshot_bytes(shop, cycle_id)) == 2


def is_taken(shop: Workshop, sender: Sender, seal: Seal) -> bool:
    """Say whether closing would take such an answer for one of the form's."""
    with shop.sessions() as session:
        scope = session.get_one(Scope, sender.scope)
        key = keys.box_key(shop.vault.folder, scope.cycle_id, scope.id)
        return opening._read(seal(sender), key, scope) is not None


def test_a_strange_comment_holds_up_nobody_elses_report(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    strange = ["\x00", "\u202e\ufeff", "<script>", "x" * 3900, "  ", "\U0001f600"]
    for sender, text in zip(senders_of(shop, cycle_id), strange, strict=True):
        sender.send(an_answer(comments=[comment(text)]))
    close_and_release(shop, cycle_id)
    assert own_report(shop, cycle_id, "Lan").has_figures


def test_one_rater_cannot_make_the_crowd_that_another_waits_for(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    """ "Do not show if fewer than k comments were written": k people, not k pieces."""
    cycle_id = open_cycle(sizes={"Lan": 6})
    shy, stuffing, *others = senders_of(shop, cycle_id)
    shy.send(an_answer(comments=[comment("only with others", word_for_word=False)]))
    stuffing.send(an_answer(comments=[comment(f"piece {n}") for n in range(8)]))
    for sender in others:
        sender.send()
    run_due(shop, now=CLOSED)
    told = b"".join(snapshot_bytes(shop, cycle_id))
    assert b"only with others" not in told


def test_a_group_that_falls_below_the_minimum_by_invalid_answers_is_hidden(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    people = senders_of(shop, cycle_id)
    for sender in people[:4]:
        sender.send(an_answer(comments=[comment("what only four wrote")]))
    for sender in people[4:]:
        send_sealed(sender, os.urandom(4177))
    rate_self(shop, cycle_id, "Lan", HIGH)
    close_and_release(shop, cycle_id)
    scope = scope_of(shop, people[0].scope)
    assert (scope.n_sealed, scope.n_invalid) == (6, 2)
    report = own_report(shop, cycle_id, "Lan")
    assert (report.has_figures, report.dimensions) == (False, ())
    assert b"what only four" not in b"".join(snapshot_bytes(shop, cycle_id))


def test_closing_again_gives_the_same_bytes(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 9, "Minh": 6})
    for n, sender in enumerate(senders_of(shop, cycle_id)):
        points = {code: 1 + (n + at) % 5 for at, code in enumerate(POINTS)}
        sender.send(an_answer(points=points, comments=[comment(f"word {n}")]))
    run_due(shop, now=CLOSED)
    first = snapshot_bytes(shop, cycle_id)
    for _ in range(2):
        with shop.sessions.begin() as session:
            closing.close_cycle(session, cycle_id, now=CLOSED)
            closing.build_reports(session, shop.vault, cycle_id, now=CLOSED)
        assert snapshot_bytes(shop, cycle_id) == first
    assert len(first) == 3


def test_sign_keys_go_at_closing_and_box_keys_at_release(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6, "Minh": 6})
    assert key_files(shop, cycle_id) == {"sign": 2, "box": 2}
    run_due(shop, now=CLOSED)
    assert key_files(shop, cycle_id) == {"sign": 0, "box": 2}
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    assert key_files(shop, cycle_id) == {"sign": 0, "box": 2}
    run_due(shop, now=CLOSED)
    assert key_files(shop, cycle_id) == {"sign": 0, "box": 0}


def send_openly(session: Session, sender: Sender) -> None:
    given = (sender.shop.vault, sender.code, sender.scope, PlainAnswer(POINTS))
    keep_confidential_answer(session, *given, now=CLOSED - SECOND)


def send_locked(session: Session, sender: Sender) -> None:
    keep_sealed_answer(session, sender.body(sender.issue()), now=CLOSED - SECOND)


@pytest.mark.parametrize("send", [send_openly, send_locked])
def test_an_answer_under_way_while_the_form_closes_is_counted_or_not_kept(
    shop: Workshop, open_cycle: MakeCycle, send: Callable[..., None]
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    *people, last = senders_of(shop, cycle_id)
    for sender in people:
        sender.send()
    with ThreadPoolExecutor(1) as pool:
        with shop.sessions.begin() as session:
            send(session, last)
            closing_jobs = pool.submit(run_due, shop, now=CLOSED)
            wait([closing_jobs], timeout=0.7)
        closing_jobs.result()
    assert scope_of(shop, last.scope).n_sealed == len(rows_of(shop))
