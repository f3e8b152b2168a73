// Buttons above the text that write Markdown. One of them is in the tab order; arrow keys lead to the others.

const wrap = (before, after, sample) => (chosen) => [`${before}${chosen || sample}${after}`, before.length, (chosen || sample).length];
const lines = (mark, sample) => (chosen) => {
  const marked = (chosen || sample).split("\n").map((line, number) => `${mark(number)}${line}`).join("\n");
  return [marked, 0, marked.length];
};

const BUTTONS = [
  { words: "Bold", key: "b", make: wrap("**", "**", "bold words") },
  { words: "Italic", key: "i", make: wrap("*", "*", "words in italics") },
  { words: "Link", key: "k", make: (chosen) => [`[${chosen || "words"}](https://)`, (chosen || "words").length + 3, 8] },
  { words: "Heading", make: lines(() => "## ", "Heading"), whole: true },
  { words: "List", make: lines(() => "- ", "item"), whole: true },
  { words: "Numbered list", make: lines((number) => `${number + 1}. `, "item"), whole: true },
  { words: "Quote", make: lines(() => "> ", "words"), whole: true },
];

// Through the browser's own editing, so that it can be undone.
export function insert(text, start, end, words, from = words.length, length = 0) {
  text.focus();
  text.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  text.setSelectionRange(start + from, start + from + length);
}

function apply(text, { make, whole }) {
  let { selectionStart: start, selectionEnd: end } = text;
  const { value } = text;
  let lead = "";
  if (whole) {
    start = value.lastIndexOf("\n", start - 1) + 1;
    const stop = value.indexOf("\n", end);
    end = stop < 0 ? value.length : stop;
    if (start > 1 && value[start - 2] !== "\n") lead = "\n";
  }
  const [words, from, length] = make(value.slice(start, end));
  insert(text, start, end, lead + words, lead.length + from, length);
}

export function addToolbar(text) {
  const mac = /Mac|iP(hone|ad)/.test(navigator.platform);
  const bar = document.createElement("div");
  bar.className = "composer__toolbar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Format");
  bar.setAttribute("aria-controls", text.id);
  const buttons = BUTTONS.map((one, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = number ? -1 : 0;
    button.textContent = one.words;
    if (one.key) {
      const shown = document.createElement("kbd");
      shown.textContent = `${mac ? "⌘" : "Ctrl+"}${one.key.toUpperCase()}`;
      shown.setAttribute("aria-hidden", "true");
      button.append(" ", shown);
      button.setAttribute("aria-keyshortcuts", `${mac ? "Meta" : "Control"}+${one.key.toUpperCase()}`);
    }
    button.addEventListener("click", () => apply(text, one));
    return button;
  });
  bar.append(...buttons);
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = buttons[(to + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  text.before(bar);
  text.addEventListener("keydown", (event) => {
    if (!(mac ? event.metaKey : event.ctrlKey) || event.altKey || event.shiftKey) return;
    const one = BUTTONS.find(({ key }) => key && key === event.key.toLowerCase());
    if (!one) return;
    event.preventDefault();
    apply(text, one);
  });
}
