"""Refusals: what the person reads, and the status a page answers with."""

from __future__ import annotations

from http import HTTPStatus

N_ = str
"""Marks a text for translation; the page that shows it translates it."""


class SurveyError(Exception):
    """Base of every refusal; ``text`` is what the person reads, in English.

    ``fields`` fill the text's ``%(name)s`` places, after translation.
    """

    status = HTTPStatus.BAD_REQUEST
    text = N_("That cannot be done.")

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.text % fields)


class NotFoundError(SurveyError):
    """There is no such thing, or not for this account."""

    status = HTTPStatus.NOT_FOUND
    text = N_("There is no such page, or it is not for you.")


class NotAllowedError(SurveyError):
    """The signed-in account has not the role."""

    status = HTTPStatus.FORBIDDEN
    text = N_("Your account does not have the role this page asks for.")


class TooManyTriesError(SurveyError):
    """A rate limit was reached."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    text = N_("Too many tries. Wait a minute, then try again.")


class UnknownCodeError(SurveyError):
    """No invitation has this code."""

    status = HTTPStatus.NOT_FOUND
    text = N_(
        "This code is not known. A code has 12 letters and digits, for example "
        "7K3M-Q9TX-2HDA. Compare it with your mail or slip."
    )


class MistypedCodeError(UnknownCodeError):
    """What was typed looks like no code; told without asking whether it is one."""

    text = N_(
        "A code has 12 letters and digits; %(n_found)s were typed. Compare each group "
        "of four with your mail or slip."
    )


class StrangeLettersError(UnknownCodeError):
    """There is a character in it that no code has."""

    text = N_(
        "No code has %(letters)s. Codes have the letters A to Z without I, L, O and U, "
        "and the digits 0 to 9. Compare what you typed with your mail or slip."
    )


class NotOpenYetError(SurveyError):
    """The form opens later."""

    status = HTTPStatus.FORBIDDEN
    text = N_("This survey opens on %(opens_on)s. Your code stays valid.")


class CycleClosedError(SurveyError):
    """The form is closed for ever."""

    status = HTTPStatus.GONE
    text = N_("This survey is closed. Answers can no longer be sent.")


class ServerPathForbiddenError(SurveyError):
    """The cycle takes only answers that were sealed in the browser."""

    status = HTTPStatus.FORBIDDEN
    text = N_(
        "This survey takes only answers that your browser locks before sending. "
        "Switch JavaScript on, or use another browser."
    )


class AlreadyUsedError(SurveyError):
    """The invitation was used for this leader in another way or on another device."""

    status = HTTPStatus.CONFLICT
    text = N_(
        "This code has already been used to send answers, or answers wait on another "
        "device that shows “Not sent yet”: try again there."
    )


class ForgedCredentialError(SurveyError):
    """The signature is not one of the scope's key."""

    status = HTTPStatus.FORBIDDEN
    text = N_("This answer carries no valid key of the survey.")


class NoSuchSheetError(SurveyError):
    """The code does not stand for this leader."""

    status = HTTPStatus.NOT_FOUND
    text = N_("Your code does not belong to this leader's survey.")


class AnswerTooLongError(SurveyError):
    """The answer does not fit the one size that all answers have."""

    text = N_("The comments are too long. Shorten them and send again.")


class AnswerRefusedError(SurveyError):
    """The answer holds something the questionnaire does not ask."""

    text = N_("The answer does not fit the questionnaire: %(found)s.")


class WrongStateError(SurveyError):
    """The step does not fit where the cycle stands."""

    status = HTTPStatus.CONFLICT
    text = N_("This cannot be done while the cycle is “%(state)s”.")


class StepRefusedError(SurveyError):
    """A step of HR is refused; ``text`` says why, and what can be done instead."""

    status = HTTPStatus.CONFLICT

    def __init__(self, text: str, **fields: object) -> None:
        self.text = text
        super().__init__(**fields)


class LaunchRefusedError(SurveyError):
    """The dry run shows points that must be decided first."""

    status = HTTPStatus.CONFLICT
    text = N_("The cycle cannot be launched: %(points)s")


class SettingsError(SurveyError):
    """The settings of a cycle contradict each other."""

    text = N_("%(problem)s")


class NothingToPreviewError(SurveyError):
    """A draft has no leader or no questionnaire yet."""

    status = HTTPStatus.CONFLICT
    text = N_("There is nothing to preview: choose questionnaires and leaders first.")


