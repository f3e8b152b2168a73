// What scripts add to a page of the handbook: contents that open beside the text, copying, and marking as read.
import { markWhenRead } from "./reading.js";

// The contents stand open beside the text, and closed above it where the screen is too narrow for both.

const wide = window.matchMedia("(min-width: 48.0625em)");
const panel = document.querySelector("[data-contents]");

// Beside the text they end where the window ends, however far down they begin: they scroll by themselves.
const MARGIN = 16;
const LEAST_HEIGHT = 160;

function fit() {
  if (!panel) return;
  panel.open = wide.matches;
  fitHeight();
}

function fitHeight() {
  const top = Math.max(MARGIN, panel.parentElement.getBoundingClientRect().top);
  const room = Math.max(LEAST_HEIGHT, window.innerHeight - top - MARGIN);
  panel.style.maxHeight = wide.matches ? `${room}px` : "";
}

wide.addEventListener("change", fit);
fit();
if (panel) {
  window.addEventListener("resize", fitHeight);
  window.addEventListener("scroll", fitHeight, { passive: true });
}

const here = panel?.querySelector('[aria-current="page"]');
if (here && wide.matches) panel.scrollTop = here.offsetTop - panel.clientHeight / 3;

// A button to copy is of use only where scripts run and may write to the clipboard, so it is hidden until now.
for (const copier of navigator.clipboard ? document.querySelectorAll("[data-copies]") : []) {
  const said = copier.querySelector('[role="status"]');
  copier.hidden = false;
  copier.querySelector("button").addEventListener("click", async () => {
    const text = document.getElementById(copier.dataset.copies).textContent.trim().replace(/\s+/g, " ");
    said.textContent = "";
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied";
    } catch {
      said.textContent = "Your browser does not let us copy it. Select the text instead.";
    }
  });
}

// Who has had the end of the text before their eyes for a while has read it.
const marker = document.querySelector("[data-marks-read]");
markWhenRead(
  marker,
  document.querySelector("[data-end-of-text]"),
  5,
  marker?.parentElement.querySelector('[role="status"]'),
);
