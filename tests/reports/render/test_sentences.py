# ruff: noqa: E501, ISC004 - sentences stand here as a leader reads them

from dataclasses import replace

import pytest

from questionnaires.model import RaterGroup
from reports.render import sentences
from reports.render.words import Words
from reports.tree import (
    Band,
    Because,
    CountBand,
    End,
    Gap,
    Hidden,
    Mean,
    NoData,
    ShownGap,
    ShownInterval,
    Spread,
    Third,
    Verdict,
)

EN, VI = Words("en"), Words("vi")
EIGHT_TENTHS = ShownGap(0.8)
TEAM = RaterGroup.TEAM
MIDDLE = ShownInterval(3.0, 3.8)


@pytest.fixture
def listen(report):
    return report.dimension("listen")


def with_verdict(result, verdict, shown=EIGHT_TENTHS, against=TEAM):
    views = tuple(replace(v, group=against) for v in result.views[:1])
    gap = Gap(against, verdict, shown, None, 0.4, direction_holds=False)
    return replace(result, gap=gap, views=views)


def with_view(result, **changes):
    return replace(result, views=(replace(result.views[0], **changes),))


AS_PRINTED = [
    (
        Verdict.SEEN_ALIKE,
        "On {dim}, you and your team see it alike (4.2 and 3.4).",
        "Về “{dim}”, bạn và nhóm nhìn nhận giống nhau (4,2 và 3,4).",
    ),
    (
        Verdict.CLEARLY_HIGHER,
        "On {dim}, you rate yourself 0.8 points higher than your team does.",
        "Về “{dim}”, bạn tự đánh giá cao hơn nhóm đánh giá bạn 0,8 điểm.",
    ),
    (
        Verdict.CLEARLY_LOWER,
        "On {dim}, your team sees this behaviour more often than you do, by 0.8 points.",
        "Về “{dim}”, nhóm thấy hành vi này thường xuyên hơn bạn tự đánh giá, chênh 0,8"
        " điểm.",
    ),
    (
        Verdict.PROBABLY_HIGHER,
        "On {dim}, you probably rate yourself higher than your team does.",
        "Về “{dim}”, có lẽ bạn tự đánh giá cao hơn nhóm đánh giá bạn.",
    ),
    (
        Verdict.PROBABLY_LOWER,
        "On {dim}, your team probably sees this more often than you do.",
        "Về “{dim}”, có lẽ nhóm thấy hành vi này thường xuyên hơn bạn tự đánh giá.",
    ),
    (
        Verdict.SLIGHTLY_HIGHER,
        "On {dim}, you rate yourself slightly higher; the difference is small.",
        "Về “{dim}”, bạn tự đánh giá cao hơn một chút; chênh lệch nhỏ.",
    ),
    (
        Verdict.SLIGHTLY_LOWER,
        "On {dim}, you rate yourself slightly lower; the difference is small.",
        "Về “{dim}”, bạn tự đánh giá thấp hơn một chút; chênh lệch nhỏ.",
    ),
    (
        Verdict.MAY_BE_HIGHER,
        "On {dim}, your view may be higher; too few answers to be sure.",
        "Về “{dim}”, bạn có thể đã tự đánh giá cao hơn; chưa đủ câu trả lời để chắc"
        " chắn.",
    ),
    (
        Verdict.MAY_BE_LOWER,
        "On {dim}, your view may be lower; too few answers to be sure.",
        "Về “{dim}”, bạn có thể đã tự đánh giá thấp hơn; chưa đủ câu trả lời để chắc"
        " chắn.",
    ),
    (
        Verdict.CANNOT_TELL,
        "On {dim}, the answers cannot tell whether you and your team differ.",
        "Về “{dim}”, các câu trả lời chưa cho biết bạn và nhóm có khác nhau hay không.",
    ),
]


@pytest.mark.parametrize(("verdict", "en", "vi"), AS_PRINTED)
def test_each_verdict_has_its_sentence(listen, verdict, en, vi):
    result = with_verdict(listen, verdict)
    for words, sentence in ((EN, en), (VI, vi)):
        expected = sentence.replace("{dim}", words.of(listen.title))
        assert sentences.verdict_sentence(result, 5, words) == expected


def test_every_verdict_is_covered():
    said = {verdict for verdict, _, _ in AS_PRINTED}
    assert said == set(Verdict) - {Verdict.NOT_ENOUGH_ANSWERS}


