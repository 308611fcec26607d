"""Everything an operator can set, each as an environment variable with the prefix `PLACET_`."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of one server process.

    `PLACET_DATABASE_URL`, `PLACET_HOST`, … set the fields of the same name; arguments win.
    """

    model_config = SettingsConfigDict(env_prefix="PLACET_", extra="ignore", frozen=True)

    database_url: str = Field(
        default="sqlite:///placet.db",
        description="`sqlite:///path` or `postgresql://user:password@host/name`, driver optional.",
    )
    host: str = Field(default="127.0.0.1", description="The address the server listens on.")
    port: int = Field(
        default=8080, ge=0, le=65535, description="The port; 0 lets the system choose."
    )

    max_body_bytes: int = Field(
        default=2_000_000, ge=1_000, description="The longest request body that is read, in bytes."
    )
    max_rule_file_bytes: int = Field(
        default=5_000_000, ge=1_000, description="The longest rule file that is read, in bytes."
    )
    max_batch: int = Field(default=256, ge=1, le=1_000, description="Requests in one group commit.")
    max_queue: int = Field(
        default=4_096, ge=1, description="Requests waiting for a commit; further ones get 503."
    )
    database_connections: int = Field(
        default=8,
        ge=1,
        le=200,
        description="Connections for reading (SQLite), in all (PostgreSQL).",
    )

    commit_patience_seconds: float = Field(
        default=10.0,
        gt=0,
        le=60,
        description="How long a server asks for what became of a commit whose answer was lost.",
    )

    rule_timeout_ms: float = Field(
        default=100.0, gt=0, le=10_000, description="Time for one rule whose own `timeout` is 0."
    )
    decision_timeout_ms: float = Field(
        default=1_000.0, gt=0, le=60_000, description="Time for all rules of one decision together."
    )
    inline_allowance_ms: float = Field(
        default=3.0, gt=0, le=100, description="How long a decision may compute in the event loop."
    )
    slow_decisions: int = Field(
        default=2, ge=1, le=64, description="Threads for the decisions that need longer."
    )
    slow_decision_queue: int = Field(
        default=32, ge=1, description="Slow decisions running and waiting; further ones get 503."
    )

    policy_cache: int = Field(
        default=1_024, ge=1, description="Compiled policies kept per process, one per buyer's unit."
    )
    key_cache_seconds: float = Field(
        default=1.0, ge=0, le=60, description="How long a revoked key may still be accepted."
    )

    oidc_issuer: str = Field(
        default="", description="The `iss` of user tokens that an OpenID Connect issuer signs."
    )
    oidc_audience: str = Field(default="", description="The `aud` that its tokens must have.")
    oidc_jwks_url: str = Field(default="", description="Where it publishes its keys; HTTPS.")
    oidc_account: str = Field(
        default="", description="The account whose people it vouches for; or else:"
    )
    oidc_account_claim: str = Field(
        default="", description="The claim that names the account, which trusts it with all."
    )
    oidc_user_claim: str = Field(
        default="sub",
        description="The claim that holds the person's id here; `email` goes by the address, and"
        " needs `email_verified`.",
    )
    oidc_roles_claim: str = Field(
        default="",
        description="The claim that lists the person's roles by name or GUID; empty: those on"
        " record here count.",
    )

    allowed_hosts: str = Field(
        default="",
        description="Where webhooks may go, separated by commas: `erp.example.com` itself,"
        " wherever it leads and by plain HTTP too; `*.example.org` what is below it, by HTTPS,"
        " at port 443 unless it says another (`*.example.org:8443`) and at public addresses only.",
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="What the secrets of webhooks are derived from: `whsec_` and 24 to 64 bytes in"
        " base64. Several, separated by spaces: the first is the newest.",
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="The mail server: `smtp://host`, `smtp+starttls://user:password@host` or"
        " `smtps://user:password@host`.",
    )
    mail_from: str = Field(
        default="", description="The sender of mails: `Placet <placet@example.com>`."
    )
    public_url: str = Field(
        default="",
        description="Where the links in e-mails to approvers lead, such as"
        " `https://shop.example/orders/{orderId}`; `{account}` and `{id}` are filled in too, and"
        " without any of them the authorization's own path is added. None: no links.",
    )
    import_worker: bool = Field(
        default=True, description="Whether this process works on imports; any number may."
    )
    import_keep_days: int = Field(
        default=90, ge=1, description="How long the files of imports are kept, in days."
    )
    outbox_worker: bool = Field(
        default=True, description="Whether this process delivers messages; any number may."
    )
    outbox_max_attempts: int = Field(
        default=20, ge=1, le=1_000, description="Attempts before a message is dead."
    )
    outbox_keep_days: int = Field(
        default=30, ge=1, description="How long delivered messages stay on record, in days."
    )
