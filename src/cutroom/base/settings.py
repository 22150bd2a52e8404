"""Settings by environment and `.env`: typed, documented once here, refused in plain words."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from cutroom.base.errors import Refused
from cutroom.base.units import GIBIBYTE, MEBIBYTE, StartRate

PREFIX = "CUTROOM_"
_ORIGIN = re.compile(r"https?://[^/\s?#@*]+", re.IGNORECASE)  # RFC 6454, 6.2


def _also(name: str, *others: str) -> AliasChoices:
    """Understand the names people already use beside our own, ours first."""
    return AliasChoices(f"{PREFIX}{name}", *others)


class Settings(BaseSettings):
    """Everything an operator can set. Read once at the start of each process."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, populate_by_name=True
    )

    # Where it runs
    host: str = Field("127.0.0.1", validation_alias=_also("HOST"), description="Address to listen on.")
    port: int = Field(
        8420, ge=1, le=65535, validation_alias=_also("PORT", "PORT"), description="Port to listen on."
    )
    public_url: str | None = Field(
        None,
        validation_alias=_also("PUBLIC_URL"),
        description="The address people type, when a proxy stands in front (https://cut.example).",
    )
    data: Path = Field(
        Path("~/.local/share/cutroom"),
        validation_alias=_also("DATA"),
        description="Folder of everything local: database, files, scratch.",
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias=_also("DATABASE_URL", "DATABASE_URL"),
        description="A PostgreSQL server (postgresql://...); empty: one is embedded.",
    )
    storage_url: str | None = Field(
        None,
        validation_alias=_also("STORAGE_URL"),
        description="s3://bucket/prefix, supabase://project/bucket or file:///path; empty: the data folder.",
    )
    storage_endpoint: str | None = Field(
        None,
        validation_alias=_also("STORAGE_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
        description="Address of an S3-compatible server; empty: AWS.",
    )
    s3_bucket: str | None = Field(
        None,
        validation_alias=_also("S3_BUCKET", "S3_BUCKET_NAME"),
        description="A bucket, the short form of CUTROOM_STORAGE_URL=s3://bucket.",
    )
    aws_region: str = Field(
        "us-east-1", validation_alias=_also("AWS_REGION", "AWS_REGION"), description="Region of the bucket."
    )
    aws_access_key_id: SecretStr | None = Field(
        None,
        validation_alias=_also("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
        description="Access key of the bucket.",
    )
    aws_secret_access_key: SecretStr | None = Field(
        None,
        validation_alias=_also("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
        description="Secret of that access key.",
    )

    # Who may come in
    registration: Literal["open", "closed"] = Field(
        "open", validation_alias=_also("REGISTRATION"), description="Whether strangers may make an account."
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        validation_alias=_also("ALLOWED_ORIGINS"),
        description="Other front ends that may use the API with cookies, comma-separated origins.",
    )
    session_days: int = Field(
        30, ge=1, le=365, validation_alias=_also("SESSION_DAYS"), description="Days until a session ends."
    )
    secret: SecretStr | None = Field(
        None,
        min_length=16,
        validation_alias=_also("SECRET"),
        description="Signs sessions and links; empty: made once and kept in the database.",
    )
    login_attempts: int = Field(
        10,
        ge=1,
        validation_alias=_also("LOGIN_ATTEMPTS"),
        description="Wrong passwords per account or address in 15 minutes.",
    )

    # What it accepts
    max_upload_bytes: int = Field(
        20 * GIBIBYTE, ge=1, validation_alias=_also("MAX_UPLOAD_BYTES"), description="Largest upload."
    )
    disk_reserve_bytes: int = Field(
        256 * MEBIBYTE,
        ge=0,
        validation_alias=_also("DISK_RESERVE_BYTES"),
        description="Uploads are refused when less than this would stay free.",
    )
    max_unfinished_ai_jobs: int = Field(
        3, ge=1, validation_alias=_also("MAX_UNFINISHED_AI_JOBS"), description="AI jobs per user at a time."
    )
    max_media_hours: float = Field(
        12, gt=0, validation_alias=_also("MAX_MEDIA_HOURS"), description="Longest recording, in hours."
    )

    # How it works
    worker_concurrency: int = Field(
        2, ge=1, le=64, validation_alias=_also("WORKER_CONCURRENCY"), description="Jobs at a time per worker."
    )
    start_rate: Annotated[StartRate | None, NoDecode] = Field(
        None,
        validation_alias=_also("START_RATE"),
        description="Most starts of jobs per queue over all workers, as 5/60: five in any 60 seconds.",
    )
    render_concurrency: int = Field(
        1,
        ge=1,
        le=64,
        validation_alias=_also("RENDER_CONCURRENCY"),
        description="Renders at a time per worker.",
    )
    render_start_rate: Annotated[StartRate | None, NoDecode] = Field(
        StartRate(5, 60),
        validation_alias=_also("RENDER_START_RATE"),
        description="Most starts of renders over all workers, as 5/60: five in any 60 seconds; 0: no limit.",
    )
    render_processes: int | None = Field(
        None,
        ge=1,
        le=256,
        validation_alias=_also("RENDER_PROCESSES"),
        description="Processes that draw and encode a render; empty: one per processor, 8 at most.",
    )
    segment_days: float = Field(
        30,
        gt=0,
        validation_alias=_also("SEGMENT_DAYS"),
        description="Days that encoded segments of films are kept after their last use.",
    )
    child_memory_bytes: int = Field(
        2 * GIBIBYTE,
        ge=128 * MEBIBYTE,
        validation_alias=_also("CHILD_MEMORY_BYTES"),
        description="Resident memory at which a step's child process is stopped.",
    )
    step_timeout_seconds: float = Field(
        6 * 3600, gt=0, validation_alias=_also("STEP_TIMEOUT_SECONDS"), description="Longest step."
    )
    lease_seconds: float = Field(
        5,
        ge=2,
        le=60,
        validation_alias=_also("LEASE_SECONDS"),
        description="Silence after which a worker is dead.",
    )
    max_takeovers: int = Field(
        3,
        ge=1,
        validation_alias=_also("MAX_TAKEOVERS"),
        description="Dead workers after which a job counts as the one that kills them.",
    )
    drain_seconds: float = Field(
        5, ge=0, validation_alias=_also("DRAIN_SECONDS"), description="Time that running steps get at a stop."
    )
    failed_days: float = Field(
        7,
        gt=0,
        validation_alias=_also("FAILED_DAYS"),
        description="Days that failed and cancelled jobs are kept.",
    )
    completed_days: float | None = Field(
        None,
        gt=0,
        validation_alias=_also("COMPLETED_DAYS"),
        description="Days that completed jobs are kept; empty: until the user deletes them.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", validation_alias=_also("LOG_LEVEL"), description="How much is logged."
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", validation_alias=_also("LOG_FORMAT"), description="auto: text on a terminal, JSON elsewhere."
    )

    # What `cutroom jobs`, `watch` and `cancel` talk to
    url: str | None = Field(
        None,
        validation_alias=_also("URL"),
        description="The platform that client commands talk to; empty: the one on this machine.",
    )
    api_key: SecretStr | None = Field(
        None,
        validation_alias=_also("API_KEY"),
        description="Who client commands are; empty: the operator of this machine's platform.",
    )

    # Vendors
    elevenlabs_api_key: SecretStr | None = Field(
        None,
        validation_alias=_also("ELEVENLABS_API_KEY", "ELEVENLABS_API_KEY"),
        description="Switches on the ElevenLabs engines.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        validation_alias=_also("ALLOWED_HOSTS"),
        description="Private addresses that may be called, host:port, comma-separated: your own gateways.",
    )
    elevenlabs_url: str = Field(
        "https://api.elevenlabs.io",
        validation_alias=_also("ELEVENLABS_URL"),
        description="Where ElevenLabs answers.",
    )
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias=_also("OPENAI_API_KEY", "OPENAI_API_KEY"),
        description="Switches on the OpenAI engines.",
    )
    openai_url: str = Field(
        "https://api.openai.com/v1",
        validation_alias=_also("OPENAI_URL", "OPENAI_BASE_URL"),
        description="Where OpenAI answers, or a server that speaks its protocol.",
    )
    openai_speech_model: str = Field(
        "whisper-1",
        validation_alias=_also("OPENAI_SPEECH_MODEL"),
        description="OpenAI's model for recognising speech; it must give word times.",
    )
    groq_api_key: SecretStr | None = Field(
        None,
        validation_alias=_also("GROQ_API_KEY", "GROQ_API_KEY"),
        description="Switches on the Groq engines.",
    )
    groq_url: str = Field(
        "https://api.groq.com/openai/v1",
        validation_alias=_also("GROQ_URL"),
        description="Where Groq answers.",
    )
    groq_speech_model: str = Field(
        "whisper-large-v3",
        validation_alias=_also("GROQ_SPEECH_MODEL"),
        description="Groq's model for recognising speech.",
    )
    translation_url: str | None = Field(
        None,
        validation_alias=_also("TRANSLATION_URL"),
        description="A server of OpenAI's chat protocol, for translating; empty: CUTROOM_OPENAI_URL.",
    )
    translation_api_key: SecretStr | None = Field(
        None,
        validation_alias=_also("TRANSLATION_API_KEY"),
        description="Its key; empty: CUTROOM_OPENAI_API_KEY, or none for a server of your own.",
    )
    translation_model: str = Field(
        "gpt-4o-mini", validation_alias=_also("TRANSLATION_MODEL"), description="The model that translates."
    )

    # Models on this machine
    whisper_model: str = Field(
        "small",
        validation_alias=_also("WHISPER_MODEL"),
        description="tiny, base, small, medium, large-v3, turbo or another of faster-whisper's; or a folder.",
    )
    models: Path | None = Field(
        None,
        validation_alias=_also("MODELS"),
        description="Folder of fetched models; empty: `models` in the data folder.",
    )
    model_hub: str = Field(
        "https://huggingface.co",
        validation_alias=_also("MODEL_HUB", "HF_ENDPOINT"),
        description="Where models are fetched from.",
    )
    fetch_models: bool = Field(
        True,
        validation_alias=_also("FETCH_MODELS"),
        description="Whether a job may fetch a model that is missing; it says so while it does.",
    )

    @field_validator("data")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        try:
            return value.expanduser().resolve()
        except RuntimeError as error:
            message = "there is no home folder for ~; name a whole path"
            raise ValueError(message) from error

    @field_validator("allowed_origins", "allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("start_rate", "render_start_rate", mode="before")
    @classmethod
    def _read_rate(cls, value: object) -> object:
        return StartRate.read(value) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _postgres_only(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            message = "it must start with postgresql://"
            raise ValueError(message)
        return value

    @field_validator(
        "public_url", "url", "elevenlabs_url", "openai_url", "groq_url", "translation_url", "model_hub"
    )
    @classmethod
    def _whole_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            message = "it must start with http:// or https://"
            raise ValueError(message)
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _origins_only(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                message = f"{origin} is no origin; write scheme and host, as https://app.example"
                raise ValueError(message)
        return value

    @property
    def base_url(self) -> str:
        """The address that links in answers and messages start with, without a final slash."""
        host = "localhost" if self.host in {"0.0.0.0", "::", "127.0.0.1"} else self.host  # noqa: S104 - compared
        host = f"[{host}]" if ":" in host else host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def models_folder(self) -> Path:
        """Folder of models that were fetched."""
        return self.models.expanduser().resolve() if self.models else self.data / "models"

    @property
    def scratch(self) -> Path:
        """Folder of files that nobody misses after a restart."""
        return self.data / "scratch"


def read_settings(env_file: str | Path | None = ".env") -> Settings:
    """Read the environment and `.env`.

    Raises:
        Refused: With code `bad_settings`, naming each wrong variable, its value and the rule.
    """
    try:
        return Settings(_env_file=env_file)  # pyright: ignore[reportCallIssue] - pydantic-settings' own
    except ValidationError as error:
        lines = [_explain(problem) for problem in error.errors()]
        raise Refused("\n".join(lines), code="bad_settings") from None


def variable_names(field: str) -> Sequence[str]:
    """Return the environment variables that set a field, ours first."""
    alias = Settings.model_fields[field].validation_alias
    assert isinstance(alias, AliasChoices)  # noqa: S101 - every field above has one
    return list(dict.fromkeys(str(choice) for choice in alias.choices))


def unknown_variables() -> list[str]:
    """Return `CUTROOM_` variables of the environment that no field reads: probably typing errors."""
    known = {name for field in Settings.model_fields for name in variable_names(field)}
    return sorted(n for n in os.environ if n.startswith(PREFIX) and n not in known)


def _explain(problem: ErrorDetails) -> str:
    place = str(problem["loc"][0]) if problem["loc"] else "settings"
    field = place.lower() if place.lower() in Settings.model_fields else None
    name = variable_names(field)[0] if field else place
    is_secret = any(word in name for word in ("KEY", "SECRET", "DATABASE_URL"))
    value = "(hidden)" if is_secret else repr(problem.get("input"))
    rule = problem["msg"].removeprefix("Value error, ")
    rule = rule[0].lower() + rule[1:]
    return f"{name} is {value}: {rule}. Correct it in the environment or in .env."
