"""What went wrong with a model, who can mend it, and whether to ask again.

It knows the exceptions of model clients by their shape (HTTP status, class names), so that no
vendor's package has to be installed; it does not know prompts. Neither the server's words nor the
model's go into an error: both may quote the user.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from pydantic import ValidationError

from interest.errors import ModelError, PalateError

__all__ = ["Failure", "FailureKind", "MalformedAnswerError", "failure_of", "key_variable"]


class FailureKind(StrEnum):
    """What to do about a failure."""

    BUSY = "busy"  #: ask again after a while: rate limit, overload, timeout, connection
    MALFORMED = "malformed"  #: ask again at once: the answer does not have the form asked for
    REFUSED = "refused"  #: ask in another way: the server does not take this request
    FATAL = "fatal"  #: do not ask again


class MalformedAnswerError(ModelError):
    """The model answered, but not in the form asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A failure in our terms.

    Attributes:
        kind: What to do about it.
        error: What to raise if nothing helps.
        wait_s: How long the server asks to wait, or None.
    """

    kind: FailureKind
    error: ModelError
    wait_s: float | None = None


#: HTTP statuses of requests that a server does not take in this form.
_REFUSED = frozenset({400, 404, 405, 413, 415, 422, 501})
_KEY_VARIABLES: Mapping[str, str] = {
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "azure_openai": "AZURE_OPENAI_API_KEY",
    "huggingface": "HF_TOKEN",
}


def key_variable(provider: str) -> str:
    """The environment variable that holds the key of a LangChain provider."""
    return _KEY_VARIABLES.get(provider, f"{provider.upper() or 'OPENAI'}_API_KEY")


def failure_of(error: Exception, *, model: str, provider: str) -> Failure:
    """Judge an exception that a model client raised."""
    if isinstance(error, MalformedAnswerError):
        return Failure(kind=FailureKind.MALFORMED, error=error)
    if isinstance(error, PalateError):
        ours = ModelError(error.problem, error.remedy)
        return Failure(kind=FailureKind.FATAL, error=ours)
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _of_status(status, error, model=model, provider=provider)
    names = {kind.__name__ for kind in type(error).__mro__}
    if any("Timeout" in name for name in names):
        problem = f"The model {model} did not answer in time."
        return _busy(problem, "Try again, or allow more time with --llm-timeout.")
    if isinstance(error, ConnectionError) or names & {"APIConnectionError", "TransportError"}:
        problem = f"The connection to the model {model} failed ({type(error).__name__})."
        return _busy(problem, "Check that its server runs and that --llm-base-url is right.")
    if "LengthFinishReasonError" in names:
        problem = f"The answer of the model {model} was cut at its limit of tokens."
        return Failure(kind=FailureKind.FATAL, error=ModelError(problem, "Allow more tokens."))
    if isinstance(error, NotImplementedError):
        problem = f"The model {model} cannot be asked in this way."
        return Failure(kind=FailureKind.REFUSED, error=ModelError(problem, "Choose another model."))
    if isinstance(error, ValidationError | ValueError):
        return Failure(kind=FailureKind.MALFORMED, error=_malformed(model))
    problem = f"The model {model} failed ({type(error).__name__})."
    return Failure(
        kind=FailureKind.FATAL,
        error=ModelError(problem, "Run palate doctor; --log-level debug shows the details."),
    )


def _of_status(status: int, error: Exception, *, model: str, provider: str) -> Failure:
    if status in {401, 403}:
        return Failure(
            kind=FailureKind.FATAL,
            error=ModelError(
                f"The model {model} refused the key (HTTP {status}).",
                f"Set {key_variable(provider)} to a valid key.",
            ),
        )
    if status == 429:
        problem = f"The model {model} takes no more requests for now (HTTP 429)."
        return _busy(problem, "Wait a minute, or raise the limit of your key.", _asked_wait(error))
    if status in _REFUSED:
        return Failure(
            kind=FailureKind.REFUSED,
            error=ModelError(
                f"The server of the model {model} refused the request (HTTP {status}).",
                "Check the name of the model and --llm-base-url.",
            ),
        )
    problem = f"The server of the model {model} failed (HTTP {status})."
    return _busy(
        problem, "Try again later, or choose another model with --llm.", _asked_wait(error)
    )


def _busy(problem: str, remedy: str, wait_s: float | None = None) -> Failure:
    return Failure(kind=FailureKind.BUSY, error=ModelError(problem, remedy), wait_s=wait_s)


def _malformed(model: str) -> MalformedAnswerError:
    return MalformedAnswerError(
        f"The model {model} did not answer in the form asked for.",
        "Try again, or choose a model that supports structured output.",
    )


def _asked_wait(error: Exception) -> float | None:
    """Seconds in the ``Retry-After`` header, or None."""
    headers: object = getattr(getattr(error, "response", None), "headers", None)
    if not isinstance(headers, Mapping):
        return None
    given = cast("Mapping[str, str]", headers).get("retry-after", "")
    try:
        return max(0.0, float(given))
    except ValueError:  # absent, or a date: our own waiting times will do
        return None