@pytest.mark.parametrize("against", [None, RaterGroup.PEERS])
@pytest.mark.parametrize("verdict", [v for v, _, _ in AS_PRINTED])
def test_no_sentence_names_the_team_where_others_rated(listen, verdict, against):
    result = with_verdict(listen, verdict, against=against)
    assert "team" not in sentences.verdict_sentence(result, 5, EN)


@pytest.mark.parametrize("verdict", [v for v, _, _ in AS_PRINTED])
def test_a_leader_never_rates_themselves_where_the_team_is_described(report, verdict):
    result = with_verdict(report.dimension("safety"), verdict)
    sentence = sentences.verdict_sentence(result, 5, EN)
    assert "rate yourself" not in sentence
    assert "behaviour" not in sentence


def test_a_gap_to_a_clipped_mean_is_told_as_at_least(report):
    kaizen = report.dimension("kaizen")
    shown = ShownGap(-0.4, at_least=True)
    result = with_verdict(kaizen, Verdict.CLEARLY_LOWER, shown)
    sentence = sentences.verdict_sentence(result, 5, EN)
    assert sentence.endswith("than you do, by at least 0.4 points.")


def test_a_hidden_dimension_says_why(listen):
    result = with_view(listen, mean=Hidden(Because.TOO_FEW))
    assert sentences.verdict_sentence(result, 5, EN) == (
        "Fewer than 5 answers on Listen more, command less. Nothing is shown, to protect"
        " the people who answered."
    )
    assert sentences.verdict_sentence(result, 5, VI) == (
        "Có ít hơn 5 câu trả lời về “Lắng nghe nhiều hơn, ra lệnh ít hơn”. Kết quả không"
        " được hiển thị, để bảo vệ người trả lời."
    )


def test_the_reasons_for_hiding_are_told_apart(listen):
    said = {
        sentences.verdict_sentence(with_view(listen, mean=cell), 5, EN)
        for cell in (*map(Hidden, Because), NoData())
    }
    assert len(said) == 4


def test_without_a_rating_of_their_own_leaders_are_told_so(listen):
    result = replace(listen, self_score=None)
    assert sentences.verdict_sentence(result, 5, EN) == (
        "On Listen more, command less, there is no rating of your own."
    )
    assert sentences.verdict_sentence(result, 5, VI) == (
        "Về “Lắng nghe nhiều hơn, ra lệnh ít hơn”, bạn chưa tự đánh giá."
    )


def test_without_an_interval_the_figures_stand_and_the_doubt_is_said(listen):
    sentence = sentences.verdict_sentence(with_verdict(listen, None), 5, EN)
    assert "you rate 4.2 and others 3.4" in sentence
    assert "too few answers to say how sure" in sentence


def further(result, words=EN):
    return sentences.further_sentences(result, words)


def test_chance_is_told_with_the_band_and_the_margin(listen):
    assert further(listen)[0] == (
        "With 8–11 answers, differences below 0.4 points can be chance."
    )
    assert further(listen, VI)[0] == (
        "Với 8–11 câu trả lời, chênh lệch dưới 0,4 điểm có thể chỉ là ngẫu nhiên."
    )


def test_a_clipped_mean_is_explained(report):
    kaizen = report.dimension("kaizen")
    assert further(kaizen)[0] == (
        "Your team rates Build a culture of continuous improvement (Kaizen) 4.5 or above"
        " (near the ends of the scale the exact figure is never shown, to protect the"
        " people who answered)."
    )
    assert further(kaizen, VI)[0] == (
        "Nhóm đánh giá “Xây dựng văn hóa cải tiến liên tục (Kaizen)” ở mức từ 4,5 trở"
        " lên (ở gần hai đầu thang điểm, con số chính xác không bao giờ được hiển thị,"
        " để bảo vệ người trả lời)."
    )
    assert "only a lower rating of your own" in further(kaizen)[1]


def test_a_band_is_explained(listen):
    result = with_view(listen, mean=Band(3.4, 3.9))
    assert "This rating is told as a band" in further(result)[0]


def test_the_lower_end_is_the_mirror(report):
    low = with_view(report.dimension("kaizen"), mean=Mean(1.5, End.OR_BELOW))
    assert "1.5 or below" in further(low)[0]
    assert "only a higher rating of your own" in further(low)[1]


