// Leads from one change to the next, by buttons, and by the keys n and p while the focus is on the comparison.

const area = document.querySelector("[data-redline]");
const marks = area ? [...area.querySelectorAll('.redline [id*="change-"]:is(ins, del, .redline-note)')] : [];
let current = -1;

function go(step) {
  marks[current]?.removeAttribute("data-current");
  current = current < 0 && step < 0 ? marks.length - 1 : (current + step + marks.length) % marks.length;
  const mark = marks[current];
  for (let folded = mark.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
  mark.setAttribute("data-current", "");
  mark.tabIndex = -1;
  mark.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "center" });
  place.textContent = `Change ${current + 1} of ${marks.length}`;
}

function button(words, step) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", () => go(step));
  return made;
}

const place = document.createElement("p");
place.setAttribute("role", "status");

if (marks.length > 1) {
  const steps = document.createElement("div");
  steps.className = "redline-steps";
  steps.setAttribute("role", "group");
  steps.setAttribute("aria-label", "Changes");
  const help = document.createElement("p");
  help.textContent = "Then the keys n and p lead on and back";
  place.textContent = `${marks.length} changes`;
  steps.append(button("Previous change", -1), button("Next change", 1), place, help);
  area.prepend(steps);
  area.querySelector(".redline-places")?.remove();

  area.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { n: 1, p: -1 }[event.key.toLowerCase()];
    if (!step) return;
    event.preventDefault();
    go(step);
  });
  area.addEventListener("click", (event) => {
    const mark = event.target.closest('[id*="change-"]');
    if (marks.includes(mark)) current = marks.indexOf(mark);
  });
}
