"""Which inboxes lie where the system tells nothing of changes that are made elsewhere: on network file systems."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath

_MOUNTS = Path("/proc/self/mountinfo")
# Types of proc(5), with the version left out. All of FUSE but fuseblk: what it stands for can't be known.
_REMOTE = re.compile(
    r"(nfs|cifs|smb|smbfs|9p|afs|ceph|coda|gfs|ocfs|lustre|beegfs|glusterfs|ncpfs|orangefs|pvfs|virtiofs|vboxsf|prl_fs|davfs)\d*"
    r"|fuse(\..+)?"
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def remote(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """The type of the network file system on which a folder, or something below it, lies; None where none is."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None  # no Linux
    place = PurePath(os.path.realpath(folder))
    holding, holds = PurePath("/"), ""
    for line in lines:
        mount, _, source = line.partition(" - ")
        fields, kind = mount.split(" "), source.partition(" ")[0]
        if len(fields) < 5:
            continue
        point = PurePath(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields[4]))
        if place.is_relative_to(point):
            # Later lines are mounted over earlier ones.
            if point.is_relative_to(holding):
                holding, holds = point, kind
        elif point.is_relative_to(place) and _REMOTE.fullmatch(kind):
            return kind
    return holds if _REMOTE.fullmatch(holds) else None
