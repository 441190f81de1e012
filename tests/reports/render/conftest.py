"""Reports made by hand: every kind of cell occurs, no statistics involved."""

from dataclasses import replace

import pytest

from questionnaires.model import RaterGroup, When
from reports.policy import Policy
from reports.tree import (
    Because,
    CountBand,
    CycleFacts,
    DimensionResult,
    End,
    Focus,
    Gap,
    GroupFacts,
    GroupView,
    Hidden,
    InstrumentFacts,
    ItemResult,
    LeaderReport,
    Mean,
    MethodFacts,
    NoData,
    Placement,
    Quadrant,
    QuestionComments,
    ScaleFacts,
    Sentence,
    SentenceKind,
    ShownGap,
    ShownInterval,
    Spread,
    SuggestionText,
    Third,
    Verdict,
)
from tests.reports.works import analysed, answers_of

TEAM, PEERS, MANAGER = RaterGroup.TEAM, RaterGroup.PEERS, RaterGroup.MANAGER
HIDDEN = Hidden(Because.TOO_FEW)
EIGHT = CountBand(8, 11)
FREQUENCY = ScaleFacts(
    1,
    5,
    {
        "en": ("Never", "Rarely", "Sometimes", "Often", "Always"),
        "vi": (
            "Không bao giờ",
            "Hiếm khi",
            "Thỉnh thoảng",
            "Thường xuyên",
            "Luôn luôn",
        ),
    },
)
AGREEMENT = ScaleFacts(
    1,
    5,
    {
        "en": ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
        "vi": (
            "Hoàn toàn không đồng ý",
            "Không đồng ý",
            "Trung lập",
            "Đồng ý",
            "Rất đồng ý",
        ),
    },
)
SEVEN = ScaleFacts(1, 7, {"en": tuple("ABCDEFG"), "vi": tuple("ABCDEFG")})

TITLES = {
    "mindset": ("Initiate the Lean mindset", "Khởi xướng tư duy Lean"),
    "values": ("Set the tone through values", "Định hướng bằng giá trị"),
    "listen": ("Listen more, command less", "Lắng nghe nhiều hơn, ra lệnh ít hơn"),
    "support": ("Establish support mechanisms", "Thiết lập cơ chế hỗ trợ"),
    "kaizen": (
        "Build a culture of continuous improvement (Kaizen)",
        "Xây dựng văn hóa cải tiến liên tục (Kaizen)",
    ),
    "behaviour": ("Lead behavioural change", "Dẫn dắt thay đổi hành vi"),
    "measure": ("Measure, feedback, adjust", "Đo lường, phản hồi và điều chỉnh"),
    "safety": ("Psychological safety", "An toàn tâm lý"),
}


def both(en, vi):
    return {"en": en, "vi": vi}


def view(group, mean, interval=None, answered=EIGHT, **more):
    shown = {"spread": None, "favourable": None} | more
    return GroupView(group, mean, answered, interval, **shown)


def gap(verdict, shown=None, margin=0.5, against=TEAM, **more):
    fields = {"interval": None, "direction_holds": False} | more
    return Gap(against, verdict, shown, margin=margin, **fields)


def item(code, mean, en, vi, **more):
    fields = {
        "reverse_keyed": False,
        "self_points": 4,
        "thirds": (Third.UNDER, Third.UNDER, Third.OVER),
        "many_cannot_say": False,
    } | more
    return ItemResult(code, both(en, vi), mean=mean, **fields)


def dimension(code, self_score, views, gap, **more):
    fields = {
        "instrument": "ll-35",
        "title": both(*TITLES[code]),
        "description": both(
            "Guides by asking and learning instead of directing.",
            "Dẫn dắt bằng cách đặt câu hỏi và học hỏi thay vì ra lệnh.",
        ),
        "scale": FREQUENCY,
        "n_items": 5,
        "about_team": False,
        "high_is_good": True,
        "items": (),
        "items_hidden": None,
        "at_end": False,
    } | more
    return DimensionResult(
        code, self_score=self_score, views=tuple(views), gap=gap, **fields
    )


