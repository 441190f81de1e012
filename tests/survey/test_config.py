from __future__ import annotations

import stat
from pathlib import Path

import pytest

from survey.config import ConfigError, from_environ, unknown_names

SECRET = "0123456789abcdef0123456789abcdef"


def read(tmp_path: Path, **values: str):
    return from_environ({"HANSEI_INSTANCE": str(tmp_path / "instance")} | values)


def test_without_any_setting_everything_lies_in_the_instance_but_the_vault(
    tmp_path: Path,
) -> None:
    settings = read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/hansei.sqlite3"
    assert settings.vault == tmp_path / "instance-vault"
    assert settings.outbox == tmp_path / "instance/outbox"
    assert not settings.is_https


def test_the_secret_is_made_once_and_only_we_may_read_it(tmp_path: Path) -> None:
    first = read(tmp_path).secret_key
    file = tmp_path / "instance/secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(first) > 60
    assert read(tmp_path).secret_key == first


def test_all_faults_are_named_together(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read(
            tmp_path,
            DATABASE_URL="postgresql://db/hansei",
            HANSEI_VAULT=str(tmp_path / "instance/vault"),
            HANSEI_TRUSTED_PROXIES="two",
            HANSEI_BASE_URL="hansei.firm.vn",
            HANSEI_SMTP_URL="mail.firm.vn:25",
            HANSEI_MAIL_FROM="Hansei",
            HANSEI_QUESTIONNAIRES_FILE=str(tmp_path / "nothing"),
        )
    for name in (
        "HANSEI_SECRET_KEY is missing",
        "HANSEI_VAULT is",
        "HANSEI_TRUSTED_PROXIES is 'two'",
        "HANSEI_BASE_URL does not look like http:// or https://host",
        "HANSEI_SMTP_URL does not look like smtp:// or smtps://host",
        "HANSEI_MAIL_FROM is 'Hansei'",
        "HANSEI_QUESTIONNAIRES_FILE is",
    ):
        assert name in str(refused.value)
    assert len(str(refused.value).splitlines()) == 8


@pytest.mark.parametrize(
    "vault", ["instance", "instance/vault", ".", "x/../instance/v"]
)
def test_a_vault_inside_the_instance_or_around_it_is_refused(
    tmp_path: Path, vault: str
) -> None:
    with pytest.raises(ConfigError, match="not apart from the instance folder"):
        read(tmp_path, HANSEI_VAULT=str(tmp_path / vault))


def test_a_value_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    settings = read(
        tmp_path,
        HANSEI_SECRET_KEY_FILE=str(file),
        DATABASE_URL="postgres://u@db/hansei",
    )
    assert settings.secret_key == SECRET
    assert settings.database_url == "postgresql+psycopg://u@db/hansei"


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "which is empty"), (b"\xff\xfe\x00", "cannot be read")],
)
def test_a_file_that_holds_no_value_is_named(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    file = tmp_path / "secret.txt"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=f"HANSEI_SECRET_KEY_FILE.*{problem}"):
        read(tmp_path, HANSEI_SECRET_KEY_FILE=str(file))


def test_a_short_secret_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has 6 characters") as refused:
        read(tmp_path, HANSEI_SECRET_KEY="hunter")
    assert "hunter" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["smtp://host:abc", "smtp://", "http://host", "host", "smtps//host"]
)
def test_a_mail_server_nobody_could_reach_is_named_at_once(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(ConfigError, match="HANSEI_SMTP_URL"):
        read(tmp_path, HANSEI_SMTP_URL=url)


def test_a_good_set_of_values_is_taken(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        HANSEI_SECRET_KEY=SECRET,
        HANSEI_SMTP_URL="smtp://user:p%40ss@mail.firm.vn:587",
        HANSEI_MAIL_FROM="Nhóm Cải tiến <hansei@firm.vn>",
        HANSEI_BASE_URL="https://hansei.firm.vn/",
        HANSEI_TRUSTED_PROXIES="1",
    )
    assert settings.base_url == "https://hansei.firm.vn"
    assert (settings.is_https, settings.trusted_proxies) == (True, 1)


def test_names_that_mean_nothing_are_told() -> None:
    environ = {"HANSEI_VALUT": "x", "HANSEI_VAULT_FILE": "x", "PATH": "x"}
    assert unknown_names(environ) == ["HANSEI_VALUT"]


def test_the_vault_may_not_lie_where_the_database_is_backed_up(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the folder of the database"):
        read(
            tmp_path,
            DATABASE_URL=f"sqlite:///{tmp_path}/data/hansei.sqlite3",
            HANSEI_VAULT=f"{tmp_path}/data/vault",
        )


def test_access_logs_are_a_list_of_paths(tmp_path: Path) -> None:
    settings = read(tmp_path, HANSEI_ACCESS_LOGS="/var/log/a.log:/var/log/b.log")
    assert settings.access_logs == (Path("/var/log/a.log"), Path("/var/log/b.log"))
    assert read(tmp_path).access_logs == ()
