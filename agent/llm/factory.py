"""From what people write after ``--llm`` to a model.

It knows the forms of a specification and where keys and addresses come from; it does not know
what the model is used for. Heavy packages are imported only for the kind of model chosen.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from agent.llm.adapter import Budget, ChatLLM
from agent.llm.calls import OnCall
from agent.llm.failures import key_variable
from interest.errors import InputError, SetupError
from interest.progress import Progress, no_progress

__all__ = ["DEFAULT_SPEC", "SPEC_FORMS", "open_llm", "prepare_llm"]

DEFAULT_SPEC = "embedded"

#: Form → what it means, for help texts and errors.
SPEC_FORMS: Mapping[str, str] = {
    "embedded": "SmolLM2-135M in this process (default)",
    "none": "no model: rules only",
    "openai:MODEL": "OpenAI, or any compatible server with --llm-base-url or OPENAI_BASE_URL",
    "anthropic:MODEL, ollama:MODEL, …": "any provider of LangChain's init_chat_model",
    "hf:ORG/NAME": "a Hugging Face model through transformers",
    "./FOLDER": "a folder with a transformers model",
    "fake": "a model without any sense, for tests",
}

#: Providers whose LangChain classes take ``timeout`` and ``max_retries``.
_TIMED = frozenset(
    {"anthropic", "azure_openai", "deepseek", "groq", "mistralai", "openai", "openrouter", "xai"}
)
_NO_KEY = "no-key-needed"
_PROVIDER = re.compile(r"(?P<provider>[a-z][a-z_]+):(?P<model>\S+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Options:
    base_url: str
    timeout_s: float
    capable: bool | None
    on_call: OnCall | None
    cache: Path | None
    progress: Progress


def open_llm(
    spec: str | None = None,
    *,
    base_url: str | None = None,
    timeout_s: float = 60.0,
    capable: bool | None = None,
    on_call: OnCall | None = None,
    cache: Path | None = None,
    progress: Progress = no_progress,
) -> ChatLLM | None:
    """The model that a specification names; None for ``none``.

    Local models are loaded at the first call, or by :meth:`ChatLLM.warm_up`.

    Args:
        spec: One of :data:`SPEC_FORMS`; None takes ``PALATE_LLM``, else the default.
        base_url: Address of an OpenAI-compatible server; None takes ``OPENAI_BASE_URL``.
        timeout_s: Longest time for one request.
        capable: Overrides whether the model is trusted with the duties of
            :mod:`agent.llm.roles`.
        on_call: Told about every call.
        cache: Where embedded models are kept.
        progress: Told about fetching and converting the embedded model.

    Raises:
        InputError: The specification has none of the forms.
        SetupError: A package or a key is missing.
    """
    chosen = _chosen(spec)
    options = _Options(
        base_url=base_url or os.environ.get("OPENAI_BASE_URL", ""),
        timeout_s=timeout_s,
        capable=capable,
        on_call=on_call,
        cache=cache,
        progress=progress,
    )
    if chosen == "none":
        return None
    named: Mapping[str, Callable[[_Options], ChatLLM]] = {"embedded": _embedded, "fake": _fake}
    if chosen in named:
        return named[chosen](options)
    if chosen.startswith("hf:"):
        return _transformers(chosen.removeprefix("hf:"), options)
    if chosen.startswith((".", "/", "~")) or Path(chosen).is_dir():
        return _transformers(_folder(chosen), options)
    match = _PROVIDER.fullmatch(chosen)
    if match is None:
        raise _unknown(chosen)
    return _remote(match["provider"], match["model"], options)


def prepare_llm(spec: str | None, *, cache: Path | None = None, progress: Progress) -> None:
    """Fetch and convert now what :func:`open_llm` would fetch and convert at the first call.

    Raises:
        AssetError: The embedded model cannot be had.
    """
    if _chosen(spec) == "embedded":
        from agent.llm.embedded_assets import embedded_folder

        embedded_folder(cache=cache, progress=progress)


def _chosen(spec: str | None) -> str:
    return (spec or os.environ.get("PALATE_LLM") or DEFAULT_SPEC).strip()


def _embedded(options: _Options) -> ChatLLM:
    from agent.llm.embedded import EMBEDDED_NAME, EmbeddedChatModel

    model = EmbeddedChatModel.open(
        cache=options.cache, timeout_s=options.timeout_s, progress=options.progress
    )
    return _wrapped(model, options, name=EMBEDDED_NAME, capable=False)


def _fake(options: _Options) -> ChatLLM:
    from agent.llm.scripted import ScriptedChatModel

    model = ScriptedChatModel(["This answer comes from the fake model."])
    return _wrapped(model, options, name="fake", capable=False)


def _folder(text: str) -> str:
    folder = Path(text).expanduser()
    if not (folder / "config.json").is_file():
        raise InputError(
            f"The folder {text!r} holds no transformers model: it has no config.json.",
            "Pass a folder that save_pretrained wrote.",
        )
    return str(folder)


def _transformers(model: str, options: _Options) -> ChatLLM:
    from agent.llm.transformers_model import CAPABLE_PARAMETERS, TransformersChatModel

    if not model:
        raise InputError("hf: needs a model id.", "For example hf:Qwen/Qwen3-4B-Instruct-2507.")
    chat = TransformersChatModel.open(model, timeout_s=options.timeout_s)
    return _wrapped(
        chat,
        options,
        name=model,
        capable=lambda: chat.source.get().parameters >= CAPABLE_PARAMETERS,
    )


def _remote(provider: str, model: str, options: _Options) -> ChatLLM:
    from langchain.chat_models import init_chat_model

    arguments = _remote_arguments(provider, options)
    try:
        chat = cast("Any", init_chat_model)(model, model_provider=provider, **arguments)
    except ImportError as error:
        package = f"langchain-{provider.replace('_', '-')}"
        named = re.search(r"langchain[-_][a-z0-9_-]+", str(error))
        package = named.group().replace("_", "-") if named else package
        raise SetupError(
            f"The model {provider}:{model} needs the package {package}.",
            f"Run: pip install {package}",
        ) from error
    except ValueError as error:
        if "Unsupported" in str(error):
            raise _unknown(f"{provider}:{model}") from error
        raise _not_set_up(provider, model) from error
    except Exception as error:  # clients complain about a missing key in their own types
        raise _not_set_up(provider, model) from error
    return _wrapped(chat, options, name=f"{provider}:{model}", capable=True, provider=provider)


def _remote_arguments(provider: str, options: _Options) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if provider in _TIMED:
        arguments |= {"timeout": options.timeout_s, "max_retries": 0}
    if provider == "openai" and options.base_url:
        arguments["base_url"] = options.base_url
        if not os.environ.get("OPENAI_API_KEY"):
            arguments["api_key"] = _NO_KEY  # local servers need none; the client insists
    return arguments


def _wrapped(
    model: Any,
    options: _Options,
    *,
    name: str,
    capable: bool | Callable[[], bool],
    provider: str = "",
) -> ChatLLM:
    return ChatLLM(
        model,
        name=name,
        capable=capable if options.capable is None else options.capable,
        provider=provider,
        budget=Budget(seconds=1.5 * options.timeout_s),
        on_call=options.on_call,
    )


def _not_set_up(provider: str, model: str) -> SetupError:
    return SetupError(
        f"The model {provider}:{model} is not set up.",
        f"Set {key_variable(provider)} to your key; for a server of your own, pass "
        "--llm openai:MODEL --llm-base-url http://HOST:PORT/v1.",
    )


def _unknown(spec: str) -> InputError:
    forms = "; ".join(f"{form} ({meaning})" for form, meaning in SPEC_FORMS.items())
    return InputError(f"There is no model {spec!r}.", f"Write one of: {forms}.")
