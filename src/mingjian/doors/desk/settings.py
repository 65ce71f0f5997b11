"""Settings of the desk: environment (MINGJIAN_DESK_…) and options of `mingjian serve`."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

MEGABYTE = 1 << 20


class DeskSettings(BaseSettings):
    """Each is read from MINGJIAN_DESK_<NAME>; an option of the command line goes before it."""

    model_config = SettingsConfigDict(env_prefix="MINGJIAN_DESK_", extra="forbid")

    data: Path = Field(default_factory=lambda: user_data_path("mingjian", appauthor=False) / "desk",
                       description="数据文件夹:数据库、图片视频、密钥")  # fmt: skip
    database: str | None = Field(default=None, description="数据库地址,如 postgresql+psycopg://…;不设则用 SQLite")
    host: str = Field(default="127.0.0.1", description="监听地址")
    port: int = Field(default=8420, ge=0, le=65535, description="监听端口;0 由系统选")
    base_url: str | None = Field(default=None, description="对外地址,用于单点登录回跳、申诉链接和安全 Cookie")
    workers: int = Field(default=1, ge=1, le=64, description="后台筛查线程数(SQLite 建议 1)")
    max_body: int = Field(default=8 * MEGABYTE, ge=1024, description="接口请求体上限(字节)")
    max_upload: int = Field(default=200 * MEGABYTE, ge=1024, description="单个上传文件上限(字节)")
    rate_limit: str = Field(default="600/second", description="每个密钥或账号的接口限速")
    oidc_issuer: str | None = Field(default=None, description="单点登录(OIDC)的签发者地址;不设则只用本地账号")
    oidc_client_id: str | None = Field(default=None, description="单点登录中本系统的客户端编号")
    oidc_client_secret: SecretStr | None = Field(default=None, description="单点登录的客户端密钥;公共客户端不设")
    oidc_login_claim: str = Field(default="preferred_username", description="单点登录的哪一项作登录名")
    oidc_roles_claim: str = Field(default="groups", description="单点登录的哪一项决定角色")
    oidc_roles: dict[str, list[str]] = Field(default_factory=dict, description=(
        '单点登录的值对应的角色,如 {"desk-leads": ["desk_lead"]};不设则角色由管理员分配'))  # fmt: skip
    roles: Path | None = Field(default=None, description="角色文件(YAML):改写或增加角色;不设则用自带的角色")
    queues: Path | None = Field(default=None, description="队列文件(YAML):代替自带的四个台和三级审核")
    chain: Path | None = Field(default=None, description="三级审核的审级文件(YAML):代替自带的审级")
    measures: Path | None = Field(default=None, description="处置措施文件(YAML):代替自带的措施和申诉期限")
    ladders: Path | None = Field(default=None, description="处罚阶梯文件(YAML):代替自带的阶梯")
    automatic: Path | None = Field(default=None, description="自动处置文件(YAML):代替自带的“策略可自行做什么”")
    notices: Path | None = Field(default=None, description="必备提示文件(YAML):代替自带的提示")
    drift: Path | None = Field(default=None, description="发布比对文件(YAML):代替自带的轻重")
    scorecards: Path | None = Field(default=None, description="评分卡文件夹:代替自带的评分卡、观测来源、等级处置")
    patrols: Path | None = Field(default=None, description="巡查文件(YAML):代替自带的巡查日历和做法")
    lookups: Path | None = Field(default=None, description="官方查询来源文件(YAML):代替自带的来源")
    engagement: Path | None = Field(default=None, description="异常互动参数文件(YAML):代替自带的方法和阈值")
    enquiries: Path | None = Field(default=None, description="函询文件(YAML):代替自带的信和期限")
    certification: Path | None = Field(default=None, description="认证政策文件夹:代替自带的专业认证政策")
    campaign_figures: Path | None = Field(default=None, description="治理公告数字文件(YAML):代替自带的口径")
    live_escalation: Path | None = Field(default=None, description="直播处置升级文件(YAML):代替自带的升级步骤和时限")
    rings: Path | None = Field(default=None, description="团伙文件(YAML):代替自带的证据权重和门槛")
    lookup_private_networks: bool = Field(default=False, description="允许官方查询指向内网网关(默认不允许,防 SSRF)")
    speech_model: str | None = Field(default=None, description="本地语音识别模型的文件夹;不设则语音标为未读取")
    speech_endpoint: str | None = Field(default=None, description="OpenAI 兼容的转写地址;密钥在 MINGJIAN_SPEECH_KEY")
    speech_name: str | None = Field(default=None, description="语音转写服务的模型名")
    timestamp_url: str | None = Field(default=None, description="RFC 3161 时间戳服务地址;不设则不加盖时间戳")
    webhook_private_networks: bool = Field(default=False, description="允许回调指向内网地址(默认不允许,防 SSRF)")

    @property
    def database_url(self) -> str:
        """The store's address."""
        return self.database or f"sqlite:///{self.data / 'mingjian.db'}"

    @property
    def blobs(self) -> Path:
        """Where media files lie, by digest."""
        return self.data / "blobs"

    @property
    def secrets(self) -> Path:
        """Where keys lie: readable by the owner only."""
        return self.data / "secrets"

    @property
    def checkpoints(self) -> Path:
        """Where copies of the signed checkpoints lie, outside of the store."""
        return self.data / "checkpoints.jsonl"
