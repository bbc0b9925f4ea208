"""An OpenAI-compatible server on loopback that plays a script.

It knows ``POST /v1/chat/completions``, streaming included, and the ways in which real servers
fail; it does not know a model.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["OpenAIServer", "Scripted", "openai_server"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scripted:
    """One answer of the server.

    Attributes:
        text: Content of the message; streamed word by word.
        tool: Name and arguments of a tool call, in place of text.
        status: HTTP status; anything but 200 answers with an error.
        retry_after: Seconds for the header of that name.
        delay_s: Wait before answering.
        cut_after: Close the connection after so many streamed pieces.
        silent_end: End the stream properly, but without saying why the answer ended.
        raw: Bytes to send as the body in place of all that.
    """

    text: str = ""
    tool: tuple[str, Mapping[str, Any]] | None = None
    status: int = 200
    retry_after: float | None = None
    delay_s: float = 0.0
    cut_after: int | None = None
    silent_end: bool = False
    raw: bytes | None = None


@dataclass(kw_only=True)
class OpenAIServer:
    """A running server.

    Attributes:
        base_url: For clients.
        requests: Bodies of the requests so far.
    """

    base_url: str
    requests: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    script: list[Scripted] = field(default_factory=list[Scripted])

    def play(self, *answers: Scripted) -> None:
        """Set what is answered from now on; the last answer repeats."""
        self.script[:] = answers

    def next_answer(self) -> Scripted:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@contextmanager
def openai_server() -> Generator[OpenAIServer]:
    """Run a server while the context lasts."""
    state = OpenAIServer(base_url="")
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    http.daemon_threads = True
    state.base_url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def _handler(state: OpenAIServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            request: dict[str, Any] = json.loads(self.rfile.read(length))
            state.requests.append(request | {"_key": self.headers["Authorization"]})
            answer = state.next_answer()
            time.sleep(answer.delay_s)
            if answer.status != 200:
                said = {"error": {"message": "scripted failure", "code": answer.status}}
                self._send(json.dumps(said).encode(), answer)
            elif answer.raw is not None:
                self._send(answer.raw, answer)
            elif request.get("stream"):
                self._stream(answer)
            else:
                self._send(json.dumps(_completion(answer)).encode(), answer)

        def _send(self, body: bytes, answer: Scripted) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if answer.retry_after is not None:
                self.send_header("Retry-After", str(answer.retry_after))
            self.end_headers()
            try:
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):  # the client did not wait
                self.close_connection = True

        def _stream(self, answer: Scripted) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for number, event in enumerate(_events(answer)):
                if number == answer.cut_after:
                    self.close_connection = True
                    return
                data = f"data: {event}\n\n".encode()
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


def _calls(answer: Scripted) -> list[dict[str, Any]]:
    if answer.tool is None:
        return []
    name, arguments = answer.tool
    function = {"name": name, "arguments": json.dumps(arguments)}
    return [{"index": 0, "id": "call_1", "type": "function", "function": function}]


def _envelope(kind: str, choice: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": "scripted",
        "object": kind,
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, **choice}],
    }


def _completion(answer: Scripted) -> dict[str, Any]:
    calls = _calls(answer)
    message: dict[str, Any] = {"role": "assistant", "content": None if calls else answer.text}
    reason = "tool_calls" if calls else "stop"
    if calls:
        message["tool_calls"] = calls
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    body = _envelope("chat.completion", {"message": message, "finish_reason": reason})
    return body | {"usage": usage}


def _events(answer: Scripted) -> Sequence[str]:
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    words = answer.text.split(" ")
    deltas += [{"content": word if n == 0 else f" {word}"} for n, word in enumerate(words)]
    if answer.tool is not None:
        deltas = [{"role": "assistant", "content": None, "tool_calls": _calls(answer)}]
    events = [
        _envelope("chat.completion.chunk", {"delta": delta, "finish_reason": None})
        for delta in deltas
    ]
    if not answer.silent_end:
        reason = "tool_calls" if answer.tool else "stop"
        last = _envelope("chat.completion.chunk", {"delta": {}, "finish_reason": reason})
        events.append(last)
    return [*(json.dumps(event) for event in events), *([] if answer.silent_end else ["[DONE]"])]
