"""Logs: one line a request with the endpoint, never the path, nothing about answers."""

from __future__ import annotations

import logging
import sys

import structlog

SILENT = ("answer.", "credential.", "entry.")
"""Endpoints that leave no line: a line has a time, and time alone links small teams."""


def set_up(*, json: bool) -> None:
    """Send log lines to standard error, as JSON or for a person's eyes."""
    renderer = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def note_request(endpoint: str | None, method: str, status: int) -> None:
    """Write one line for a request, unless it is on the way of an answer."""
    if endpoint is None or endpoint.startswith(SILENT) or endpoint == "static":
        return
    structlog.get_logger().info("request", at=endpoint, method=method, status=status)


def note_warning(event: str, **fields: str) -> None:
    """Write one line about something an operator should mend."""
    structlog.get_logger().warning(event, **fields)
