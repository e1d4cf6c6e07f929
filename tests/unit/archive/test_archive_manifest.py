import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from collectctl.archive.manifest import (
    MANIFEST,
    Json,
    build_manifest,
    manifest_digest,
    read_manifest,
    verify_folder,
)
from collectctl.problems import LedgerError

FILES = {"a/b.csv": b"1,2\n", "a/c.bin": bytes(range(256)) * 1000, "名单.txt": "清河".encode()}


@pytest.fixture
def night(tmp_path: Path) -> Path:
    folder = tmp_path / "2026-11-20"
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / MANIFEST).write_bytes(build_manifest(folder, {"accounts": 3}))
    return folder


def test_a_manifest_lists_every_file_with_digest_and_size_beside_the_facts(night: Path) -> None:
    data = (night / MANIFEST).read_bytes()
    listed = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in FILES.items()
    }
    expected = {"accounts": 3, "files": listed, "format": "collectctl-manifest/1"}
    text = json.dumps(expected, ensure_ascii=False, indent=2, sort_keys=True)
    assert data == f"{text}\n".encode()
    manifest = read_manifest(night)
    assert manifest.digest == manifest_digest(data) == hashlib.sha256(data).hexdigest()
    assert manifest.facts == {"accounts": 3}
    assert manifest.files["a/c.bin"].size == 256_000


def test_the_order_of_facts_and_an_older_manifest_change_no_byte(night: Path) -> None:
    one: dict[str, Json] = {"b": [1, "二"], "a": {"y": None, "x": True}}
    two: dict[str, Json] = {"a": {"x": True, "y": None}, "b": [1, "二"]}
    assert build_manifest(night, one) == build_manifest(night, two)


@pytest.mark.parametrize("key", ["files", "format"])
def test_facts_cannot_take_the_manifests_own_words(key: str, night: Path) -> None:
    with pytest.raises(ValueError, match=key):
        build_manifest(night, {key: 1})


def test_an_untouched_night_verifies(night: Path) -> None:
    assert verify_folder(night) == ()
    assert verify_folder(night, manifest_digest((night / MANIFEST).read_bytes())) == ()


def flip_a_bit(folder: Path) -> None:
    data = bytearray((folder / "a/c.bin").read_bytes())
    data[1000] ^= 1
    (folder / "a/c.bin").write_bytes(data)


def replace_by_a_link(folder: Path) -> None:
    (folder / "a/b.csv").rename(folder.parent / "b.csv")
    (folder / "a/b.csv").symlink_to(folder.parent / "b.csv")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (flip_a_bit, [("a/c.bin", "archive-changed")]),
        (lambda f: (f / "a/b.csv").write_bytes(b""), [("a/b.csv", "archive-changed")]),
        (lambda f: (f / "名单.txt").unlink(), [("名单.txt", "archive-missing")]),
        (lambda f: (f / "a/new").write_bytes(b""), [("a/new", "archive-added")]),
        (lambda f: (f / "link").symlink_to("a/b.csv"), [("link", "archive-added")]),
        (lambda f: os.mkfifo(f / "pipe"), [("pipe", "archive-added")]),
        (replace_by_a_link, [("a/b.csv", "archive-changed")]),
        (
            lambda f: (f / "a").rename(f / "z"),
            [
                ("a/b.csv", "archive-missing"),
                ("a/c.bin", "archive-missing"),
                ("z/b.csv", "archive-added"),
                ("z/c.bin", "archive-added"),
            ],
        ),
    ],
)
def test_every_byte_that_changed_since_is_named_by_its_file(
    change: Callable[[Path], object], found: list[tuple[str, str]], night: Path
) -> None:
    change(night)
    problems = verify_folder(night)
    assert [(p.span.file, p.code) for p in problems if p.span is not None] == found


def test_a_manifest_rewritten_to_hide_a_change_is_known_by_the_ledgers_digest(
    night: Path,
) -> None:
    digest = manifest_digest((night / MANIFEST).read_bytes())
    flip_a_bit(night)
    (night / MANIFEST).write_bytes(build_manifest(night, {"accounts": 3}))
    assert verify_folder(night) == ()
    assert [p.code for p in verify_folder(night, digest)] == ["manifest-changed"]


def put_a_link(folder: Path) -> None:
    (folder / "link").symlink_to("a/b.csv")


def put_a_dangling_link(folder: Path) -> None:
    (folder / "a" / "link").symlink_to("nowhere")


def put_a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")


def put_an_odd_name(folder: Path) -> None:
    (folder / "odd\nname").write_bytes(b"")


def put_bytes_for_a_name(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe")).write_bytes(b"")


@pytest.mark.parametrize(
    "put", [put_a_link, put_a_dangling_link, put_a_pipe, put_an_odd_name, put_bytes_for_a_name]
)
def test_a_night_with_links_devices_or_odd_names_is_not_sealed(
    put: Callable[[Path], None], night: Path
) -> None:
    put(night)
    with pytest.raises(LedgerError) as caught:
        build_manifest(night, {})
    assert [p.code for p in caught.value.problems] == ["archive-foreign"]


ENTRY = '{"sha256": "' + "0" * 64 + '", "size": 1}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "[]",
        "{}",
        "[" * 100_000,
        '{"format": "other", "files": {}}',
        '{"format": "collectctl-manifest/1"}',
        '{"format": "collectctl-manifest/1", "files": []}',
        '{"format": "collectctl-manifest/1", "files": {"a": 1}}',
        '{"format": "collectctl-manifest/1", "files": {"a": {"sha256": "0", "size": 1}}}',
        '{"format": "collectctl-manifest/1", "files": {"../a": ENTRY}}',
        '{"format": "collectctl-manifest/1", "files": {"/a": ENTRY}}',
        '{"format": "collectctl-manifest/1", "files": {"a//b": ENTRY}}',
        '{"format": "collectctl-manifest/1", "files": {"": ENTRY}}',
    ],
)
def test_what_is_no_manifest_is_refused_as_damaged(text: str, night: Path) -> None:
    (night / MANIFEST).write_text(text.replace("ENTRY", ENTRY))
    with pytest.raises(LedgerError) as caught:
        verify_folder(night)
    assert [p.code for p in caught.value.problems] == ["manifest-damaged"]


def test_a_missing_linked_or_odd_manifest_is_refused(night: Path) -> None:
    elsewhere = night.parent / "elsewhere"
    (night / MANIFEST).rename(elsewhere)
    puts: tuple[tuple[Callable[[Path], object], str], ...] = (
        (lambda path: path, "manifest-missing"),
        (lambda path: path.symlink_to(elsewhere), "archive-foreign"),
        (os.mkfifo, "archive-foreign"),
        (lambda path: path.mkdir(), "archive-foreign"),
    )
    for put, expected in puts:
        if (night / MANIFEST).is_symlink() or (night / MANIFEST).exists():
            (night / MANIFEST).unlink()
        put(night / MANIFEST)
        with pytest.raises(LedgerError) as caught:
            read_manifest(night)
        assert [p.code for p in caught.value.problems] == [expected]


def test_a_giant_in_the_manifests_place_is_not_read_whole(
    night: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectctl.archive.manifest.MAX_BYTES", 10)
    with pytest.raises(LedgerError) as caught:
        read_manifest(night)
    assert [p.code for p in caught.value.problems] == ["manifest-damaged"]
