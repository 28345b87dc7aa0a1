"""What can go wrong with users, sessions and tokens."""

from rustok.core.errors import Conflict, FieldError, Forbidden, Unauthenticated, Unavailable


class InvalidCredentials(Unauthenticated):
    """Email and password do not belong together; it is not said which one is wrong."""

    code = "INVALID_CREDENTIALS"
    title = "Wrong email or password"


class InvalidToken(Unauthenticated):
    """The access token is forged, expired, or no access token at all."""

    code = "INVALID_TOKEN"
    title = "Invalid access token"


class SessionEnded(Unauthenticated):
    """The session was ended, or its user may not sign in any more."""

    code = "SESSION_ENDED"
    title = "Session ended"


class InvalidRefreshToken(Unauthenticated):
    """The refresh token is unknown, used up, or its session has ended: sign in again."""

    code = "INVALID_REFRESH_TOKEN"
    title = "Invalid refresh token"


class TokenOtherTenant(Forbidden):
    """The token or API key is another tenant's."""

    code = "TOKEN_OTHER_TENANT"
    title = "Another tenant's token"


class InvalidApiKey(Unauthenticated):
    """There is no such API key; it is not said whether there is one of this id."""

    code = "INVALID_API_KEY"
    title = "Invalid API key"


class RevokedApiKey(Unauthenticated):
    """The API key was revoked: have another one made."""

    code = "API_KEY_REVOKED"
    title = "API key revoked"


class ExpiredApiKey(Unauthenticated):
    """The moment at which the API key ends by itself is over."""

    code = "API_KEY_EXPIRED"
    title = "API key expired"


class OutlivesCreator(Forbidden):
    """An API key makes no key that ends later than itself."""

    code = "API_KEY_OUTLIVES_CREATOR"
    title = "Longer than the key itself"


class EmailTaken(Conflict):
    """Another user of the tenant has this email address."""

    code = "EMAIL_TAKEN"
    title = "Email taken"

    def __init__(self) -> None:
        error = FieldError(path=("email",), code=self.code, detail="The email address is taken.")
        super().__init__(error.detail, errors=(error,))


class OwnAccount(Conflict):
    """Nobody suspends themselves."""

    code = "OWN_ACCOUNT"
    title = "Own account"


class RotationTooSoon(Conflict):
    """The next key has not been published long enough for every process to know it."""

    code = "ROTATION_TOO_SOON"
    title = "Too soon to rotate"


class KeysUnreadable(Unavailable):
    """The signing keys were encrypted with another SECRET_KEY."""

    code = "SIGNING_KEYS_UNREADABLE"
    title = "Signing keys unreadable"


class HashingBusy(Unavailable):
    """More passwords wait to be checked than the server takes on."""

    code = "SIGN_IN_BUSY"
    title = "Too many sign-ins at once"
