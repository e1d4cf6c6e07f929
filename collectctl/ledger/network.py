"""Whether a folder lies on a network share, read from Linux's table of mounts.

SQLite's locks and shared memory do not hold across machines: a ledger there can lose nights.
"""

import re
from pathlib import PurePosixPath

_SHARES = re.compile(
    r"nfs4?|cifs|smb[23]|smbfs|afs|ncpfs|ceph|lustre|gpfs|glusterfs|beegfs|davfs|coda"
    r"|fuse\.(sshfs|s3fs|rclone|glusterfs|gcsfuse|ceph|cephfs|davfs2?|curlftpfs|goofys|juicefs|mfs"
    r"|smbnetfs)"
)
_ESCAPE = re.compile(r"\\([0-7]{3})")
_BEFORE_DASH = 6
"""Fields of a mount line that are always there before the dash."""


def network_share(mountinfo: str, path: PurePosixPath) -> str | None:
    """The kind of network share that holds an absolute path, or None if its disk is local.

    `mountinfo` is the text of `/proc/self/mountinfo`. The deepest mount decides; of several on one
    point, the last, which hides the others.
    """
    deepest, kind = -1, None
    for line in mountinfo.splitlines():
        head, dash, tail = line.partition(" - ")
        fields, source = head.split(" "), tail.split(" ")
        if not dash or len(fields) < _BEFORE_DASH:
            continue
        point = PurePosixPath(_ESCAPE.sub(lambda m: chr(int(m[1], 8)), fields[4]))
        if path.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), _share(source)
    return kind


def _share(source: list[str]) -> str | None:
    kind = source[0]
    if _SHARES.fullmatch(kind):
        return kind
    # A Windows drive seen from a Linux guest: SQLite's locks do not reach the host.
    if kind == "9p" and any("aname=drvfs" in option for option in source[1:]):
        return "drvfs"
    return None