def listen_items():
    return (
        item(
            "LL12",
            Mean(3.2),
            "Trần Thị Lan asks people to tell them about problems in their work.",
            "Trần Thị Lan đề nghị mọi người nói ra các vấn đề trong công việc.",
            thirds=(Third.UNDER, Third.MIDDLE, Third.MIDDLE),
        ),
        item(
            "LL11",
            Mean(4.5, End.OR_ABOVE),
            "Trần Thị Lan spends time where the work is actually done (gemba).",
            "Trần Thị Lan dành thời gian ở nơi công việc thực tế diễn ra (gemba).",
            many_cannot_say=True,
        ),
        item(
            "LL15",
            Mean(2.6),
            "Trần Thị Lan interrupts people while they are describing a problem.",
            "Trần Thị Lan ngắt lời khi người khác đang trình bày vấn đề.",
            reverse_keyed=True,
            self_points=1,
            thirds=(Third.MIDDLE, Third.UNDER, Third.UNDER),
        ),
    )


def dimensions():
    return (
        dimension(
            "mindset",
            3.8,
            [
                view(TEAM, Mean(3.1), ShownInterval(2.7, 3.5), favourable=Third.MIDDLE),
                view(PEERS, HIDDEN, answered=HIDDEN),
                view(MANAGER, Mean(3.6), answered=NoData()),
            ],
            gap(Verdict.CLEARLY_HIGHER, ShownGap(0.7), 0.4, direction_holds=True),
            items_hidden=Because.FEW_ITEMS,
        ),
        dimension(
            "values",
            3.6,
            [view(TEAM, Mean(3.7), ShownInterval(3.4, 4.0))],
            gap(Verdict.SEEN_ALIKE, ShownGap(-0.1), 0.3),
        ),
        dimension(
            "listen",
            4.2,
            [
                view(TEAM, Mean(3.4), ShownInterval(3.0, 3.8), spread=Spread.SPLIT),
                view(PEERS, Mean(3.9), answered=CountBand(5, 7)),
            ],
            gap(Verdict.CLEARLY_HIGHER, ShownGap(0.8), 0.4),
            items=listen_items(),
        ),
        dimension(
            "support",
            3.4,
            [view(TEAM, Mean(3.7))],
            gap(None, ShownGap(-0.3), None),
            items_hidden=Because.TOO_FEW,
        ),
        dimension(
            "kaizen",
            4.1,
            [view(TEAM, Mean(4.5, End.OR_ABOVE), ShownInterval(4.2, None))],
            gap(Verdict.PROBABLY_LOWER, ShownGap(-0.4, at_least=True), 0.3),
            at_end=True,
        ),
        dimension(
            "behaviour",
            4.0,
            [view(TEAM, HIDDEN, answered=HIDDEN)],
            gap(Verdict.NOT_ENOUGH_ANSWERS, None, None),
            items_hidden=Because.TOO_FEW,
        ),
        dimension(
            "measure",
            None,
            [view(TEAM, Mean(2.9), ShownInterval(2.5, 3.3), spread=Spread.ALIKE)],
            gap(None, None, 0.4),
        ),
        dimension(
            "safety",
            4.4,
            [view(TEAM, Mean(3.8), ShownInterval(3.2, 4.4), spread=Spread.SOMEWHAT)],
            gap(Verdict.MAY_BE_HIGHER, ShownGap(0.6), 0.6),
            instrument="ps-8",
            scale=AGREEMENT,
            about_team=True,
            items=(
                item(
                    "PS4",
                    Mean(2.4),
                    "People here keep quiet about errors to protect themselves.",
                    "Trong nhóm này, mọi người im lặng khi có lỗi để tự bảo vệ mình.",
                    reverse_keyed=True,
                    thirds=None,
                ),
            ),
        ),
    )


def suggestion(code, en, vi):
    return SuggestionText(code, both(en, vi))


def instrument(code, en, vi):
    return InstrumentFacts(
        code, "1.0", both(en, vi), "Items are own wording.", "ab12" * 16
    )


