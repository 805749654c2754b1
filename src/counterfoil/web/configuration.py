"""The configuration: what the environment says, read once and refused by name where it is wrong."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from counterfoil.web import breached, crypto, logs, mail
from counterfoil.web import home as home_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEFAULT_HOME = "./counterfoil-data"
DEFAULT_URL = "http://localhost:8000"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
STAGING = "staging"
"""What ``ACTIONSTEP_BASE_URL`` says for Actionstep's own test installation."""
DEMANDED, OFFERED = "demanded", "offered"
"""What ``COUNTERFOIL_SECOND_FACTOR`` says: everybody needs one, or whoever wants one has it."""
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 6
"""Different ones that a secret has at least; fewer are a placeholder."""
SHORTEST_SETUP_CODE = 12
KEEP_YEARS = 10
"""How long requests and answers are kept where nothing is said: the longest that a law on trust
money asks for (facts: trust accounting, Ontario)."""
LEAST_YEARS = 5
MOST_YEARS = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One setting that is wrong: its name and what it should be."""

    name: str
    should_be: str

    def __str__(self) -> str:
        return f"{self.name} should be {self.should_be}"


class Misconfigured(Exception):
    """The environment cannot be used as it is; ``faults`` names every setting to correct."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a start of Counterfoil needs to know.

    ``actionstep_base_url`` is empty for Actionstep itself, ``staging``, or one address for both of
    its hosts. ``database_url`` None is the SQLite file in ``home``. ``xero_base_url`` None is Xero
    itself; an address is a sandbox that plays Xero's three hosts on one port. ``url`` is where
    browsers reach this server, without a slash at the end. ``second_factor`` is whether everybody
    needs one. Secrets never show in ``repr``.
    """

    home: Path
    url: str = DEFAULT_URL
    database_url: str | None = field(default=None, repr=False)
    xero_client_id: str = ""
    xero_client_secret: str = field(default="", repr=False)
    xero_base_url: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    setup_code: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    webhooks_to_loopback: bool = False
    key_lost: bool = False
    mail_url: str | None = field(default=None, repr=False)
    mail_from: str = ""
    audit_mail: str = ""
    oidc_url: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""
    actionstep_client_id: str = ""
    actionstep_client_secret: str = field(default="", repr=False)
    actionstep_base_url: str = ""
    keep_years: int = KEEP_YEARS
    log: str = logs.QUIET
    second_factor: bool = False
    breached_passwords: Path | None = None
    behind_proxy: bool = False
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    @property
    def secure(self) -> bool:
        """Whether browsers come over https, so that cookies may insist on it."""
        return self.url.startswith("https://")

    @property
    def host(self) -> str:
        """The host name that browsers use."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def oidc_origin(self) -> str:
        """The origin of the identity provider, to which a form of ours leads; empty for none."""
        parts = urlsplit(self.oidc_url or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    @property
    def can_connect(self) -> bool:
        """Whether there is an app registered with Xero to connect through."""
        return bool(self.xero_client_id)


KNOWN = (
    "ACTIONSTEP_BASE_URL",
    "ACTIONSTEP_CLIENT_ID",
    "ACTIONSTEP_CLIENT_SECRET",
    "COUNTERFOIL_AUDIT_MAIL",
    "COUNTERFOIL_BEHIND_PROXY",
    "COUNTERFOIL_BREACHED_PASSWORDS",
    "COUNTERFOIL_HOME",
    "COUNTERFOIL_KEEP_YEARS",
    "COUNTERFOIL_KEY_LOST",
    "COUNTERFOIL_LOG",
    "COUNTERFOIL_MAIL_FROM",
    "COUNTERFOIL_MAIL_URL",
    "COUNTERFOIL_METRICS_TOKEN",
    "COUNTERFOIL_OIDC_CLIENT_ID",
    "COUNTERFOIL_OIDC_CLIENT_SECRET",
    "COUNTERFOIL_OIDC_NAME",
    "COUNTERFOIL_OIDC_URL",
    "COUNTERFOIL_URL",
    "COUNTERFOIL_SECOND_FACTOR",
    "COUNTERFOIL_SECRET_KEY",
    "COUNTERFOIL_SECRET_KEYS",
    "COUNTERFOIL_SETUP_CODE",
    "COUNTERFOIL_TLS_CERTIFICATE",
    "COUNTERFOIL_TLS_KEY",
    "COUNTERFOIL_WEBHOOKS_TO_LOOPBACK",
    "DATABASE_URL",
    "XERO_CLIENT_ID",
    "XERO_CLIENT_SECRET",
    "XERO_BASE_URL",
)
"""Every setting, for the page in the docs and for the reader of ``.env``."""


def gathered(environ: Mapping[str, str], folder: Path = Path()) -> dict[str, str]:
    """Return the settings of the environment with those of the files that complete it.

    These are ``.env`` in ``folder``, and what a command has remembered in the home folder; what
    the environment says goes first, be it empty. Raises ``Misconfigured``.
    """
    found = _file(folder / ".env") | dict(environ)
    return _file(read(found).home / home_folder.REMEMBERED) | found


def _file(path: Path) -> dict[str, str]:
    return dot_env(path.read_text("utf-8")) if path.is_file() else {}


def read(environ: Mapping[str, str], home: Path | None = None) -> Configuration:
    """Read the configuration from the environment; ``home`` overrides ``COUNTERFOIL_HOME``.

    Raises ``Misconfigured`` with every fault at once.
    """
    faults = tuple(_faults(environ))
    if faults:
        raise Misconfigured(faults)
    url = (environ.get("COUNTERFOIL_URL") or DEFAULT_URL).rstrip("/")
    return Configuration(
        home=home or Path(environ.get("COUNTERFOIL_HOME") or DEFAULT_HOME),
        url=url,
        database_url=environ.get("DATABASE_URL") or None,
        xero_client_id=environ.get("XERO_CLIENT_ID", ""),
        xero_client_secret=environ.get("XERO_CLIENT_SECRET", ""),
        xero_base_url=(environ.get("XERO_BASE_URL") or "").rstrip("/") or None,
        secret_key=environ.get("COUNTERFOIL_SECRET_KEY") or None,
        setup_code=environ.get("COUNTERFOIL_SETUP_CODE") or None,
        metrics_token=environ.get("COUNTERFOIL_METRICS_TOKEN") or None,
        webhooks_to_loopback=environ.get("COUNTERFOIL_WEBHOOKS_TO_LOOPBACK") == "yes",
        mail_url=environ.get("COUNTERFOIL_MAIL_URL") or None,
        mail_from=environ.get("COUNTERFOIL_MAIL_FROM", ""),
        audit_mail=environ.get("COUNTERFOIL_AUDIT_MAIL", ""),
        oidc_url=(environ.get("COUNTERFOIL_OIDC_URL") or "").rstrip("/") or None,
        oidc_client_id=environ.get("COUNTERFOIL_OIDC_CLIENT_ID", ""),
        oidc_client_secret=environ.get("COUNTERFOIL_OIDC_CLIENT_SECRET", ""),
        oidc_name=environ.get("COUNTERFOIL_OIDC_NAME") or "Single sign-on",
        actionstep_client_id=environ.get("ACTIONSTEP_CLIENT_ID", ""),
        actionstep_client_secret=environ.get("ACTIONSTEP_CLIENT_SECRET", ""),
        actionstep_base_url=environ.get("ACTIONSTEP_BASE_URL", "").rstrip("/"),
        keep_years=int(environ.get("COUNTERFOIL_KEEP_YEARS") or KEEP_YEARS),
        log=environ.get("COUNTERFOIL_LOG") or logs.QUIET,
        second_factor=_wants_second_factor(environ.get("COUNTERFOIL_SECOND_FACTOR", ""), url),
        breached_passwords=_path(environ, "COUNTERFOIL_BREACHED_PASSWORDS"),
        key_lost=environ.get("COUNTERFOIL_KEY_LOST") == "yes",
        behind_proxy=environ.get("COUNTERFOIL_BEHIND_PROXY") == "yes",
        tls_certificate=_path(environ, "COUNTERFOIL_TLS_CERTIFICATE"),
        tls_key=_path(environ, "COUNTERFOIL_TLS_KEY"),
    )


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]) if environ.get(name) else None


