from __future__ import annotations

import pytest

from survey import tokens


def test_a_code_survives_being_printed_and_typed() -> None:
    code = tokens.new_code()
    assert tokens.normalise_code(tokens.printed_code(code).lower()) == code


@pytest.mark.parametrize(
    "typed", ["7K3M-Q9TX-20DA", "7k3mq9tx2oda", " 7K3M Q9TX 2ODA ", "7K3M–Q9TX–2ODA"]
)
def test_case_spaces_hyphens_and_o_for_zero_do_not_matter(typed: str) -> None:
    assert tokens.normalise_code(typed) == "7K3MQ9TX20DA"


def test_i_and_l_are_read_as_one() -> None:
    assert tokens.normalise_code("il00-0000-0000") == "110000000000"


def test_no_two_codes_are_alike_and_none_holds_a_letter_easily_misread() -> None:
    codes = {tokens.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("".join(codes)) & set("ILOU")


def test_characters_of_no_code_are_named_once() -> None:
    typed = tokens.normalise_code("uĐu0-OIL1 đ")
    assert tokens.letters_of_no_code(typed) == "UĐ"
    assert not tokens.letters_of_no_code(tokens.ALPHABET)
