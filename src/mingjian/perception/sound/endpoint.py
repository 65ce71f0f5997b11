"""A recogniser behind an OpenAI-compatible address: POST …/v1/audio/transcriptions, standard library only."""

from __future__ import annotations

import io
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import wave
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

import numpy as np

from mingjian.perception.model import PerceptionError
from mingjian.perception.sound.decode import Samples
from mingjian.perception.sound.recognisers import Segment

_AGAIN = frozenset((408, 409, 425, 429, 500, 502, 503, 504))
_MOST = 8_000_000
"""Bytes of an answer that are read."""
_REASONS = {
    401: "密钥不对或没有给", 403: "没有权限", 404: "地址或模型名不对", 413: "声音太长", 429: "请求过多或额度用完",
}  # fmt: skip
_NOT_THIS = "检查地址是否为 OpenAI 兼容接口"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer from elsewhere is no answer, and the key must not travel on."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class OpenAiCompatible:
    """OpenAI's own service, or vLLM, LocalAI, FunASR, Xinference … speaking the same language."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None = None,
        model: str = "whisper-1",
        *,
        language: str = "zh",
        timeout: float = 120.0,
        retries: int = 2,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """``retries`` after the first try; ``wait`` is called with the seconds between tries."""
        parts = urllib.parse.urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise PerceptionError("语音识别接口的地址不对", "应如 https://主机/v1")
        base = base_url.rstrip("/")
        self._url = f"{base}/audio/transcriptions" if base.endswith("/v1") else f"{base}/v1/audio/transcriptions"
        self._host = parts.hostname
        self._key = api_key
        self._fields = {"model": model, "language": language, "response_format": "verbose_json", "temperature": "0"}
        self._timeout, self._retries, self._wait = timeout, retries, wait
        self._opener = urllib.request.build_opener(_NoRedirect)

    def __repr__(self) -> str:
        return f"OpenAiCompatible({self._host})"

    def transcribe(self, pcm: Samples, rate: int) -> list[Segment]:
        """The segments of the answer; one that spans the sound when the server gives text alone."""
        body, kind = _multipart(self._fields, _wav(pcm, rate))
        headers = {"Content-Type": kind, "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        answer = self._asked(urllib.request.Request(self._url, body, headers, method="POST"))
        return _segments(answer, len(pcm) / rate)

    def _asked(self, request: urllib.request.Request) -> object:
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                with self._opener.open(request, timeout=self._timeout) as response:
                    return json.loads(response.read(_MOST))
            except urllib.error.HTTPError as error:
                with error:
                    delay = error.headers.get("Retry-After", "") if error.headers else ""
                if error.code not in _AGAIN or last:
                    reason = _REASONS.get(error.code, "服务出错" if error.code >= 500 else "请求被拒绝")
                    message = f"语音识别接口 {self._host} 返回 {error.code}:{reason}"
                    raise PerceptionError(message, "检查地址、密钥和模型名") from None
                self._wait(min(float(delay), 30.0) if delay.isdigit() else 2.0**attempt)
            except ValueError:  # json
                raise PerceptionError(f"语音识别接口 {self._host} 的回答不是 JSON", _NOT_THIS) from None
            except (OSError, HTTPException) as error:  # URLError, a time-out, a broken connection
                if last:
                    raise PerceptionError(
                        f"连不上语音识别接口 {self._host}:{getattr(error, 'reason', None) or error}", "检查网络和地址"
                    ) from None
                self._wait(2.0**attempt)
        raise AssertionError("the last try returns or raises")


def _segments(answer: object, seconds: float) -> list[Segment]:
    if not isinstance(answer, dict):
        raise PerceptionError("语音识别接口的回答认不得", _NOT_THIS)
    found: list[Segment] = []
    for each in answer.get("segments") or ():
        try:
            text, start, end = str(each["text"]).strip(), float(each["start"]), float(each["end"])
        except (KeyError, TypeError, ValueError):
            continue
        if text:
            found.append(Segment(text, min(max(start, 0.0), seconds), min(max(end, 0.0), seconds)))
    whole = answer.get("text")
    if not found and isinstance(whole, str) and whole.strip():
        return [Segment(whole.strip(), 0.0, seconds)]
    if not found and "text" not in answer and "segments" not in answer:
        raise PerceptionError("语音识别接口的回答里没有文字", _NOT_THIS)
    return found


def _wav(pcm: Samples, rate: int) -> bytes:
    """16-bit WAV, which every server takes."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(pcm, -1.0, 1.0) * 32767).astype("<i2").tobytes())
    return out.getvalue()


def _multipart(fields: dict[str, str], wav: bytes) -> tuple[bytes, str]:
    """The form and its content type."""
    edge = f"mingjian{uuid.uuid4().hex}"
    begin = f"--{edge}\r\nContent-Disposition: form-data; name="
    parts = [f'{begin}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    head = f'{begin}"file"; filename="speech.wav"\r\nContent-Type: audio/wav\r\n\r\n'.encode()
    body = b"".join([*parts, head, wav, f"\r\n--{edge}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={edge}"
