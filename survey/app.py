"""The application factory: wiring, nothing else."""

from __future__ import annotations

import os

from flask import Flask, Response, g, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from survey import config, logs
from survey.db import make_engine, make_sessions
from survey.intake import require_pepper
from survey.languages import LANGUAGES
from survey.mail import make_mailer
from survey.rate_limits import RateLimits
from survey.vault.folder import prepare_folder
from survey.vault.pepper import Vault
from survey.web import (
    access,
    account,
    admin,
    answer,
    audit,
    credential,
    drafts,
    entry,
    errors,
    headers,
    health,
    hr,
    jobs,
    leader,
    opt_out,
    outbox,
    own,
    paper,
    peers,
    people,
    persons,
    preview,
    reissue,
    representative,
    shared_reports,
    sign_in_link,
    steps,
)
from survey.worker import Workshop

PAGES = (
    entry,
    credential,
    answer,
    opt_out,
    account,
    own,
    sign_in_link,
    hr,
    people,
    drafts,
    preview,
    steps,
    jobs,
    persons,
    paper,
    reissue,
    shared_reports,
    peers,
    leader,
    admin,
    representative,
    audit,
    health,
)
LARGEST_REQUEST = 8 * 1024 * 1024
"""Room for the largest table, as text on its way through a page."""


def create_app(settings: config.Settings | None = None) -> Flask:
    """Return the application; without ``settings`` they come from the environment."""
    if settings is None:
        settings = config.from_environ(os.environ)
        for name in config.unknown_names(os.environ):
            logs.note_warning("unknown setting", name=name)
    logs.set_up(json=False)
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        SESSION_COOKIE_NAME="__Host-form" if settings.is_https else "form",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        BABEL_TRANSLATION_DIRECTORIES="translations",
        WTF_CSRF_TIME_LIMIT=None,
    )
    _connect(app, settings)
    _add_pages(app, settings)
    return app


def _connect(app: Flask, settings: config.Settings) -> None:
    """Hang database, vault and mailer on the app, for pages and for the worker."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    folder = prepare_folder(settings.vault, apart_from=settings.instance)
    engine = make_engine(settings.database_url)
    require_pepper(engine, folder)
    vault = Vault.at(folder)
    sessions = make_sessions(engine)
    mailer = make_mailer(settings.smtp_url, settings.outbox, settings.mail_from)
    app.extensions["settings"] = settings
    app.extensions["engine"] = engine
    app.extensions["sessions"] = sessions
    app.extensions["vault"] = vault
    app.extensions["rate_limits"] = RateLimits()
    app.extensions["workshop"] = Workshop(
        engine, sessions, vault, mailer, settings.base_url, settings.questionnaires
    )


def _add_pages(app: Flask, settings: config.Settings) -> None:
    Babel(app, locale_selector=_language)
    csrf = CSRFProtect(app)
    headers.apply(app)
    errors.register(app)
    access.guard(app)
    for module in PAGES:
        app.register_blueprint(module.bp)
    if settings.is_demo:
        app.register_blueprint(outbox.bp)
    for module in (entry, credential, answer, opt_out):
        csrf.exempt(module.bp)  # raters have no session that a stranger could ride on
    app.after_request(_log)
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=n, x_host=n)  # type: ignore[method-assign]


def _language() -> str:
    """Return the language of the address, else of the account, else the browser's."""
    chosen = (request.view_args or {}).get("language") or g.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _log(response: Response) -> Response:
    logs.note_request(request.endpoint, request.method, response.status_code)
    return response
