"""What Pillow does not do by itself: every mode as RGB, every failure in words."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import PerceptionError

if TYPE_CHECKING:
    from PIL.Image import Image

READABLE = "PNG、JPG、WEBP、GIF、BMP、TIFF、AVIF"
_LIGHT = 200.0
"""Mean brightness of what is drawn from which a transparent picture is taken for one made for a dark ground."""


@contextmanager
def broken_is_said() -> Iterator[None]:
    """Whatever a decoder stumbles over, said in words."""
    import PIL.Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what matters is raised or becomes a note; sizes have their own limit
            yield
    except PerceptionError:
        raise
    except PIL.Image.DecompressionBombError as error:
        raise PerceptionError("图片像素过多,疑似解压炸弹", "确认来源,缩小后再检查") from error
    except PIL.UnidentifiedImageError as error:
        raise PerceptionError("不是能识别的图片", f"支持 {READABLE};其他格式先另存为 JPG 或 PNG") from error
    except MemoryError as error:
        raise PerceptionError("内存不足,图片没有读取", "缩小图片后再检查") from error
    except Exception as error:  # decoders of foreign bytes fail in any way: OSError, SyntaxError, struct.error …
        short = "truncated" in str(error) or isinstance(error, EOFError)
        what = "图片不完整,文件在中途断了" if short else f"图片已损坏:{str(error)[:100] or type(error).__name__}"
        raise PerceptionError(what, "重新导出或下载图片") from error


def enable_heif() -> None:
    """Teaches Pillow HEIC where pillow-heif is installed; PerceptionError where it is not."""
    try:
        import pillow_heif  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise PerceptionError(
            "是 HEIC 图片(苹果手机的照片格式)", "另存为 JPG,或运行 pip install pillow-heif"
        ) from error
    pillow_heif.register_heif_opener()


def as_rgb(image: Image) -> NDArray[np.uint8]:
    """Any mode as 8-bit RGB; what is transparent gets a ground its drawing stands out from."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, np.float32)
        top = 65535.0 if image.mode.startswith("I;16") else max(float(values.max(initial=0.0)), 255.0)
        grey = np.clip(values * (255.0 / top), 0, 255).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        pixels = np.asarray(image.convert("RGBA"), np.uint8)
        alpha = pixels[..., 3:].astype(np.uint16)
        if int(alpha.min()) < 255:
            drawn = pixels[..., :3][pixels[..., 3] > 128]
            ground = 48 if drawn.size and float(drawn.mean()) > _LIGHT else 255
            return ((pixels[..., :3] * alpha + ground * (255 - alpha)) // 255).astype(np.uint8)
        return np.ascontiguousarray(pixels[..., :3])
    return np.array(image.convert("RGB"), np.uint8)
