"""Which disks an SQLite database may lie on, and how much room sending needs."""

import os
from pathlib import Path

import pytest
from sample import open_store

from worker.errors import StoreError
from worker.store import disk
from worker.store.disk import Mount, mount_of, refuse_network, shortage, under

MOUNTS = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
30 27 0:40 / /srv rw - nfs4 files:/srv rw,vers=4.2
31 30 0:41 / /srv/local rw shared:7 master:1 - xfs /dev/vdb rw
32 27 0:42 / /mnt/My\040Share rw - cifs //nas/hr rw
33 27 0:43 / /data rw - ext4 /dev/vdc rw
34 27 0:44 / /data rw - fuse.sshfs user@host: rw
a line that is none
35 27 0:45 / /usb rw - fuseblk /dev/sdb1 rw
""".strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/followup.db", "ext4"),
        ("/srv/followup/followup.db", "nfs4"),
        ("/srv", "nfs4"),
        ("/srv/local/followup.db", "xfs"),
        ("/srvother/followup.db", "ext4"),
        ("/mnt/My Share/followup.db", "cifs"),
        ("/data/followup.db", "fuse.sshfs"),
        ("/usb/followup.db", "fuseblk"),
    ],
)
def test_a_path_lies_on_the_longest_mount_point_that_leads_there(path: str, kind: str) -> None:
    found = mount_of(path, MOUNTS)
    assert found is not None
    assert found.kind == kind


def test_without_any_mount_nothing_is_known() -> None:
    assert mount_of("/var/followup.db", "") is None


@pytest.mark.parametrize(
    "kind",
    ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "afs", "lustre", "fuse", "fuse.sshfs",
     "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.grpcfuse", "vboxsf"],
)  # fmt: skip
def test_a_disk_that_others_may_write_is_refused_with_the_mend(kind: str) -> None:
    with pytest.raises(StoreError, match=rf"lies on {kind} \(mounted at /srv\).*local disk"):
        refuse_network(Path("/srv/followup.db"), Mount("/srv", kind))


@pytest.mark.parametrize(
    "kind",
    ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "fuse.fuse-overlayfs",
     "virtiofs", "apfs"],
)  # fmt: skip
def test_a_local_disk_is_taken(kind: str) -> None:
    refuse_network(Path("/srv/followup.db"), Mount("/srv", kind))


def test_a_disk_that_can_not_be_told_is_taken() -> None:
    refuse_network(Path("/srv/followup.db"), None)


@pytest.mark.skipif(not disk.MOUNTS.exists(), reason="this system has no /proc/self/mountinfo")
def test_the_disk_of_a_real_path_is_found_behind_its_links(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/proc")
    assert under(tmp_path / "link" / "followup.db") == Mount("/proc", "proc")


def test_a_real_local_disk_is_taken(tmp_path: Path) -> None:
    open_store(tmp_path).close()


def test_with_room_there_is_no_reason_to_rest(tmp_path: Path) -> None:
    seen = os.statvfs(tmp_path)
    assert seen.f_bavail * seen.f_frsize > disk.RESERVE, "the tests' own disk is full"
    assert shortage(tmp_path / "followup.db") is None


def test_a_folder_that_is_gone_is_a_reason_too(tmp_path: Path) -> None:
    assert "does not answer" in str(shortage(tmp_path / "gone" / "followup.db"))