class NoOrganisationError(SettingsError):
    """There is no organisation yet to plan a cycle for."""

    text = N_("First name the organisation.")


class PeerRefusedError(SurveyError):
    """Somebody cannot be named as a peer of a leader."""

    status = HTTPStatus.CONFLICT
    text = N_("%(problem)s")


class AlreadyAskedError(SurveyError):
    """A request for the same new key waits."""

    status = HTTPStatus.CONFLICT
    text = N_("A new key for this person and leader is asked for already.")


class SamePersonError(SurveyError):
    """Whoever asked would agree with themselves."""

    status = HTTPStatus.FORBIDDEN
    text = N_("Another person must agree: you asked for this new key yourself.")


class RequestGoneError(SurveyError):
    """The request was decided or taken back before."""

    status = HTTPStatus.CONFLICT
    text = N_("This request waits no longer: it was decided or taken back before.")


class ReminderRefusedError(SurveyError):
    """There are three reminders, or the moment is no good."""

    status = HTTPStatus.CONFLICT
    text = N_(
        "This reminder was not planned: there are three at most, each between opening "
        "and closing, in the future and at least a day from the others."
    )


class NotReadyError(SurveyError):
    """The reports are not computed yet."""

    status = HTTPStatus.CONFLICT
    text = N_("The reports are still being computed. Try again in a minute.")


class NoRowsError(SurveyError):
    """A cycle keeps no single ratings, or none any more."""

    status = HTTPStatus.NOT_FOUND
    text = N_("This cycle keeps no single ratings.")


class LostVaultError(SurveyError):
    """The keys of a cycle are not where they must be."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    text = N_(
        "The keys of this cycle are missing from the vault %(folder)s. Without them "
        "nobody can read its answers. Put the folder back as it was, or abandon the "
        "cycle."
    )


class SignInError(SurveyError):
    """Name or password is wrong; which of them is not told."""

    status = HTTPStatus.UNAUTHORIZED
    text = N_("E-mail or password is wrong.")


class WrongPasswordError(SurveyError):
    """Whoever changes a password does not know the present one."""

    status = HTTPStatus.FORBIDDEN
    text = N_("The present password is wrong.")


class WrongCodeError(SurveyError):
    """A code of the second factor is wrong, too old, or was used before."""

    status = HTTPStatus.UNAUTHORIZED
    text = N_(
        "This code is wrong or was used before. Wait for the next one in your app, "
        "then type it. A phone whose clock is wrong shows wrong codes."
    )


class OwnAccountError(SurveyError):
    """An administrator would do to the own account what only another one may."""

    status = HTTPStatus.FORBIDDEN
    text = N_("Another administrator must do this for your account.")


class SecondFactorNeededError(SurveyError):
    """The second factor is demanded of this account's roles."""

    status = HTTPStatus.FORBIDDEN
    text = N_("Your roles need the second step: it cannot be switched off.")


class PasswordTooShortError(SurveyError):
    """A new password has too few characters."""

    text = N_("The password is too short: use at least %(shortest)s characters.")


class LinkExpiredError(SurveyError):
    """A password link was used or is too old."""

    status = HTTPStatus.GONE
    text = N_("This link was used already or is too old. Ask for a new one.")


class ImportRefusedError(SurveyError):
    """A file of people has problems; nothing was stored."""

    text = N_("Nothing was imported: %(count)s problems must be mended first.")


class ImportChangedError(SurveyError):
    """What is stored changed between the look and the import."""

    status = HTTPStatus.CONFLICT
    text = N_(
        "Nothing was imported: the organisation was changed after you looked. Look at "
        "the changes once more."
    )


class UndoRefusedError(SurveyError):
    """The last import cannot be undone; ``why`` says what depends on it."""

    status = HTTPStatus.CONFLICT
    text = N_("The import was not undone. %(problem)s")


class IdentifiedSenderError(SurveyError):
    """The request says who sends it, so it is not taken."""

    text = N_("Sealed answers are taken only without cookies, login or referrer.")


class MalformedCredentialError(SurveyError):
    """A blinded message or a prepared one has not the form of this protocol."""

    text = N_("What your browser sent is not an answer key. Load the page again.")


class FailedSignatureError(SurveyError):
    """The arithmetic of a signature went wrong; nothing of it may leave."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    text = N_("Your answer key could not be made. Nothing is lost: send again.")


class VaultFolderError(Exception):
    """The vault folder is not safe to use; the operator reads how to repair it."""
