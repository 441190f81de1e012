from __future__ import annotations

from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    generate_private_key,
)

from survey.errors import AnswerTooLongError
from survey.sizes import BUCKET, SEALED
from survey.vault.sealing import seal, unseal

BOX = generate_private_key(SECP256R1())
SCOPE = uuid4()


def test_every_answer_has_the_same_size() -> None:
    sizes = {len(seal(b"x" * n, BOX.public_key(), SCOPE)) for n in (1, 800, BUCKET)}
    assert sizes == {SEALED}


def test_the_box_key_opens_what_was_sealed() -> None:
    sealed = seal("Cảm ơn".encode(), BOX.public_key(), SCOPE)
    assert unseal(sealed, BOX, SCOPE).decode() == "Cảm ơn"


def test_an_answer_of_one_scope_does_not_open_as_one_of_another() -> None:
    sealed = seal(b"{}", BOX.public_key(), SCOPE)
    with pytest.raises(InvalidTag):
        unseal(sealed, BOX, uuid4())


def test_another_key_opens_nothing() -> None:
    sealed = seal(b"{}", BOX.public_key(), SCOPE)
    with pytest.raises(InvalidTag):
        unseal(sealed, generate_private_key(SECP256R1()), SCOPE)


def test_an_answer_larger_than_the_one_size_is_refused() -> None:
    with pytest.raises(AnswerTooLongError):
        seal(b"x" * (BUCKET + 1), BOX.public_key(), SCOPE)