def _wants_second_factor(said: str, url: str) -> bool:
    """Tell whether everybody needs a second factor: if nothing is said, where others can come."""
    return said == DEMANDED or (said != OFFERED and urlsplit(url).hostname not in LOOPBACK)


def _faults(environ: Mapping[str, str]) -> list[Fault]:
    faults = [
        Fault(name, should_be)
        for name, holds, should_be in _CHECKS
        if environ.get(name) and not holds(environ[name])
    ]
    if environ.get("XERO_CLIENT_SECRET") and not environ.get("XERO_CLIENT_ID"):
        faults.append(Fault("XERO_CLIENT_ID", "set beside XERO_CLIENT_SECRET: the app's client id"))
    name = "COUNTERFOIL_WEBHOOKS_TO_LOOPBACK"
    reached = _split(environ.get("COUNTERFOIL_URL", ""))
    if environ.get(name) and reached and reached.hostname and reached.hostname not in LOOPBACK:
        faults.append(Fault(name, "left out where others reach the site: it is for tests only"))
    faults += (
        Fault(needed, f"set beside {name}: {should_be}")
        for name, needed, should_be in _TOGETHER
        if environ.get(name) and not environ.get(needed)
    )
    return faults


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_origin(value: str) -> bool:
    parts = _split(value)
    if (
        parts is None
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
    ):
        return False
    if parts.username or parts.password:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _may_be_random(value: str) -> bool:
    """Tell a secret from a placeholder: too short, or of a few characters over and over."""
    return len(value) >= SHORTEST_SECRET and len(set(value)) >= FEWEST_CHARACTERS


