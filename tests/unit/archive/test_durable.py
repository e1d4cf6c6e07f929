import errno
import stat
from pathlib import Path

import pytest

from collectctl import durable


def test_a_file_is_the_owners_alone_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert durable.write_file(path, (b"one", b"two")) == 6
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        durable.write_file(path, b"three")
    (tmp_path / "link").symlink_to(tmp_path / "not there")
    with pytest.raises(FileExistsError):
        durable.write_file(tmp_path / "link", b"three")
    assert path.read_bytes() == b"onetwo"


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
def test_nothing_is_renamed_over_something(kind: str, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    if kind == "folder":
        target.mkdir()
    elif kind == "file":
        target.write_bytes(b"")
    else:
        target.symlink_to(tmp_path / "not there")
    with pytest.raises(FileExistsError):
        durable.rename(source, target)
    assert source.is_dir()


def test_removing_takes_all_below_and_says_each_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []
    (tmp_path / "root" / "b").mkdir(parents=True)
    (tmp_path / "root" / "b" / "x").write_bytes(b"")
    (tmp_path / "root" / "a").symlink_to(tmp_path)
    monkeypatch.setattr(durable, "before_step", lambda kind, name: seen.append((kind, name)))
    durable.remove_tree(tmp_path / "root")
    durable.remove_tree(tmp_path / "root")
    assert seen == [("delete", name) for name in ("a", "x", "b", "root")]
    assert tmp_path.is_dir()


def test_made_folders_are_the_owners_alone_and_their_names_synced_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(durable, "before_step", lambda kind, name: seen.append((kind, name)))
    durable.make_folder(tmp_path / "a" / "b", sync=True)
    durable.make_folder(tmp_path / "a" / "b", sync=True)
    assert seen == [("write", "a"), ("sync", tmp_path.name), ("write", "b"), ("sync", "a")]
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EACCES, "disk-refused"),
        (errno.EROFS, "disk-refused"),
        (errno.EIO, "disk-error"),
        (errno.ELOOP, "disk-error"),
    ],
)
def test_what_a_failed_call_means_is_one_word(number: int, code: str) -> None:
    assert durable.fault(OSError(number, "")) == code
