"""The disk that an SQLite database lies on: what kind it is, and how much room is left.

SQLite needs locks that work and a sync that is one. A network file system promises neither, so
two hosts could both believe to be the one worker: refused, unless the settings say otherwise.
The rules are pure functions of /proc/self/mountinfo (proc_pid_mountinfo(5)); where there is none
(no Linux), nothing is refused.
"""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from worker.errors import StoreError

#: Sending rests below this much room, in octets: what a letter writes must find its place.
RESERVE = 16 * 2**20

MOUNTS = Path("/proc/self/mountinfo")

#: Kinds whose files other hosts may write at the same moment.
REMOTE = frozenset({
    "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre",
    "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "pvfs2", "smb3", "smbfs", "vboxsf",
    "vmhgfs",
})  # fmt: skip

#: What FUSE carries is taken for a network (sshfs, glusterfs, s3fs, rclone), but for these.
LOCAL_FUSE = frozenset({
    "fuseblk", "fuse.bindfs", "fuse.ext2", "fuse.fuse-ext2", "fuse.fuse-overlayfs",
    "fuse.mergerfs", "fuse.ntfs-3g", "fuse.zfs",
})  # fmt: skip

_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a file system is mounted, and of which kind it is."""

    point: str
    kind: str

    @property
    def is_remote(self) -> bool:
        """Whether another host may have it mounted too."""
        fuse = self.kind == "fuse" or self.kind.startswith("fuse.")
        return self.kind in REMOTE or (fuse and self.kind not in LOCAL_FUSE)


def mount_of(path: str, mountinfo: str) -> Mount | None:
    """The mount that holds ``path``, which is absolute and without links.

    The longest mount point that leads there; of two on one point the later one, for it covers
    the other.
    """
    found = None
    for mount in map(_mount, mountinfo.splitlines()):
        if mount is None or not _holds(mount.point, path):
            continue
        if found is None or len(mount.point) >= len(found.point):
            found = mount
    return found


def _mount(line: str) -> Mount | None:
    """``36 35 98:0 /root /point rw,noatime shared:1 - ext4 /dev/sda rw``; a blank is octal 040."""
    before, _, after = line.partition(" - ")
    fields, kind = before.split(" "), after.split(" ")[0]
    if len(fields) <= 4 or not kind:  # noqa: PLR2004 - the fifth field is the mount point
        return None
    return Mount(_OCTAL.sub(lambda octal: chr(int(octal[1], 8)), fields[4]), kind)


def _holds(point: str, path: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")


def under(path: Path) -> Mount | None:
    """The mount that holds ``path`` on this machine; None where that can't be told."""
    with suppress(OSError):
        text = MOUNTS.read_text("utf-8", "surrogateescape")
        return mount_of(os.path.realpath(path), text)
    return None


def refuse_network(path: Path, mount: Mount | None) -> None:
    """Raises ``StoreError`` for a database on a disk that other hosts may write too."""
    if mount is not None and mount.is_remote:
        raise StoreError(
            f"store.url: {path} lies on {mount.kind} (mounted at {mount.point}), a network or"
            " shared file system, where SQLite's locks and syncs can't be relied on. Put the"
            " database on a local disk, or use PostgreSQL; store.network_disk = true takes the risk"
        )


def shortage(path: Path) -> str | None:
    """Why sending rests for want of room, in words for a person; None when there is enough."""
    try:
        seen = os.statvfs(path.parent)
    except OSError as why:
        return f"the disk of {path} does not answer ({why.strerror})"
    room = seen.f_bavail * seen.f_frsize
    if room >= RESERVE:
        return None
    return (
        f"the disk of {path} has {room / 2**20:.1f} MB left, and sending needs"
        f" {RESERVE // 2**20} MB: make room, and it goes on by itself"
    )