def _are_keys(value: str) -> bool:
    try:
        crypto.parse(value)
    except crypto.BadKeys:
        return False
    return True


def _are_years(value: str) -> bool:
    return value.isascii() and value.isdecimal() and LEAST_YEARS <= int(value) <= MOST_YEARS


def _is_postgres(value: str) -> bool:
    parts = _split(value)
    return parts is not None and parts.scheme in {"postgres", "postgresql"}


def dot_env(text: str) -> dict[str, str]:
    """Read the text of a ``.env`` file: ``NAME=value`` a line, ``#`` comments, optional quotes.

    Raises ``Misconfigured`` naming the line that is neither, and a Counterfoil setting that does
    not exist with the one that was probably meant.
    """
    values: dict[str, str] = {}
    faults: list[Fault] = []
    for at, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.removeprefix("export ").partition("=")
        if not equals or not name.strip().isidentifier():
            faults.append(Fault(f".env line {at}", "NAME=value"))
        elif name.startswith("COUNTERFOIL_") and name.strip() not in KNOWN:
            nearest = difflib.get_close_matches(name.strip(), KNOWN, n=1, cutoff=0.0)[0]
            faults.append(Fault(f".env line {at}", f"a setting that exists, such as {nearest}"))
        else:
            values[name.strip()] = _unquoted(value.strip())
    if faults:
        raise Misconfigured(tuple(faults))
    return values


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


