"""The texts of all mails: subject and body, in English; catalogues have the rest."""

from __future__ import annotations

from survey.errors import N_

ONE_LEADER = (
    N_("Your view on how %(leader)s leads improvement (about %(minutes)s minutes)"),
    N_(
        "Hello,\n\n"
        "%(organisation)s asks team members how their leaders support improvement. "
        "Your view on %(leader)s helps %(leader)s to lead better.\n\n"
        "%(link)s\n"
        "Or go to %(url)s and type this code: %(code)s\n"
        "Open until %(closes)s. About %(minutes)s minutes. It works on a phone.\n\n"
        "%(promise)s Taking part is your choice.\n\n"
        "Check code: %(fingerprint)s. %(representative)s posts the same code.\n"
        "Do not forward this mail. Questions: %(contact)s (not in %(leader)s's "
        "reporting line)."
    ),
)
SEVERAL = (
    N_("Your view on %(n)s leaders (about %(minutes)s minutes each)"),
    N_(
        "Hello,\n\n"
        "%(organisation)s asks people how their leaders support improvement. Your view "
        "on %(n)s leaders helps them to lead better.\n\n"
        "%(link)s\n"
        "Or go to %(url)s and type this code: %(code)s\n"
        "Open until %(closes)s. About %(minutes)s minutes for each leader. It works on "
        "a phone.\n\n"
        "%(promise)s Taking part is your choice.\n\n"
        "Check code: %(fingerprint)s. %(representative)s posts the same code.\n"
        "Do not forward this mail. Questions: %(contact)s."
    ),
)
ACTIVATION = (
    N_("Get your answer key (one tap, before %(opens)s)"),
    N_(
        "Hello,\n\n"
        "from %(opens)s on %(organisation)s asks people how their leaders support "
        "improvement. So that nobody can match your answers to you, get your answer "
        "key before that day. One tap:\n\n"
        "%(link)s\n"
        "Or go to %(url)s and type this code: %(code)s\n\n"
        "The survey itself opens on %(opens)s for everybody; you then get another "
        "mail. Use the same device, or note the recovery code.\n\n"
        "%(promise)s Taking part is your choice.\n\n"
        "Check code: %(fingerprint)s. %(representative)s posts the same code.\n"
        "Do not forward this mail. Questions: %(contact)s."
    ),
)
SELF = (
    N_("Your self-assessment, open until %(closes)s"),
    N_(
        "Hello %(leader)s,\n\n"
        "please answer the same statements about yourself (about %(minutes)s minutes): "
        "%(link)s\n\n"
        "Your self-assessment is not anonymous: it appears in your own report beside "
        "the team's averages. Your report is for your development. It is not used for "
        "pay or ranking.\n\n"
        "Please tell your team in your own words why you take part, and that you will "
        "not try to find out who said what.\n\n"
        "Questions: %(contact)s."
    ),
)
READY = (
    N_("Your report is ready"),
    N_(
        "Hello %(leader)s,\n\n"
        "your report for %(cycle)s is ready: %(link)s\n\n"
        "Take one point from it, not ten.\n\n"
        "Questions: %(contact)s."
    ),
)
PASSWORD = (
    N_("Set your password"),
    N_(
        "Hello %(name)s,\n\n"
        "with this link you set a new password. It works once, within one hour: "
        "%(link)s\n\n"
        "If you did not ask for it, ignore this mail: nothing changes."
    ),
)