@pytest.mark.parametrize(
    ("holds", "verdict", "said"),
    [
        (True, Verdict.CLEARLY_HIGHER, True),
        (True, Verdict.SEEN_ALIKE, False),
        (False, Verdict.CLEARLY_HIGHER, False),
    ],
)
def test_the_silent_ones_are_named_only_where_the_direction_holds(
    listen, holds, verdict, said
):
    result = with_verdict(listen, verdict)
    result = replace(result, gap=replace(result.gap, direction_holds=holds))
    assert any("did not answer" in sentence for sentence in further(result)) is said


@pytest.mark.parametrize(
    ("spread", "en", "vi"),
    [
        (
            Spread.ALIKE,
            "People largely see it the same way.",
            "Mọi người nhìn nhận khá giống nhau.",
        ),
        (Spread.SOMEWHAT, "Views differ somewhat.", "Ý kiến có phần khác nhau."),
        (
            Spread.SPLIT,
            "Team members differ widely on Listen more, command less: some see it often,"
            " some rarely.",
            "Các thành viên trong nhóm đánh giá rất khác nhau về “Lắng nghe nhiều hơn,"
            " ra lệnh ít hơn”: có người thường xuyên thấy, có người hiếm khi thấy.",
        ),
    ],
)
def test_spread_has_its_sentence(listen, spread, en, vi):
    result = with_view(listen, spread=spread)
    assert en in further(result)
    assert vi in further(result, VI)


def test_a_split_team_described_by_itself_is_not_said_to_see_a_behaviour(report):
    result = with_view(report.dimension("safety"), spread=Spread.SPLIT)
    assert "Your team is split on this." in further(result)


@pytest.mark.parametrize("third", Third)
def test_the_favourable_share_is_a_third(listen, third):
    result = with_view(listen, favourable=third)
    assert further(result)[-1].lower().startswith(EN.third(third))


def test_what_is_not_known_is_not_said(listen):
    bare = with_view(listen, spread=None, favourable=None, answered=NoData())
    assert further(bare) == ()


@pytest.mark.parametrize(
    ("group", "en", "vi"),
    [
        (
            RaterGroup.PEERS,
            "Fewer than 5 peers answered. Their answers are not shown, to protect them.",
            "Có ít hơn 5 đồng nghiệp cùng cấp trả lời. Kết quả không được hiển thị, để"
            " bảo vệ người trả lời.",
        ),
        (
            TEAM,
            "Fewer than 5 team members answered. Their answers are not shown, to protect"
            " them.",
            "Có ít hơn 5 thành viên nhóm trả lời. Kết quả không được hiển thị, để bảo vệ"
            " người trả lời.",
        ),
    ],
)
def test_a_hidden_group_has_its_sentence(group, en, vi):
    cell = Hidden(Because.TOO_FEW)
    assert sentences.hidden_group_sentence(group, cell, 5, EN) == en
    assert sentences.hidden_group_sentence(group, cell, 5, VI) == vi


def test_a_group_that_would_reveal_others_is_not_said_to_be_small():
    cell = Hidden(Because.WOULD_REVEAL)
    sentence = sentences.hidden_group_sentence(None, cell, 5, EN)
    assert sentence.startswith("All raters: not shown")


def test_reverse_statements_say_which_answers_are_good(report):
    listen, safety = report.dimension("listen"), report.dimension("safety")
    frequency, agreement = listen.items[2], safety.items[0]
    labels = [
        (sentences.reverse_label(frequency, listen, EN), "(a low frequency is good)"),
        (sentences.reverse_label(frequency, listen, VI), "(ít xảy ra là tốt)"),
        (sentences.reverse_label(agreement, safety, EN), "(low agreement is good)"),
        (sentences.reverse_label(listen.items[0], listen, EN), ""),
    ]
    assert [said for said, _ in labels] == [expected for _, expected in labels]


def test_a_reverse_statement_of_a_bad_thing_is_good_when_high(listen):
    bad = replace(listen, high_is_good=False)
    label = sentences.reverse_label(listen.items[2], bad, EN)
    assert label == "(a high answer is good)"


def test_the_rule_for_single_statements_is_said_as_printed():
    assert sentences.single_statements_rule(EN) == (
        "Single statements are shown from 8 answers on, to protect the people who"
        " answered."
    )
    assert sentences.single_statements_rule(VI) == (
        "Kết quả từng câu chỉ hiển thị khi có từ 8 câu trả lời trở lên, để bảo vệ người"
        " trả lời."
    )


def test_a_dimension_without_the_view_it_is_measured_against_has_no_answers(listen):
    assert sentences.main_view(replace(listen, views=())).mean == NoData()
    assert CountBand(8, 11) == sentences.main_view(listen).answered
