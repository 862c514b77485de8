"""Which inboxes lie on network file systems, by tables as proc(5) has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedd.mounts import remote

TABLE = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv/news rw,relatime - nfs4 server:/news rw,vers=4.2
31 22 0:41 / /srv/local rw - btrfs /dev/sdb rw
32 31 0:42 / /srv/local/deep/far rw - fuse.sshfs me@host: rw
33 22 0:43 / /mnt/My\040Share rw - cifs //host/share rw
34 22 0:44 / /mnt/over rw - nfs server:/x rw
35 34 0:45 / /mnt/over rw - tmpfs tmpfs rw
36 22 0:46 / /mnt/ntfs rw - fuseblk /dev/sdc rw
37 22 0:47 / /mnt/vm rw shared:3 master:1 - 9p host rw
38 22 0:48 / /mnt/plain rw - fuse some rw
broken

"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/news", "nfs4"),
        ("/srv/news/inbox/deep", "nfs4"),
        ("/srv/newsroom", None),
        ("/srv/local/deep", "fuse.sshfs"),
        ("/srv/local/deep/far/x", "fuse.sshfs"),
        ("/srv/local/other", None),
        ("/srv", "nfs4"),
        ("/mnt/My Share/inbox", "cifs"),
        ("/mnt/over/inbox", None),
        ("/mnt/ntfs", None),
        ("/mnt/vm", "9p"),
        ("/mnt/plain", "fuse"),
        ("/home/me", None),
    ],
)
def test_the_mount_that_holds_a_folder_or_lies_in_it_decides(tmp_path: Path, folder: str, kind: str | None) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(TABLE)
    assert remote(Path(folder), table) == kind


def test_without_a_table_nothing_is_remote(tmp_path: Path) -> None:
    assert remote(tmp_path, tmp_path / "none") is None


def test_the_table_of_this_machine_is_understood(tmp_path: Path) -> None:
    remote(tmp_path)
    assert remote(Path("/proc")) is None
