from __future__ import annotations

import io
import json
import threading
import wave
from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from mingjian.perception.model import PerceptionError
from mingjian.perception.options import SpeechSettings
from mingjian.perception.sound.endpoint import OpenAiCompatible
from mingjian.perception.sound.recognisers import recogniser

KEY = "sk-secret-key"
ANSWER = {
    "task": "transcribe", "language": "chinese", "duration": 2.0, "text": "术后效果永不反弹",
    "segments": [
        {"id": 0, "start": 0.0, "end": 0.9, "text": " 术后效果"},
        {"id": 1, "start": 0.9, "end": 7.0, "text": "永不反弹"},
    ],
}  # fmt: skip
SOUND = np.zeros(32_000, np.float32)


class Server:
    """Speaks the transcription part of OpenAI's interface: checks method, path, key and form, then answers."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.forms: list[dict[str, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, answer = outer.answer(self.path, dict(self.headers.items()), body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: Any) -> None:
                return

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + body)
        form = {
            str(part.get_param("name", header="content-disposition")): bytes(part.get_payload(decode=True) or b"")
            for part in message.iter_parts()
        }
        self.forms.append(form)
        if path != "/v1/audio/transcriptions":
            return 404, {}, b"{}"
        if headers.get("Authorization") != f"Bearer {KEY}":
            return 401, {}, json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode()
        if self.answers:
            return self.answers.pop(0)
        with wave.open(io.BytesIO(form["file"])) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        return 200, {"Content-Type": "application/json"}, json.dumps(ANSWER).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


def client(server: Server, key: str | None = KEY, waits: list[float] | None = None) -> OpenAiCompatible:
    return OpenAiCompatible(server.url, key, "asr", timeout=5, wait=(waits if waits is not None else []).append)


def test_transcription_against_a_local_server(server: Server) -> None:
    found = client(server).transcribe(SOUND, 16_000)
    assert [(each.text, each.start, each.end) for each in found] == [("术后效果", 0.0, 0.9), ("永不反弹", 0.9, 2.0)]
    form = server.forms[0]
    assert {name: form[name] for name in ("model", "language", "response_format")} == {
        "model": b"asr", "language": b"zh", "response_format": b"verbose_json",
    }  # fmt: skip


def test_the_settings_make_this_recogniser_against_a_local_server(server: Server) -> None:
    settings = SpeechSettings(endpoint=server.url.removesuffix("/v1"), api_key=KEY)
    assert KEY not in repr(settings)
    made = recogniser(settings)
    assert made is not None
    assert len(made.transcribe(SOUND, 16_000)) == 2


def test_text_alone_spans_the_sound_against_a_local_server(server: Server) -> None:
    server.answers = [(200, {}, json.dumps({"text": "永不反弹"}).encode())]
    (found,) = client(server).transcribe(SOUND, 16_000)
    assert (found.text, found.start, found.end) == ("永不反弹", 0.0, 2.0)


def test_a_busy_server_is_asked_again_against_a_local_server(server: Server) -> None:
    waits: list[float] = []
    server.answers = [(429, {"Retry-After": "3"}, b""), (503, {}, b"")]
    assert len(client(server, waits=waits).transcribe(SOUND, 16_000)) == 2
    assert waits == [3.0, 2.0]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([(500, {}, b"")] * 3, "返回 500"),
        ([(302, {"Location": "http://127.0.0.1:1/"}, b"")], "返回 302"),
        ([(200, {}, b"<html>")], "不是 JSON"),
        ([(200, {}, b"[]")], "认不得"),
        ([(200, {}, b"{}")], "没有文字"),
    ],
)
def test_failures_are_said_against_a_local_server(
    server: Server, answers: list[tuple[int, dict[str, str], bytes]], said: str
) -> None:
    server.answers = list(answers)
    with pytest.raises(PerceptionError, match=said):
        client(server).transcribe(SOUND, 16_000)
    assert server.answers == []


def test_the_key_is_in_no_message_against_a_local_server(server: Server) -> None:
    with pytest.raises(PerceptionError, match="密钥不对") as caught:
        client(server, "sk-wrong").transcribe(SOUND, 16_000)
    told = f"{caught.value.message}{caught.value.hint}{client(server)!r}"
    assert KEY not in told
    assert "sk-wrong" not in told


def test_nobody_listens() -> None:
    waits: list[float] = []
    with pytest.raises(PerceptionError, match="连不上"):
        OpenAiCompatible("http://127.0.0.1:9/v1", timeout=2, wait=waits.append).transcribe(SOUND, 16_000)
    assert len(waits) == 2


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "localhost:8000", ""])
def test_only_web_addresses(url: str) -> None:
    with pytest.raises(PerceptionError, match="地址不对"):
        OpenAiCompatible(url)