_TOGETHER = (
    ("COUNTERFOIL_AUDIT_MAIL", "COUNTERFOIL_MAIL_URL", "the mail server that takes it"),
    ("COUNTERFOIL_MAIL_URL", "COUNTERFOIL_MAIL_FROM", "the address that mails come from"),
    ("COUNTERFOIL_TLS_CERTIFICATE", "COUNTERFOIL_TLS_KEY", "its private key"),
    ("COUNTERFOIL_TLS_KEY", "COUNTERFOIL_TLS_CERTIFICATE", "its certificate"),
    ("COUNTERFOIL_OIDC_URL", "COUNTERFOIL_OIDC_CLIENT_ID", "the id of the app there"),
    ("COUNTERFOIL_OIDC_URL", "COUNTERFOIL_OIDC_CLIENT_SECRET", "the secret of the app there"),
)
"""Settings that need another: which, what they need, and what that is."""
_CHECKS: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    (
        "COUNTERFOIL_URL",
        _is_origin,
        (
            "the address that browsers use, such as https://books.example.com, with nothing "
            "after the host and port; http only for localhost"
        ),
    ),
    (
        "XERO_BASE_URL",
        _is_origin,
        "the address of an xero-sandbox, such as http://localhost:8900, or left out for Xero",
    ),
    (
        "ACTIONSTEP_BASE_URL",
        lambda value: value == STAGING or _is_origin(value),
        "staging, or the address of another installation, or left out for Actionstep itself",
    ),
    (
        "DATABASE_URL",
        _is_postgres,
        (
            "a PostgreSQL address, such as postgresql://user:password@host/name, or left out "
            "for the SQLite file in COUNTERFOIL_HOME"
        ),
    ),
    (
        "COUNTERFOIL_SECRET_KEY",
        _may_be_random,
        (
            f"at least {SHORTEST_SECRET} random characters, or left out to have one made in "
            "COUNTERFOIL_HOME"
        ),
    ),
    (
        crypto.SETTING,
        _are_keys,
        "keys of 32 random bytes in base64, the newest first, separated by commas, or left out",
    ),
    (
        "COUNTERFOIL_SETUP_CODE",
        lambda value: len(value) >= SHORTEST_SETUP_CODE,
        f"at least {SHORTEST_SETUP_CODE} characters, or left out to have one printed by serve",
    ),
    (
        "COUNTERFOIL_METRICS_TOKEN",
        _may_be_random,
        f"at least {SHORTEST_SECRET} random characters, or left out to publish no metrics",
    ),
    (
        "COUNTERFOIL_SECOND_FACTOR",
        (DEMANDED, OFFERED).__contains__,
        (
            "demanded, so that everybody has to set one up, or offered, so that nobody has to, or "
            "left out: then it is demanded wherever COUNTERFOIL_URL names another host than "
            "localhost"
        ),
    ),
    (
        "COUNTERFOIL_BREACHED_PASSWORDS",
        lambda value: breached.is_list(Path(value)),
        (
            "a file of breached passwords that this program can read, as Have I Been Pwned "
            "publishes it: a line HASH:COUNT for each, SHA-1, ordered by hash; or left out"
        ),
    ),
    (
        "COUNTERFOIL_KEY_LOST",
        "yes".__eq__,
        "yes, once, where the key that sealed the record is lost for good, or left out",
    ),
    (
        "COUNTERFOIL_BEHIND_PROXY",
        "yes".__eq__,
        "yes, where nobody but a proxy reaches the address that is listened on, or left out",
    ),
    (
        "COUNTERFOIL_TLS_CERTIFICATE",
        lambda value: Path(value).is_file(),
        "a file with the server's certificate and those that lead to its authority, in PEM",
    ),
    (
        "COUNTERFOIL_TLS_KEY",
        lambda value: Path(value).is_file(),
        "a file with the private key of that certificate, in PEM",
    ),
    (
        "COUNTERFOIL_WEBHOOKS_TO_LOOPBACK",
        "yes".__eq__,
        "yes, for tests on this machine only, or left out",
    ),
    (
        "COUNTERFOIL_MAIL_URL",
        mail.is_address,
        (
            "the address of a mail server, such as smtp://user:password@mail.example.com:587 or "
            "smtps://user:password@mail.example.com, or left out to hand links over by hand"
        ),
    ),
    ("COUNTERFOIL_MAIL_FROM", lambda value: "@" in value, "an e-mail address"),
    ("COUNTERFOIL_AUDIT_MAIL", lambda value: "@" in value, "an e-mail address, or left out"),
    (
        "COUNTERFOIL_OIDC_URL",
        lambda value: _is_origin(value) or value.startswith("https://"),
        "the issuer of the identity provider, an https address, or left out for passwords alone",
    ),
    (
        "COUNTERFOIL_KEEP_YEARS",
        _are_years,
        (
            f"whole years from {LEAST_YEARS} to {MOST_YEARS}, as long as the law that binds the "
            f"firm asks for, or left out for {KEEP_YEARS}"
        ),
    ),
    ("COUNTERFOIL_LOG", logs.CHOICES.__contains__, f"one of {', '.join(logs.CHOICES)}"),
    (
        "COUNTERFOIL_HOME",
        lambda value: not Path(value).is_file(),
        "a folder for the firm's data, and it is a file",
    ),
)
"""Settings that may be wrong by themselves: name, whether a value will do, what it should be."""
