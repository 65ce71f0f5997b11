"""Opening streams of strangers: the addresses we mean, each asked about before it is opened, each within its time.

What comes over HTTP is fetched here, not by FFmpeg: redirects and the pieces of a playlist are addresses too.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mingjian.perception.live.settings import StreamSettings
from mingjian.perception.model import PerceptionError
from mingjian.perception.sound.container import FORMATS

REDIRECTS = 5
WAITS = 15.0
"""Seconds we listen for somebody who pushes, until we say that nobody did and listen again."""
_AGENT = "mingjian"
_FAST = {"analyzeduration": "1000000", "probesize": "1000000", "fpsprobesize": "0"}
"""A live stream is looked at for as long as it takes to know its codecs, not for twenty pictures or five seconds."""
_WEB = ("http", "https")
_RTMP = ("rtmp", "rtmps")
Allowed = Callable[[str], bool]


class Refused(PerceptionError):
    """An address that must not be opened: no later attempt will change that."""


def is_waiting(url: str) -> bool:
    """Whether somebody is to push to us at this address: ``rtmp://0.0.0.0:1935/live/key?listen=1``."""
    split = urllib.parse.urlsplit(url)
    return split.scheme.lower() in _RTMP and urllib.parse.parse_qs(split.query).get("listen") == ["1"]


def is_file(url: str) -> bool:
    """Whether it is a file, which is played at its own pace, and not an address."""
    return "://" not in url or url.startswith("file://")


@contextmanager
def open_stream(url: str, settings: StreamSettings) -> Iterator[Any]:
    """The container of a stream or a file, closed afterwards. Refused for addresses that are not allowed or of no
    kind we read; PerceptionError when it cannot be opened; OSError when nothing comes within its time."""
    try:
        import av
    except ImportError as error:
        raise PerceptionError("没有安装读取音视频的组件(PyAV)", "运行 pip install 'mingjian[media]'") from error
    web = Web(settings.allowed, settings.patience.connect, settings.patience.stall)
    try:
        container = _opened(url, settings, web)
    except (av.error.FFmpegError, ValueError) as error:
        said = str(getattr(error, "strerror", None) or error)[:100] or type(error).__name__
        raise web.failure or PerceptionError(f"直播流打不开:{said}", "检查地址,以及流是否在推") from error
    with container:
        yield container
    if web.failure is not None:  # FFmpeg was told that it was at its end
        raise web.failure


def _opened(url: str, settings: StreamSettings, web: Web) -> Any:
    import av

    if is_file(url):
        path = Path(urllib.parse.unquote(urllib.parse.urlsplit(url).path) if url.startswith("file://") else url)
        if not path.is_file():
            raise PerceptionError(f"没有这个文件:{path}", "检查路径")
        options = {"protocol_whitelist": "file", "format_whitelist": ",".join(FORMATS)}
        return av.open(f"file:{path.absolute()}", options=options, metadata_errors="ignore")
    scheme = urllib.parse.urlsplit(url).scheme.lower()
    if scheme in _RTMP:
        return _rtmp(url, scheme, settings)
    if scheme not in _WEB:
        raise Refused(f"不支持的地址:{scheme}://", "支持 rtmp、rtmps、http、https 和本地文件")
    first = web.open(url)
    if _is_playlist(first):
        first.close()
        # Each piece is asked for by its own address, which may lead anywhere.
        options = {**_FAST, "http_persistent": "0", "protocol_whitelist": "http,https,tcp,tls,hls,crypto",
                   "allowed_extensions": "ALL", "extension_picky": "0", "live_start_index": "-2"}  # fmt: skip
        return av.open(
            first.url, format="hls", io_open=web.piece, options=options, metadata_errors="ignore", buffer_size=1 << 16
        )
    options = {**_FAST, "protocol_whitelist": "", "format_whitelist": ",".join(FORMATS)}
    try:
        return av.open(first, options=options, metadata_errors="ignore", buffer_size=1 << 14)
    except BaseException:
        first.close()
        raise


def _rtmp(url: str, scheme: str, settings: StreamSettings) -> Any:
    import av

    split = urllib.parse.urlsplit(url)
    options = {**_FAST, "protocol_whitelist": f"{scheme},tcp,tls"}
    times = (settings.patience.connect, settings.patience.stall)
    if is_waiting(url):  # somebody pushes to us: there is no address of a stranger's to open
        query = "&".join(part for part in split.query.split("&") if part != "listen=1")
        options |= {"listen": "1"}
        times = (WAITS, settings.patience.stall)
        url = urllib.parse.urlunsplit((*split[:3], query, ""))
    else:
        _ask(url, settings.allowed)
    return av.open(url, format="flv", options=options, timeout=times, metadata_errors="ignore")