@pytest.fixture(scope="session")
def report():
    return LeaderReport(
        leader="Trần Thị Lan",
        cycle=CycleFacts(
            name="Autumn 2026",
            organisation="Sông Hồng Components",
            k=5,
            form="full",
            opened_on="2026-10-05",
            closed_on="2026-10-19",
            promise_hash="7f3a91c0" * 8,
            fingerprint="7f3a 91c0",
        ),
        instruments=(
            instrument("ll-35", "Lean leadership", "Lãnh đạo Lean"),
            instrument("ps-8", "Safety in the team", "An toàn trong nhóm"),
        ),
        groups=(
            GroupFacts(TEAM, 11, CountBand(8, 11)),
            GroupFacts(PEERS, 6, HIDDEN),
            GroupFacts(MANAGER, 1, NoData()),
        ),
        confidential=CountBand(8, 11),
        reissued=0,
        has_figures=True,
        dimensions=dimensions(),
        sentences=(
            Sentence(SentenceKind.STRENGTH, "kaizen"),
            Sentence(SentenceKind.DIFFERENCE, "listen"),
            Sentence(SentenceKind.WORK_ON, "mindset"),
        ),
        placements=(
            Placement("kaizen", Quadrant.HIDDEN_STRENGTH, stricter_or_prouder=False),
            Placement("listen", Quadrant.BLIND_SPOT, stricter_or_prouder=False),
            Placement("mindset", Quadrant.BLIND_SPOT, stricter_or_prouder=False),
            Placement("values", Quadrant.SHARED_STRENGTH, stricter_or_prouder=False),
            Placement("support", Quadrant.OPEN, stricter_or_prouder=False),
            Placement("measure", Quadrant.OPEN, stricter_or_prouder=False),
        ),
        focus=(
            Focus(
                "mindset",
                (When.OVER, When.LOW),
                (
                    suggestion("mindset.over.1", "Ask two people in the team.", "Hỏi."),
                    suggestion("mindset.low.1", "Go through one case.", "Xem lại."),
                ),
            ),
        ),
        comments=(
            QuestionComments(
                "keep",
                both(
                    "What should Trần Thị Lan keep doing?",
                    "Trần Thị Lan nên giữ điều gì?",
                ),
                ("Chị Lan luôn hỏi “tại sao”.", "Walks the floor <b>daily</b> & asks."),
                None,
            ),
            QuestionComments(
                "change",
                both("What should change?", "Nên thay đổi điều gì?"),
                (),
                Because.TOO_FEW,
            ),
        ),
        method=MethodFacts(
            "0.1.0", 20261019, {"mindset": 0.81}, {"mindset": "pooled", "listen": "own"}
        ),
    )


@pytest.fixture(scope="session")
def hidden_report(report):
    return replace(
        report,
        leader="Phạm Văn Nam",
        cycle=replace(report.cycle, name="Autumn"),
        groups=(GroupFacts(TEAM, 6, HIDDEN),),
        confidential=NoData(),
        has_figures=False,
        dimensions=(),
        sentences=(),
        placements=(),
        focus=(),
        comments=(),
    )


@pytest.fixture(scope="session")
def without_self(report):
    """A leader who gave no rating of their own, on a scale from 1 to 7."""
    unrated = tuple(
        replace(
            d,
            self_score=None,
            scale=SEVEN,
            gap=replace(d.gap, verdict=None, shown=None),
        )
        for d in report.dimensions
    )
    alone = (
        Sentence(SentenceKind.NO_STRENGTH),
        Sentence(SentenceKind.NO_DIFFERENCE),
        Sentence(SentenceKind.NO_WORK_ON),
    )
    return replace(report, dimensions=unrated, sentences=alone, placements=(), focus=())


@pytest.fixture(scope="session")
def organisation():
    """Give the report of a works with 60 leaders, three of them without a rating."""
    earlier = analysed(answers_of(60, seed=2)).leaders
    answers = answers_of(60, rating_themselves=57)
    told = analysed(answers, earlier=earlier, before="Spring 2026").organisation
    return replace(told, cycle=replace(told.cycle, made_up=True))


@pytest.fixture(scope="session")
def small_organisation():
    """Give the report of a works too small for any pooled figure."""
    return analysed(answers_of(4)).organisation


@pytest.fixture(scope="session")
def named_organisation():
    """Give the report of a works that was told that teams are named."""
    return analysed(answers_of(120), Policy(names_leaders=True)).organisation
