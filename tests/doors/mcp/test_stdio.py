"""The MCP server as an agent meets it: a process of its own, spoken to by the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult, TextContent

T = TypeVar("T")
BAD = "热玛吉术后永不反弹,保证有效"


def spoken(talk: Callable[[ClientSession], Coroutine[Any, Any, T]]) -> T:
    """What comes out of a talk with a fresh server."""

    async def run() -> T:
        server = StdioServerParameters(command=sys.executable, args=["-m", "mingjian", "mcp"], env=dict(os.environ))
        async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            return await talk(session)

    return asyncio.run(asyncio.wait_for(run(), 180))


def told(result: CallToolResult) -> dict[str, Any]:
    assert not result.isError, result.content
    (content,) = result.content
    assert isinstance(content, TextContent)
    found: dict[str, Any] = json.loads(content.text)
    return found


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """One talk for all tests: the server takes seconds to start without its cache."""

    async def talk(session: ClientSession) -> dict[str, Any]:
        async def ask(tool: str, **given: Any) -> CallToolResult:
            return await session.call_tool(tool, given)

        return {
            "tools": (await session.list_tools()).tools,
            "check": await ask("check", text=BAD, platform="xiaohongshu", channel="public", publisher="institution"),
            "clean": await ask("check", text="今天天气很好"),
            "old": await ask("check", text=BAD, as_of="2020-01-01"),
            "rewrite": await ask("rewrite", text="术后永不反弹,欢迎咨询"),
            "rule": await ask("explain", what="ad-16-1-guarantee"),
            "article": await ask("explain", what="《广告法》第十六条第一款第(一)项"),
            "families": await ask("rules"),
            "family": await ask("rules", family="absolute_term"),
            "bad channel": await ask("check", text="x", channel="tv"),
            "bad day": await ask("check", text="x", as_of="yesterday"),
            "bad family": await ask("rules", family="x"),
            "unknown": await ask("explain", what="没有这条法"),
            "empty": await ask("check", text=""),
            "long": await ask("check", text="x" * 200_001),
        }

    return spoken(talk)


def test_tools_say_what_they_take_and_that_they_only_read(answers: dict[str, Any]) -> None:
    tools = {tool.name: tool for tool in answers["tools"]}
    assert set(tools) == {"check", "explain", "rewrite", "rules"}
    for tool in tools.values():
        assert tool.description
        assert tool.annotations.readOnlyHint
        assert all("description" in field for field in tool.inputSchema["properties"].values())


def test_check_gives_findings_with_law_reason_and_suggestions(answers: dict[str, Any]) -> None:
    verdict = told(answers["check"])
    assert verdict["verdict"] == "violation"
    finding = next(one for one in verdict["findings"] if "广告法16.1.1" in one["cites"])
    assert BAD[finding["start"] : finding["end"]] == finding["quote"]
    assert finding["why"]
    assert finding["suggestions"]
    assert told(answers["clean"])["findings"] == []
    assert told(answers["old"])["as_of"] == "2020-01-01"


def test_rewrite_mends_and_says_what_is_left(answers: dict[str, Any]) -> None:
    mended = told(answers["rewrite"])
    assert "永不反弹" not in mended["text"]
    assert mended["changed"] >= 1
    assert mended["left"] == []


def test_explain_knows_rules_and_articles(answers: dict[str, Any]) -> None:
    rule = told(answers["rule"])["rule"]
    assert (rule["code"], "cn.advertising-law/16.1.1" in rule["cites"]) == ("AD-16-1-guarantee", True)
    article = told(answers["article"])
    assert article["instrument"]["slug"] == "cn.advertising-law"
    assert [provision["label"] for provision in article["provisions"]] == ["广告法16.1.1"]


def test_rules_by_family(answers: dict[str, Any]) -> None:
    families = {one["family"]: one["rules"] for one in told(answers["families"])["families"]}
    listed = told(answers["family"])["rules"]
    assert len(listed) == families["absolute_term"] > 0
    assert all(rule["cites"] for rule in listed)


@pytest.mark.parametrize("name", ["bad channel", "bad day", "bad family", "unknown", "empty", "long"])
def test_what_cannot_be_answered_is_an_error_in_words(answers: dict[str, Any], name: str) -> None:
    result = answers[name]
    assert result.isError
    assert result.content[0].text
    assert "Traceback" not in result.content[0].text
