"""Settings: read once from the environment, every fault named together."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

SHORTEST_SECRET = 32
NAMES = (
    "DATABASE_URL",
    "HANSEI_SECRET_KEY",
    "HANSEI_SMTP_URL",
    "HANSEI_MAIL_FROM",
    "HANSEI_BASE_URL",
    "HANSEI_VAULT",
    "HANSEI_INSTANCE",
    "HANSEI_QUESTIONNAIRES",
    "HANSEI_TRUSTED_PROXIES",
    "HANSEI_ACCESS_LOGS",
    "HANSEI_SECOND_FACTOR",
)


_OPTIONAL, _REQUIRED = "optional", "required"


class ConfigError(Exception):
    """Settings are missing or contradict each other; the message names all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("please mend the settings:\n  " + "\n  ".join(problems))


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides."""

    instance: Path
    vault: Path
    database_url: str
    secret_key: str
    base_url: str
    smtp_url: str
    mail_from: str
    questionnaires: Path | None
    trusted_proxies: int
    access_logs: tuple[Path, ...] = ()
    second_factor_required: bool = False
    """Of HR and administrators; everybody may set one up."""
    is_demo: bool = False
    cheap_passwords: bool = False

    @property
    def is_https(self) -> bool:
        """Whether people reach this server over HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def outbox(self) -> Path:
        """Folder of mails that were not sent because no SMTP server is set."""
        return self.instance / "outbox"


def from_environ(environ: Mapping[str, str], *, is_demo: bool = False) -> Settings:
    """Return the settings; ``NAME_FILE`` may point to a file that holds one.

    Raises
    ------
    ConfigError
        Naming every setting that is wrong.
    """
    problems: list[str] = []
    values = _read(environ, problems)
    instance = Path(values.get("HANSEI_INSTANCE", "instance")).resolve()
    vault = Path(values.get("HANSEI_VAULT", f"{instance}-vault")).resolve()
    url = values.get("DATABASE_URL", f"sqlite:///{instance / 'hansei.sqlite3'}")
    embedded = url.startswith("sqlite")
    for name, folder in _backed_up(instance, url):
        if vault.is_relative_to(folder) or folder.is_relative_to(vault):
            problems.append(
                f"HANSEI_VAULT is {vault}, which is not apart from {name} {folder}: "
                "choose a folder outside it that is not backed up"
            )
    if "HANSEI_SECRET_KEY" not in values and not embedded:
        problems.append(
            "HANSEI_SECRET_KEY is missing: set 32 or more random characters"
        )
    problems += _value_problems(values)
    proxies = values.get("HANSEI_TRUSTED_PROXIES", "0")
    if not proxies.isdecimal():
        problems.append(f"HANSEI_TRUSTED_PROXIES is {proxies!r}: give a whole number")
    if problems:
        raise ConfigError(problems)
    questionnaires = values.get("HANSEI_QUESTIONNAIRES")
    logs = values.get("HANSEI_ACCESS_LOGS", "")
    return Settings(
        instance=instance,
        vault=vault,
        database_url=_driver(url),
        secret_key=values.get("HANSEI_SECRET_KEY") or _own_secret(instance),
        base_url=values.get("HANSEI_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        smtp_url=values.get("HANSEI_SMTP_URL", ""),
        mail_from=values.get("HANSEI_MAIL_FROM", "Hansei <hansei@localhost>"),
        questionnaires=Path(questionnaires) if questionnaires else None,
        trusted_proxies=int(proxies),
        access_logs=tuple(Path(path) for path in logs.split(os.pathsep) if path),
        second_factor_required=values.get("HANSEI_SECOND_FACTOR") == _REQUIRED,
        is_demo=is_demo,
    )


def _backed_up(instance: Path, url: str) -> Iterator[tuple[str, Path]]:
    """Yield the folders of which operators make copies."""
    yield "the instance folder", instance
    file = url.removeprefix("sqlite:///")
    if file != url and Path(file).resolve().parent != instance:
        yield "the folder of the database", Path(file).resolve().parent


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """Return ``HANSEI_...`` names that mean nothing: probably misspelt."""
    known = {*NAMES, *(f"{name}_FILE" for name in NAMES)}
    return sorted(n for n in environ if n.startswith("HANSEI_") and n not in known)


def _read(environ: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    values = {name: environ[name] for name in NAMES if environ.get(name)}
    for name in NAMES:
        if path := environ.get(f"{name}_FILE"):
            try:
                values[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                problems.append(f"{name}_FILE is {path}, which cannot be read: {error}")
            else:
                if not values[name]:
                    problems.append(f"{name}_FILE is {path}, which is empty")
    return values


def _value_problems(values: Mapping[str, str]) -> Iterator[str]:
    """Name what would otherwise fail only when the first mail or page is made."""
    secret = values.get("HANSEI_SECRET_KEY", "")
    if 0 < len(secret) < SHORTEST_SECRET:
        yield (
            f"HANSEI_SECRET_KEY has {len(secret)} characters: set {SHORTEST_SECRET} "
            "or more random ones"
        )
    for name, schemes in (
        ("HANSEI_BASE_URL", ("http", "https")),
        ("HANSEI_SMTP_URL", ("smtp", "smtps")),
    ):
        url = values.get(name, "")
        if url and not _is_url(url, schemes):
            yield f"{name} does not look like {schemes[0]}:// or {schemes[1]}://host"
    yield from _sign_in_problems(values)
    sender = values.get("HANSEI_MAIL_FROM", "")
    if sender and "@" not in parseaddr(sender)[1]:
        yield f"HANSEI_MAIL_FROM is {sender!r}: give Name <address@firm.vn>"


def _sign_in_problems(values: Mapping[str, str]) -> Iterator[str]:
    factor = values.get("HANSEI_SECOND_FACTOR", _OPTIONAL)
    if factor not in {_OPTIONAL, _REQUIRED}:
        yield f"HANSEI_SECOND_FACTOR is {factor!r}: give {_OPTIONAL} or {_REQUIRED}"


def _is_url(url: str, schemes: tuple[str, str]) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def _driver(url: str) -> str:
    """Name the driver we ship: hosts hand out ``postgres://`` and ``postgresql://``."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _own_secret(instance: Path) -> str:
    """Return the secret of the embedded mode, made once and readable by us only."""
    file = instance / "secret"
    if not file.exists():
        instance.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as text:
            text.write(secrets.token_urlsafe(48))
    return file.read_text(encoding="utf-8").strip()
