"""Files that people send: what they are, whether they can be taken, and what of them is kept."""

from forum.files.preparing import Prepared, prepare
from forum.files.refused import FileRefused
from forum.files.scanning import ScannerAway, VirusFound

__all__ = ["FileRefused", "Prepared", "ScannerAway", "VirusFound", "prepare"]
