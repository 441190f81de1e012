from __future__ import annotations

import asyncio
import email.policy
import re
import socket
import ssl
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email.parser import BytesParser
from pathlib import Path
from typing import Self

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from survey.mail import (
    FolderMailer,
    Letter,
    MailError,
    SmtpMailer,
    is_address,
    make_mailer,
    to_message,
)
from tests.conftest import DAY, NOON

FROM = "Nhóm Cải tiến <hansei@example.org>"


def letter(**changes: object) -> Letter:
    values = {
        "to_name": "Nguyễn Thị Hạnh, Trưởng ca",
        "to_address": "hanh@example.org",
        "language": "vi",
        "subject": "Ý kiến của bạn về cách Lan dẫn dắt",
        "text": "Xin chào <bạn>,\n\nmở đến ngày 1/12.\nCảm ơn & hẹn gặp.",
        "message_id": "invitation.1.2.7f3a@hansei",
        "written_at": NOON,
    }
    return Letter(**values | changes)


class Sink:
    """A real SMTP server that keeps what it gets."""

    def __init__(self, reply: str = "250 OK") -> None:
        self.raw: list[bytes] = []
        self.was_encrypted: list[bool] = []
        self.connections: list[object] = []
        self.reply = reply

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  # aiosmtpd's name
        del server
        await asyncio.sleep(0)
        if self.reply.startswith("250"):
            self.raw.append(envelope.content)
            self.connections.append(session.peer)
            self.was_encrypted.append(session.ssl is not None)
        return self.reply

    @property
    def messages(self):
        parse = BytesParser(policy=email.policy.default).parsebytes
        return [parse(content) for content in self.raw]


def free_port() -> int:
    """Return a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Served:
    """A sink and the port on which it listens."""

    def __init__(self, sink: Sink, **options: object) -> None:
        self.sink, self.options = sink, options

    def __enter__(self) -> Self:
        self.port = free_port()
        self.controller = Controller(
            self.sink, hostname="127.0.0.1", port=self.port, **self.options
        )
        self.controller.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.controller.stop()


@pytest.fixture
def served() -> Iterator[Served]:
    with Served(Sink()) as server:
        yield server


def send(url: str, n: int = 1) -> None:
    """Send so many letters in a row, then let go."""
    mailer = SmtpMailer(url, FROM)
    try:
        for _ in range(n):
            mailer.send(letter())
    finally:
        mailer.rest()


def test_letters_that_follow_each_other_share_a_connection(served: Served) -> None:
    send(f"smtp://127.0.0.1:{served.port}", 101)
    assert len(served.sink.messages) == 101
    assert Counter(served.sink.connections).most_common() == [
        (served.sink.connections[0], 100),
        (served.sink.connections[-1], 1),
    ]


def test_a_connection_that_the_server_dropped_is_opened_anew(served: Served) -> None:
    mailer = SmtpMailer(f"smtp://127.0.0.1:{served.port}", FROM)
    mailer.send(letter())
    mailer._server.sock.shutdown(socket.SHUT_RDWR)
    mailer.send(letter())
    mailer.rest()
    assert len(served.sink.messages) == 2


def test_a_letter_arrives_with_its_vietnamese_names_and_words(served: Served) -> None:
    send(f"smtp://127.0.0.1:{served.port}")
    (message,) = served.sink.messages
    assert message["To"].addresses[0].display_name == "Nguyễn Thị Hạnh, Trưởng ca"
    assert message["To"].addresses[0].addr_spec == "hanh@example.org"
    assert message["From"].addresses[0].display_name == "Nhóm Cải tiến"
    assert message["Subject"] == "Ý kiến của bạn về cách Lan dẫn dắt"
    assert message["Message-ID"] == "<invitation.1.2.7f3a@hansei>"
    assert message["Content-Language"] == "vi"
    assert message.get_body(("plain",)).get_content().split() == letter().text.split()


def test_every_byte_on_the_wire_fits_seven_bits(served: Served) -> None:
    send(f"smtp://127.0.0.1:{served.port}")
    assert max(served.sink.raw[0]) < 128


def test_both_forms_of_a_letter_say_the_same_words() -> None:
    message = to_message(letter(), FROM)
    plain = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    bare = re.sub(r"<[^>]*>", " ", html.replace("<!doctype html>", ""))
    for sign, name in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        bare = bare.replace(name, sign)
    assert bare.split() == plain.split()
    assert "<bạn>" not in html


def test_no_form_of_a_letter_loads_or_calls_anything() -> None:
    html = to_message(letter(), FROM).get_body(("html",)).get_content()
    assert re.findall(r"<(\w+)", html) == ["html", "body", "p", "p", "br"]
    assert "://" not in html
    assert not re.search(r"\b(src|href|style|on\w+)=", html)


@pytest.mark.parametrize(
    "changes",
    [
        {"to_name": "Lan\r\nBcc: all@example.org"},
        {"to_address": "lan@example.org\nBcc: all@example.org"},
        {"subject": "Hello\nBcc: all@example.org"},
        {"to_address": "nowhere"},
        {"to_address": "trần@example.org"},
    ],
)
def test_a_header_cannot_be_slipped_in(changes: dict[str, str]) -> None:
    with pytest.raises(MailError, match="a header cannot be written"):
        to_message(letter(**changes), FROM)


def test_what_the_server_says_against_a_letter_is_told() -> None:
    with Served(Sink("554 not today")) as server:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{server.port}", FROM)
        with pytest.raises(MailError, match=r"554.*not today"):
            mailer.send(letter())


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(MailError, match="ConnectionRefusedError"):
        send(f"smtp://127.0.0.1:{free_port()}")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate of our own for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - 4000 * DAY)
        .not_valid_after(NOON + 40000 * DAY)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture
def encrypting(certificate: Path) -> Iterator[Served]:
    """Give a server that offers STARTTLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Served(Sink(), tls_context=context) as server:
        yield server


