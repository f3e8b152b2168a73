"""Where the Nu checker of HTML is, if it is there: `npm install --prefix var/node vnu-jar`, and Java."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
JAR = Path(os.environ.get("VNU_JAR") or ROOT / "var/node/node_modules/vnu-jar/build/dist/vnu.jar")
HOW = "It needs Java, and `npm install --no-save --prefix var/node vnu-jar@26.9.27`."
MISSING = "" if JAR.is_file() and shutil.which("java") else f"The Nu checker is missing. {HOW}"
