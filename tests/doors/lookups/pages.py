"""A local server that replays answers of the shape official pages are publicly known to have. They were written by hand
from that knowledge, with invented names and numbers; none was recorded from a live page."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

DOCTOR = """<html><body><table class="table"><tr><th>姓名</th><th>性别</th><th>医师级别</th><th>执业范围</th>
<th>医疗机构名称</th><th>状态</th></tr>
<tr><td>张虚构</td><td>女</td><td>执业医师</td><td>外科专业</td><td>虚构甲医院</td><td>正常</td></tr>
<tr><td>张虚构</td><td>男</td><td>执业医师</td><td>内科专业</td><td>虚构乙医院</td><td>正常</td></tr></table></body></html>"""
UNIT = """<html><body><h3>医疗机构查询</h3><table><tr><td>医疗机构名称</td><td>虚构clinic</td><td>登记号</td>
<td>PDY-clinic</td></tr><tr><td>诊疗科目</td><td>医疗美容科</td><td>状态</td><td>{state}</td></tr>
<tr><td>发证机关</td><td>虚构区卫生健康委员会</td><td>有效期至</td><td>2027年01月01日</td></tr></table></body></html>"""
NOTHING = "<html><body><p>没有查询到符合条件的信息</p></body></html>"
CAPTCHA = "<html><body><form><input name=yzm placeholder=请输入验证码></form></body></html>"
COMPANY = """<html><body><a class="search_list_item" href="/x"><h1 class="f20">虚构门诊部有限公司</h1>
<div class="wrap-corpStatus"><span>存续(在营、开业、在册)</span></div><div class="div-info-circle3">
<span>统一社会信用代码:<span>91990102MA9DEMW131</span></span><span>成立日期:<span>2019年05月06日</span></span></div></a></body></html>"""
REVIEW = """<html><body><table><thead><tr><td>序号</td><td>医疗机构名称</td><td>文号</td><td>有效期</td></tr></thead>
<tr><td>1</td><td>虚构clinic</td><td>虚医广〔2025〕第11-01-001号</td><td>2025-11-01至2026-10-31</td></tr></table></body></html>"""


def device(number: str = "国械注准20193130001", name: str = "虚构射频治疗仪") -> str:
    listed = [{"f0": number, "f1": "虚构医疗器械有限公司", "f2": name, "f3": "详情", "f4": "a" * 32}] if number else []
    return json.dumps({"code": 200, "message": "查询成功", "data": {
        "pageNum": 1, "pageSize": 10, "total": len(listed), "list": listed}}, ensure_ascii=False)  # fmt: skip


@dataclass
class Official:
    """``body`` is answered with ``status``; what was asked is kept."""

    port: int = 0
    body: str | bytes = ""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    slow: float = 0.0
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)

    def url(self, path: str = "/ask") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextlib.contextmanager
def official() -> Iterator[Official]:
    """A server until the block ends."""
    page = Official()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length).decode() if length else parts.query
            page.asked.append((self.command, parts.path, parse_qs(sent)))
            time.sleep(page.slow)
            body = page.body.encode() if isinstance(page.body, str) else page.body
            with contextlib.suppress(OSError):
                self.send_response(page.status)
                for name, value in {
                    "Content-Type": page.kind,
                    "Content-Length": str(len(body)),
                    **page.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    page.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield page
    finally:
        server.shutdown()
        server.server_close()