def _ask(url: str, allowed: Allowed | None) -> None:
    if allowed is not None and not allowed(url):
        host = urllib.parse.urlsplit(url).hostname or "?"
        raise Refused(f"不允许打开的地址:{host}", "拉流地址不能指向内网;确有需要请让管理员放行")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects are addresses that are asked about; whoever follows them unasked is led anywhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Body:
    """The bytes of an answer, as FFmpeg reads them: what there is, without waiting for more.

    An error is the end, for FFmpeg, and is kept for whoever opened it: FFmpeg does not carry errors of ours well.
    """

    def __init__(self, web: Web, answer: http.client.HTTPResponse, url: str) -> None:
        self._web, self._answer, self.url = web, answer, url
        self._head = b""

    @property
    def kind(self) -> str:
        """The media type it was sent with."""
        return (self._answer.headers.get("Content-Type") or "").split(";")[0].strip().lower()

    def peek(self, count: int) -> bytes:
        """The first bytes; they are read again."""
        while len(self._head) < count and (more := self._more(count - len(self._head))):
            self._head += more
        return self._head

    def read(self, count: int = -1) -> bytes:
        """Some bytes; none at the end, or when none come in time."""
        if self._head:
            count = len(self._head) if count < 0 else count
            given, self._head = self._head[:count], self._head[count:]
            return given
        return self._more(count)

    def _more(self, count: int) -> bytes:
        if self._web.failure is not None:
            return b""
        try:
            return self._answer.read1(count)
        except OSError as error:
            self._web.failure = error
        except (http.client.HTTPException, ValueError) as error:  # cut off within a chunk; closed meanwhile
            self._web.failure = ConnectionError(str(error)[:100])
        return b""

    def close(self) -> None:
        """Let go of the connection."""
        self._answer.close()


class _Nothing:
    """An answer without bytes."""

    def read(self, count: int = -1) -> bytes:
        """None."""
        return b""

    def close(self) -> None:
        """Nothing is held."""


class Web:
    """Fetches addresses for one connection, each asked about first."""

    def __init__(self, allowed: Allowed | None, connect: float, stall: float) -> None:
        self._allowed, self._connect, self._stall = allowed, connect, stall
        self.failure: Exception | None = None
        """The first error there was while FFmpeg read."""
        self._opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))

    def open(self, url: str, stretch: str = "") -> Body:
        """The answer of an address, or of where it leads; ``stretch``: of its bytes. Errors as of open_stream."""
        for _ in range(REDIRECTS + 1):
            if urllib.parse.urlsplit(url).scheme.lower() not in _WEB:
                raise Refused("地址转向了不支持的协议", "支持 http 和 https")
            _ask(url, self._allowed)
            headers = {"User-Agent": _AGENT, "Accept": "*/*"} | ({"Range": stretch} if stretch else {})
            request = urllib.request.Request(url, headers=headers)
            try:
                answer = self._opener.open(request, timeout=min(self._connect, self._stall))
            except urllib.error.HTTPError as error:
                error.close()
                where = error.headers.get("Location") if error.code in (301, 302, 303, 307, 308) else None
                if where is None:
                    raise PerceptionError(f"直播流打不开:HTTP {error.code}", "检查地址,以及流是否在推") from None
                url = urllib.parse.urljoin(url, where)
                continue
            except urllib.error.URLError as error:
                reason = error.reason
                if isinstance(reason, (TimeoutError, socket.timeout)):
                    raise TimeoutError("连接超时") from None
                if isinstance(reason, ssl.SSLError):
                    raise PerceptionError("直播流打不开:TLS 证书或协议有误", "检查地址") from None
                raise ConnectionError(str(reason)[:100]) from None
            except http.client.HTTPException as error:
                raise ConnectionError(type(error).__name__) from error
            return Body(self, answer, url)
        raise PerceptionError(f"直播流打不开:转向超过 {REDIRECTS} 次", "检查地址")

    def piece(self, url: str, flags: int, options: dict[str, str]) -> Body | _Nothing:
        """What FFmpeg asks for while it reads a playlist; after a failure nothing more."""
        if self.failure is None:
            try:
                # Several pieces may lie in one file.
                first, end = int(options.get("offset") or 0), int(options.get("end_offset") or 0)
                return self.open(url, f"bytes={first}-{end - 1}" if end else "")
            except (PerceptionError, OSError) as error:
                self.failure = error
        return _Nothing()


def _is_playlist(body: Body) -> bool:
    if "mpegurl" in body.kind or urllib.parse.urlsplit(body.url).path.lower().endswith((".m3u8", ".m3u")):
        return True
    return body.peek(7) == b"#EXTM3U"