def test_a_letter_is_encrypted_where_the_server_offers_it(
    encrypting: Served, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    send(f"smtp://localhost:{encrypting.port}")
    assert encrypting.sink.was_encrypted == [True]


def test_a_letter_is_not_given_to_a_server_nobody_vouches_for(
    encrypting: Served,
) -> None:
    with pytest.raises(MailError, match="CERTIFICATE_VERIFY_FAILED"):
        send(f"smtp://localhost:{encrypting.port}")
    assert encrypting.sink.raw == []


def test_without_a_server_letters_lie_in_a_folder_only_we_may_read(
    tmp_path: Path,
) -> None:
    mailer = make_mailer("", tmp_path / "outbox", FROM)
    assert isinstance(mailer, FolderMailer)
    mailer.send(letter())
    mailer.send(letter(written_at=NOON + timedelta(hours=1)))
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "invitation.1.2.7f3a_at_hansei.eml"
    assert (tmp_path / "outbox").stat().st_mode & 0o077 == 0


def test_with_a_server_letters_go_there(tmp_path: Path) -> None:
    assert isinstance(make_mailer("smtp://mail:25", tmp_path, FROM), SmtpMailer)


@pytest.mark.parametrize(
    "text",
    ["a@b.c", "lan.tran@firm.vn", "x+y_z@sub.firm-group.com", "O'Neil@firm.ie"],
)
def test_addresses_that_letters_reach(text: str) -> None:
    assert is_address(text)
    to_message(letter(to_address=text), FROM)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lan",
        "lan@",
        "@firm.vn",
        "lan@firm",
        "a b@firm.vn",
        "<a@b.c>",
        "a@b@c.d",
        "a..b@firm.vn",
        ".a@firm.vn",
        "a@firm..vn",
        "a@-firm.vn",
        "trần@firm.vn",
        "a@b.c\n",
    ],
)
def test_addresses_that_letters_do_not_reach(text: str) -> None:
    assert not is_address(text)
