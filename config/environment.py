"""What the environment variables say: an embedded set-up on one machine, or a complete production set-up.

Kept apart from settings.py so that the rule (all of it or none of it) can be read and tested in one place.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
POSTGRESQL_SCHEMES = ("postgres", "postgresql", "psql", "pgsql")
TRUE_WORDS = ("1", "true", "yes", "on")


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The set-up that the variables describe."""

    embedded: bool
    data_folder: Path
    secret_key: str
    allowed_hosts: list[str]
    database_url: str
    redis_url: str
    demo: bool
    debug: bool

    @property
    def loopback(self) -> bool:
        """Can only this machine itself reach the site?"""
        return all(host in LOOPBACK_HOSTS for host in self.allowed_hosts)

    @property
    def https(self) -> bool:
        """A site that others reach is always behind TLS; a loopback one never is."""
        return not self.loopback


def read_environment(*, variables: Mapping[str, str], base_dir: Path) -> Environment:
    """Decide between embedded and production; refuse anything in between, naming every missing variable."""
    given = {name: value.strip() for name, value in variables.items() if value.strip()}
    database_url = given.get("DATABASE_URL", "")
    scheme = database_url.partition(":")[0]
    if database_url and scheme not in (*POSTGRESQL_SCHEMES, "sqlite"):
        raise ImproperlyConfigured(f"DATABASE_URL must start with postgresql:// or sqlite:///, not with {scheme}:.")

    hosts = [host.strip() for host in given.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
    on_postgresql = scheme in POSTGRESQL_SCHEMES
    if on_postgresql or "REDIS_URL" in given or hosts:
        environment = _production(given=given, hosts=hosts, on_postgresql=on_postgresql, base_dir=base_dir)
    else:
        environment = _embedded(given=given, base_dir=base_dir)

    for name in ("DEMO", "DEBUG"):
        if _is_on(given, name) and not environment.loopback:
            raise ImproperlyConfigured(
                f"{name} may only be on when nobody but this machine can reach the site: "
                f"unset {name}, or set ALLOWED_HOSTS to loopback names ({', '.join(LOOPBACK_HOSTS)})."
            )
    return environment


def _is_on(given: Mapping[str, str], name: str) -> bool:
    return given.get(name, "").lower() in TRUE_WORDS


def _production(*, given: Mapping[str, str], hosts: list[str], on_postgresql: bool, base_dir: Path) -> Environment:
    missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "REDIS_URL") if name not in given]
    if not on_postgresql:
        missing.append("DATABASE_URL (postgresql://...)")
    if missing:
        raise ImproperlyConfigured(
            f"Production needs SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL and REDIS_URL together; "
            f"missing: {', '.join(missing)}. Unset the others to run embedded on SQLite."
        )
    return Environment(
        embedded=False,
        data_folder=Path(given.get("DATA_FOLDER", base_dir / "var")),
        secret_key=given["SECRET_KEY"],
        allowed_hosts=hosts,
        database_url=given["DATABASE_URL"],
        redis_url=given["REDIS_URL"],
        demo=_is_on(given, "DEMO"),
        debug=_is_on(given, "DEBUG"),
    )


def _embedded(*, given: Mapping[str, str], base_dir: Path) -> Environment:
    database_url = given.get("DATABASE_URL") or f"sqlite:///{quote(str(base_dir / 'var' / 'portal.db'))}"
    database_path = unquote(urlsplit(database_url).path)
    in_memory = database_path.strip("/") in ("", ":memory:")
    data_folder = base_dir / "var"
    if not in_memory:
        database_file = Path(database_path[1:]).absolute()
        database_url, data_folder = f"sqlite:///{quote(str(database_file))}", database_file.parent
    data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds personal data and the key
    return Environment(
        embedded=True,
        data_folder=data_folder,
        secret_key=given.get("SECRET_KEY") or _own_secret_key(data_folder),
        allowed_hosts=list(LOOPBACK_HOSTS),
        database_url=database_url,
        redis_url="",
        demo=_is_on(given, "DEMO"),
        debug=_is_on(given, "DEBUG"),
    )


def _own_secret_key(data_folder: Path) -> str:
    """The key of this embedded site: made once, readable by its owner only."""
    path = data_folder / "secret_key"
    draft = data_folder / f".secret_key.{os.getpid()}"
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # atomic, and the first of two processes that start together wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def refuse_bad_settings(*, exit_code: int = 1) -> None:
    """Load the settings now; on a bad environment say why in one line and exit, without a traceback."""
    from django.conf import settings

    try:
        _ = settings.INSTALLED_APPS
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(exit_code)
