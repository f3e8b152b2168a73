"""Pictures that come in with a handbook: each kept once, in a collection of its own, however often it is brought in."""

import hashlib
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image as Pillow
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import Collection

from portal.members.models import User
from portal.pages.prose import Picture

COLLECTION = "Handbook"


def content_of(picture: Path | bytes) -> bytes:
    """The bytes of a picture, from its file if need be."""
    return picture if isinstance(picture, bytes) else picture.read_bytes()


def hash_of(content: bytes) -> str:
    """The hash by which Wagtail knows a file."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def known_hashes() -> set[str]:
    """The hashes of all pictures that have been brought in."""
    images = get_image_model().objects.filter(collection__name=COLLECTION)
    return set(images.values_list("file_hash", flat=True))


def fault_of(content: bytes) -> str | None:
    """Why `content` cannot be a picture of the portal, or None."""
    try:
        with Pillow.open(BytesIO(content)) as picture:
            width, height = picture.size
            picture.verify()
    except Exception:  # noqa: BLE001 - Pillow raises whatever a damaged file leads it into
        return "it is damaged or not a picture"
    if width * height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        return f"it has {width * height:,} pixels; {settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:,} is the most"
    return None


@dataclass
class PictureShelf:
    """Makes Wagtail images of pictures. `discard` deletes the files made, for when the database takes everything back."""

    by: User | None
    made: list[AbstractImage | AbstractRendition] = field(default_factory=list)

    def put(self, path: str, alt: str, content: bytes) -> Picture:
        """The picture with this content, made if it is new; `fault_of(content)` must be None."""
        model = get_image_model()
        digest = hash_of(content)
        image = model.objects.filter(collection__name=COLLECTION, file_hash=digest).first()
        if image is None:
            image = model(
                title=(alt or PurePath(path).stem)[:255],
                description=alt[:255],
                file=ContentFile(content, name=PurePath(path).name),
                collection=self._collection(),
                file_size=len(content),
                file_hash=digest,
                uploaded_by_user=self.by,
            )
            image.save()
            self.made.append(image)
        return Picture(image.pk, lambda: self._address(image))

    def discard(self) -> None:
        """Delete the files of the pictures made."""
        for picture in self.made:
            picture.file.storage.delete(picture.file.name)

    def _address(self, image: AbstractImage) -> str:
        if not image.renditions.filter(filter_spec="original").exists():
            self.made.append(image.get_rendition("original"))
        return image.get_rendition("original").url

    @staticmethod
    def _collection() -> Collection:
        found = Collection.objects.filter(name=COLLECTION).first()
        return found or Collection.get_first_root_node().add_child(name=COLLECTION)
