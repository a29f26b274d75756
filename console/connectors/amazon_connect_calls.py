"""What Amazon's errors mean: refused, to be tried again, or something that a person has to set
right first."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from console.connectors.remote import Again, Refusal, plain
from console.domain.links import DOWN, UP
from console.domain.links import REFUSED as BARRED

_THROTTLED = frozenset(
    (
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
    )
)
# Who asks is not known, or not any more; what is asked for does not matter.
_UNKNOWN_CALLER = frozenset(
    (
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "OptInRequired",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    )
)
_FORBIDDEN = frozenset(("AccessDeniedException", "AccessDenied", "UnauthorizedOperation"))


class Gone(Refusal):
    """What was named is not there."""


@contextmanager
def calling(what: str) -> Iterator[None]:
    """Round calls of boto3, of which `what` says what they are for. Raises Refusal or Again."""
    from botocore import exceptions as boto

    try:
        yield
    except boto.ClientError as error:
        raise _meaning(error, what) from None
    except (
        boto.ConnectTimeoutError,
        boto.EndpointConnectionError,
        boto.ProxyConnectionError,
        boto.SSLError,
    ) as error:
        raise Again(f"Amazon Connect cannot be reached: {_words(error)}") from None
    except boto.HTTPClientError as error:
        raise Again(f"Amazon Connect did not answer: {_words(error)}") from None
    except boto.ParamValidationError as error:
        raise Refusal(f"{what} cannot be asked for: {_words(error)}") from None
    except boto.BotoCoreError as error:
        # No credentials, half of them, a profile or a region that is not there.
        raise Again(f"Amazon Connect cannot be asked: {_words(error)}", state=BARRED) from None


def _meaning(error: Exception, what: str) -> Exception:
    response = getattr(error, "response", {})
    said = response.get("Error", {})
    code = str(said.get("Code", ""))
    words = plain(str(said.get("Message") or response.get("Message") or "")) or code
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    if code in _THROTTLED or status == 429:
        return Again(f"{what}: Amazon Connect is asked too often and will be asked again.")
    if code in _UNKNOWN_CALLER:
        return Again(f"Amazon Connect does not accept the credentials: {words}", state=BARRED)
    if code in ("InternalServiceException", "ServiceUnavailable") or status >= 500:
        return Again(f"{what}: {words}", alone=True, state=DOWN)
    if code in _FORBIDDEN or status == 403:
        return Refusal(f"{what} is not allowed: {words}", state=BARRED)
    kind = Gone if code == "ResourceNotFoundException" else Refusal
    return kind(f"{what}: {words}" + (f" ({code})" if code != words else ""), state=UP)


def _words(error: Exception) -> str:
    """Without the address, which is long and says nothing to a person."""
    words = re.sub(r"""[:,]?\s*"?https?://\S+""", "", plain(str(error))).strip()
    return (words or type(error).__name__).rstrip(".") + "."
