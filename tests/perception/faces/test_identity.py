"""Knowing a person who consented, with a stub model: it compares pixels, which is enough for the wiring."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mingjian.perception.faces.detect import faces
from mingjian.perception.faces.identity import Identity, aligned
from mingjian.perception.model import PerceptionError
from tests.perception.people import astronaut, ground


def field(number: int, value: bytes | str | int) -> bytes:
    """One field of a protocol buffer."""
    if isinstance(value, int):
        return bytes([number << 3]) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return bytes([number << 3 | 2]) + varint(len(data)) + data


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def value_info(name: str, shape: tuple[int, ...]) -> bytes:
    dims = b"".join(field(1, field(1, side)) for side in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dims)))


def stub_model(path: Path, side: int = 112) -> Path:
    """A network that takes the mean from the pixels and lays them in a row."""
    nodes = field(1, field(1, "x") + field(2, "m") + field(4, "MeanVarianceNormalization"))
    nodes += field(1, field(1, "m") + field(2, "y") + field(4, "Flatten"))
    graph = nodes + field(2, "stub") + field(11, value_info("x", (1, 3, side, side)))
    graph += field(12, value_info("y", (1, 3 * side * side)))
    path.write_bytes(field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13)))
    return path


def another() -> np.ndarray:
    """Another person, small and grey, from the same library."""
    import skimage.data
    from PIL import Image

    grey = np.load(Path(skimage.data.__file__).with_name("lfw_subset.npy"))[3]
    grey = (grey * (255.0 if grey.max() <= 1 else 1.0)).astype(np.uint8)
    picture = Image.fromarray(ground(400, 400))
    picture.paste(Image.fromarray(grey).resize((200, 200)), (100, 100))
    return np.asarray(picture)


def test_with_a_stub_model_a_person_is_known_and_another_is_not(tmp_path: Path) -> None:
    known = Identity(stub_model(tmp_path / "stub.onnx"), [astronaut()])
    assert known(astronaut(), faces(astronaut())[0])
    stranger = another()
    assert not known(stranger, faces(stranger)[0])


def test_with_a_stub_model_a_person_is_known_in_another_process_too(tmp_path: Path) -> None:
    known = pickle.loads(pickle.dumps(Identity(stub_model(tmp_path / "stub.onnx"), [astronaut()])))
    assert known(astronaut(), faces(astronaut())[0]) and not known(another(), faces(another())[0])


def test_with_a_stub_model_whoever_is_doubtful_counts_as_a_stranger(tmp_path: Path) -> None:
    known = Identity(stub_model(tmp_path / "stub.onnx"), [astronaut()])
    face = faces(astronaut())[0]
    for doubtful in (replace(face, score=0.5), replace(face, turn=1), replace(face, points=()),
                     replace(face, box=(*face.box[:2], 20.0, 25.0))):  # fmt: skip
        assert not known(astronaut(), doubtful)


def test_a_face_is_laid_where_the_model_expects_it() -> None:
    small = aligned(astronaut(), faces(astronaut())[0].points)
    assert small.shape == (112, 112, 3)
    eyes = small[45:58, 30:82].mean()
    assert eyes < small[60:75, 40:70].mean()  # eyes are darker than the nose


@pytest.mark.parametrize(
    ("picture", "why"), [(ground(), "没有找到"), (np.hstack([astronaut(), astronaut()]), "不止一张")]
)
def test_the_photo_of_whom_to_keep_must_show_one_face(tmp_path: Path, picture: np.ndarray, why: str) -> None:
    with pytest.raises(PerceptionError, match=why):
        Identity(stub_model(tmp_path / "stub.onnx"), [picture])


def test_no_model_a_broken_one_and_one_for_something_else_are_honest_errors(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"nothing")
    for model in (tmp_path / "none.onnx", tmp_path / "broken.onnx", stub_model(tmp_path / "big.onnx", 160)):
        with pytest.raises(PerceptionError) as error:
            Identity(model, [astronaut()])
        assert "--except-box" in (error.value.hint or "")
