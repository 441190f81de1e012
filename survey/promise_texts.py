"""Every sentence of the promise to raters, and the words that fill its places."""

from __future__ import annotations

from questionnaires.model import RaterGroup
from survey.errors import N_

TEXTS: dict[str, str] = {
    "P11": N_(
        "Without JavaScript this page cannot hide you from the server itself. We do "
        "not store who you are next to your answer, but someone who controls the "
        "running server or its logs at this moment could. This answer is "
        "confidential, not anonymous."
    ),
    "P1": N_(
        "Your browser locks your answers before they are sent. Nobody can read them "
        "while the survey is open."
    ),
    "P2a": N_(
        "Your answers are anonymous: they carry a proof that somebody in this group "
        "sent them, not who. The server can see that you sent something and when, but "
        "it gets your answers locked, and nothing it keeps ties them to you once they "
        "are opened."
    ),
    "P2b": N_(
        "Your answers are anonymous: your answer key shows that you belong to this "
        "group, not who you are. Nothing the server keeps can match your answers to "
        "your invitation; not even the times can, if you got your key before %(open)s."
    ),
    "P3": N_(
        "Your name, e-mail, code, IP address, device and the time you answer are not "
        "stored with your answers."
    ),
    "P4": N_(
        "%(leader)s sees results of a group only when %(k)s or more people in it "
        "answered, and only after %(close)s."
    ),
    "P5": N_(
        "With fewer than five answers a colleague who knows their own answer may guess."
    ),
    "P6": N_("Your group is shown together with %(others)s as “%(name)s”."),
    "P6 with teams": N_(
        "Your team is too small to be shown alone. Its answers are shown together with "
        "those about %(other_leaders)s, as one result in one report that %(leaders)s "
        "read."
    ),
    "P7": N_(
        "What you write is shown word for word, mixed with other comments and apart "
        "from the ratings, to %(readers)s. Writing is your choice."
    ),
    "P8a": N_(
        "After the reports are released single answers are destroyed. Only what the "
        "reports hold remains."
    ),
    "P8b": N_(
        "Single ratings are kept without names, comments, leader, group, codes or "
        "times, in random order, for research until %(purge)s. Together with the "
        "reports they can show which leader they are about, but not which of the "
        "%(k)s or more people in a group gave them."
    ),
    "P8c": N_(
        "If the reports are not released by %(release_by)s, all answers and results "
        "are destroyed and no report appears."
    ),
    "P9": N_("%(leader)s's report is read by %(readers)s."),
    "P9 with teams": N_("The common report is read by %(readers)s."),
    "P17": N_(
        "Only %(n)s people can rate %(leader)s here. If fewer than %(k)s answer, "
        "nothing is shown for this group. Its answers are destroyed unread."
    ),
    "P17 with larger sets": N_(
        "Only %(n)s people can rate %(leader)s here. If fewer than %(k)s answer, "
        "nothing is shown for this group. Its answers are destroyed unread, unless "
        "%(sets)s, fixed at launch, reaches %(k)s with them."
    ),
    "P17 with teams": N_(
        "Only %(n_together)s people are asked in these teams together. If fewer than "
        "%(k)s answer, nothing is shown for them. Their answers are destroyed unread."
    ),
    "P13": N_("You are %(leader)s's manager. Your ratings are shown as yours."),
    "P14": N_(
        "These are your own ratings. They appear under your name in your report."
    ),
    "P10": N_(
        "Whoever runs the server can see that and when your device contacted it. If "
        "they replaced this page's program, or copied the box key before the reports "
        "are released (by %(release_by)s at the latest) and matched it with network "
        "records or backups, they could link you. Compare the check code with the one "
        "%(representative)s posted."
    ),
    "P10t": N_(
        "The key that opens the answers is held by %(trustees)s, not by the server. If "
        "the server's operator replaced this page's program, they could still read "
        "you. Compare the check code."
    ),
    "P10t with two trustees": N_(
        "The key that opens the answers is held by %(trustees)s, not by the server. "
        "Either of them can open. If the server's operator replaced this page's "
        "program, they could still read you. Compare the check code."
    ),
    "P12": N_(
        "A sent answer cannot be changed or withdrawn: nothing is kept that says which "
        "one is yours."
    ),
    "P16a": N_(
        "We record that your link or code was used, so that nobody answers twice and "
        "reminders go only to people who have not used theirs. No page or report shows "
        "it; it is erased when the survey closes."
    ),
    "P16a without reminders": N_(
        "We record that your link or code was used, so that nobody answers twice. No "
        "page or report shows it; it is erased when the survey closes."
    ),
    "P16b": N_(
        "We record that your answer key was collected, so that nobody gets two. "
        "Whether you answered is not recorded. No page or report shows it; it is "
        "erased when the survey closes."
    ),
    "P15": N_(
        "These rules were fixed on %(launch)s and cannot be loosened. Check code: "
        "%(hash)s."
    ),
}
"""Every sentence in the order of printing; what follows a space is a variant."""

DETAILS = frozenset({"P10", "P10t", "P12", "P15", "P16a", "P16b"})
"""Sentences that stand under "How this works in detail"."""

LAST_OF_P11 = N_("This answer is confidential, not anonymous.")

READERS = {
    "leader": N_("the leader"),
    "hr": N_("the HR department"),
    "manager": N_("%(leader)s's manager"),
    "talk_partner": N_("the person who talks the report over with %(leader)s"),
    "organisation": N_("top management"),
}
THESE_LEADERS = N_("these leaders")
GROUPS = {
    RaterGroup.TEAM: N_("team members"),
    RaterGroup.PEERS: N_("peers"),
}
SETS = {
    "all": N_("the view of all raters together"),
    "pooled": N_("the pooled statistics of the organisation"),
}
