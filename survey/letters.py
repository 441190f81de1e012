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
REMIND_ONE = (
    N_("Open until %(closes)s: your view on %(leader)s"),
    N_(
        "Your link for %(cycle)s has not been used yet. If you would like to take "
        "part, the form is open until %(closes)s:\n\n"
        "%(link)s\n"
        "Or go to %(url)s and type this code: %(code)s\n"
        "About %(minutes)s minutes, on a phone too. Taking part is your choice, and "
        "nobody is shown whether you do.\n\n"
        "If you have sent your answers in the last hours: thank you, nothing more to "
        "do. If your phone shows “Not sent yet”, please try again there.\n"
        "How we know: the program notes that a link was used, not what was answered, "
        "and erases the note when the survey closes.\n\n"
        "No more reminders: %(stop)s"
    ),
)
REMIND_SEVERAL = (
    N_("Open until %(closes)s: your view on %(n)s leaders"),
    N_(
        "Your link for %(cycle)s has not been used yet for %(n)s leaders. If you would "
        "like to take part, the form is open until %(closes)s:\n\n"
        "%(link)s\n"
        "Or go to %(url)s and type this code: %(code)s\n"
        "About %(minutes)s minutes for each, on a phone too. Taking part is your "
        "choice, and nobody is shown whether you do.\n\n"
        "If you have sent your answers in the last hours: thank you, nothing more to "
        "do. If your phone shows “Not sent yet”, please try again there.\n"
        "How we know: the program notes that a link was used, not what was answered, "
        "and erases the note when the survey closes.\n\n"
        "No more reminders: %(stop)s"
    ),
)
LAST_REMINDER = N_("%(subject)s (last reminder)")
KEY_WAITS = (
    N_("Open until %(closes)s: your answer key is waiting"),
    N_(
        "Your answer key for %(cycle)s has not been fetched yet. The form is open "
        "until %(closes)s:\n\n"
        "%(link)s\n"
        "Or go to %(url)s and type this code: %(code)s\n"
        "About %(minutes)s minutes, your choice. We know only whether keys are "
        "fetched, not who answers.\n\n"
        "No more reminders: %(stop)s"
    ),
)
STILL_OPEN = (
    N_("Still open until %(closes)s: your view on %(leader)s"),
    N_(
        "If you have already answered: thank you, nothing more to do. We do not know "
        "who has answered, so this goes to everyone in the group.\n\n"
        "If not, the form is open until %(closes)s:\n\n"
        "%(link)s\n"
        "Or go to %(url)s and type this code: %(code)s\n"
        "About %(minutes)s minutes, your choice.\n\n"
        "No more reminders: %(stop)s"
    ),
)
CLOSES = (
    N_("%(cycle)s is now open until %(closes)s"),
    N_(
        "Hello,\n\n"
        "the closing date of %(cycle)s has changed. The form is now open until "
        "%(closes_at)s.\n\n"
        "The link and the code of your earlier mail stay as they are: %(url)s\n"
        "If you have sent your answers: thank you, nothing more to do. This mail goes "
        "to everybody who was asked. Taking part is your choice.\n\n"
        "Questions: %(contact)s."
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
AS_MANAGER = (
    N_("Your view on leaders who report to you, open until %(closes)s"),
    N_(
        "Hello %(leader)s,\n\n"
        "please answer the same statements about the leaders who report to you (about "
        "%(minutes)s minutes each): %(link)s\n\n"
        "Your ratings are not anonymous: they are shown in their reports as those of "
        "their manager. You can change them until the form closes.\n\n"
        "Questions: %(contact)s."
    ),
)
NAME_PEERS = (
    N_("Who works with you? Name colleagues for %(cycle)s"),
    N_(
        "Hello %(leader)s,\n\n"
        "%(organisation)s plans a survey about how leaders support improvement. "
        "Besides your team, colleagues who work with you can be asked. Please name "
        "them: %(link)s\n\n"
        "Your manager or HR agrees to the list. What they answer is anonymous and "
        "shown only if enough of them answer.\n\n"
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
NEXT_DRAFT = (
    N_("A draft waits for you: %(cycle)s"),
    N_(
        "Hello %(name)s,\n\n"
        "the next cycle, %(cycle)s, has been made as a draft, because the one before "
        "it repeats. It would open on %(opens)s. Nobody is asked and nothing is "
        "promised before you launch it.\n\n"
        "Look through leaders and dates, then launch it or delete it: %(link)s"
    ),
)
TEST = (
    N_("A letter to try whether mails arrive"),
    N_(
        "Hello,\n\n"
        "this letter was sent to try whether Hansei's mails arrive. If you can read "
        "it, they do. There is nothing else to do."
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
WELCOME = (
    N_("Your account for leadership surveys"),
    N_(
        "Hello %(name)s,\n\n"
        "you have been given an account for the leadership surveys of "
        "%(organisation)s. With this link you set your password. It works once, "
        "within 14 days: %(link)s\n\n"
        "Later you sign in with this mail address and your password."
    ),
)
SIGN_IN = (
    N_("Your link to sign in"),
    N_(
        "Hello %(name)s,\n\n"
        "with this link you sign in. It works once, within 15 minutes: %(link)s\n\n"
        "If you did not ask for it, ignore this mail. Do not forward it: whoever has "
        "the link signs in as you."
    ),
)
_HEAD = N_(
    "Hello %(name)s,\n\n"
    "this mail is for you as the representative. Keep it: with it you can show later "
    "that nobody rewrote the log.\n\n"
    "Cycle: %(cycle)s\n"
    "Check code of its keys and people: %(fingerprint)s\n"
    "Check code of its promise: %(promise)s\n"
    "The log reaches entry %(number)s, whose check code is:\n%(head)s\n\n"
    "Post the first 20 characters of the first code where everybody sees them. How to "
    "compare, and the log itself: %(link)s"
)
HEAD_LAUNCHED = (N_("Launched: the check codes of %(cycle)s"), _HEAD)
HEAD_CLOSED = (N_("Closed: the check codes of %(cycle)s"), _HEAD)
HEAD_RELEASED = (N_("Released: the check codes of %(cycle)s"), _HEAD)
