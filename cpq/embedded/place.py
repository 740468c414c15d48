"""Where this checkout's server lives, and which user of the machine runs it."""

import hashlib
import os
import pwd
import re
import secrets
import stat
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SHARED = Path("/var/lib/quantile")
# 103 bytes on macOS, 107 on Linux, less the name of the socket itself.
SOCKET_LIMIT = 103 - len("/.s.PGSQL.5432")


class Unavailable(Exception):
    """The embedded server cannot run here; the message says what to do about it."""


@dataclass(frozen=True)
class Place:
    """The folder of one server (data, log, locks), the folder of its socket, and the user who runs it."""

    home: Path
    socket: Path
    owner: pwd.struct_passwd

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"


def place_of(checkout: Path = CHECKOUT, shared: Path = SHARED) -> Place:
    """The place of this checkout's server, its folders made.

    That is `var/postgres` in the checkout; or a folder in `shared` when root runs us and the unprivileged user who
    has to run the server may not enter the checkout. No right of any folder that was there before is changed.
    """
    owner = owner_of(checkout)
    var = checkout / "var"
    var.mkdir(exist_ok=True)
    identity = hashlib.sha256(f"{checkout} {secret_of(var)}".encode()).hexdigest()[:12]
    if may_enter(owner, var):
        home = own_folder(var / "postgres", owner)
    else:
        shared.mkdir(exist_ok=True)
        home = own_folder(shared / identity, owner)
    return Place(home, socket_folder(home, identity, owner), owner)


def owner_of(checkout: Path) -> pwd.struct_passwd:
    """Whoever runs us; for root, the owner of the checkout, or one without rights, as PostgreSQL refuses root."""
    user = os.geteuid() or checkout.stat().st_uid
    with suppress(KeyError):
        return pwd.getpwuid(user) if user else pwd.getpwnam("nobody")
    raise Unavailable(f"User {user or 'nobody'} is not known to this machine; add the user, or set DATABASE_URL.")


def secret_of(var: Path) -> str:
    """A secret of this checkout, made once: it makes names in shared folders unique and unguessable."""
    path = var / "id"
    if not path.exists():
        draft = var / f"id.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(16))
        # Two first commands at once: the second link fails, and both read the first one's text.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def own_folder(path: Path, owner: pwd.struct_passwd) -> Path:
    """The folder, made for the owner alone; refused if someone else made it."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(path, owner.pw_uid, owner.pw_gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.pw_uid or found.st_mode & 0o077:
        raise Unavailable(
            f"{path} must be a folder of {owner.pw_name} alone (mode 700). Remove it, or set DATABASE_URL."
        )
    return path


def socket_folder(home: Path, identity: str, owner: pwd.struct_passwd) -> Path:
    """Inside the home when that name is short and plain enough for a socket, else in /tmp."""
    fits = len(os.fsencode(home)) <= SOCKET_LIMIT and re.fullmatch(r"[A-Za-z0-9_./-]+", str(home))
    return home if fits else own_folder(Path(f"/tmp/quantile-{identity}"), owner)


def may_enter(owner: pwd.struct_passwd, folder: Path) -> bool:
    attempt = ["/bin/sh", "-c", 'cd -- "$0"', str(folder)]
    return subprocess.run(attempt, check=False, stderr=subprocess.DEVNULL, cwd="/", **run_as(owner)).returncode == 0


def run_as(owner: pwd.struct_passwd) -> dict[str, Any]:
    """Arguments of subprocess with which root becomes the owner; nothing for anyone else."""
    if os.geteuid() != 0:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
