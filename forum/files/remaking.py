"""Makes pictures anew: the same to look at, upright, in sRGB, and with nothing in it of where, when and by whom it was taken."""

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from PIL import Image, ImageCms, ImageOps

from forum.files.refused import FileRefused
from forum.rules.files import MB, MOST_BYTES, TOO_MANY_PIXELS, Kind, refusal_of_pixels, refusal_of_size

# What Pillow's readers of other formats can do is not needed, and so cannot be misused.
FORMATS = {Kind.PNG: "PNG", Kind.JPEG: "JPEG", Kind.WEBP: "WEBP", Kind.GIF: "GIF"}
KEPT_AS = {Kind.GIF: Kind.PNG}
SETTINGS = {
    Kind.PNG: {},
    Kind.JPEG: {"quality": 88, "optimize": True},
    Kind.WEBP: {"quality": 88, "method": 4},
}
DAMAGED = "This picture is damaged, or not a picture. Save it again as PNG or JPEG, then add that file."
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# The largest picture takes some 450 MB while it is made anew: in each process one has to be enough.
ONE_AT_A_TIME = Lock()
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@dataclass(frozen=True)
class Picture:
    """A picture made anew."""

    kind: Kind
    content: bytes
    width: int
    height: int


def remake(content: bytes, kind: Kind) -> Picture:
    """The picture in `content`, decoded and encoded again; of one that moves, the first image. A GIF becomes a PNG.

    Raises `FileRefused`. The size that the file states is asked before anything is decoded.
    """
    kept_as = KEPT_AS.get(kind, kind)
    target = BytesIO()
    with ONE_AT_A_TIME:
        plain = _decoded(content, kind)
        plain.save(target, FORMATS[kept_as], **SETTINGS[kept_as])
    if refusal_of_size(target.tell()):
        raise FileRefused(
            f"This picture takes more than {MOST_BYTES // MB} MB once it is made safe. Make it smaller, then add it."
        )
    return Picture(kept_as, target.getvalue(), *plain.size)


def _decoded(content: bytes, kind: Kind) -> Image.Image:
    try:
        with Image.open(BytesIO(content), formats=[FORMATS[kind]]) as opened:
            refusal = refusal_of_pixels(*opened.size)
            if refusal is None:
                return _plain(opened, kind)
    except BOMBS as error:
        raise FileRefused(TOO_MANY_PIXELS) from error
    except Exception as error:  # Pillow raises whatever a damaged file leads it into
        raise FileRefused(DAMAGED) from error
    raise FileRefused(refusal)


def _plain(opened: Image.Image, kind: Kind) -> Image.Image:
    """What is seen, and nothing else."""
    opened.load()
    profile = opened.info.get("icc_profile")
    mode = "RGBA" if kind is not Kind.JPEG and opened.has_transparency_data else "RGB"
    _turn_upright(opened)
    plain = opened
    if opened.mode.startswith("I"):  # sixteen bits of grey
        plain = opened.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    elif profile and opened.mode in ("RGB", "RGBA", "L", "CMYK"):
        plain = _in_srgb(opened, profile, mode)
    plain = plain.convert(mode)
    plain.info = {}
    return plain


def _turn_upright(picture: Image.Image) -> None:
    with suppress(Exception):  # what a camera wrote wrongly says nothing of how to hold the picture
        ImageOps.exif_transpose(picture, in_place=True)


def _in_srgb(picture: Image.Image, profile: bytes, mode: str) -> Image.Image:
    try:
        return ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(BytesIO(profile)), SRGB, outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a broken profile says nothing; the colours are taken as they are
