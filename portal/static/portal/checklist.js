// A network's checklist: each change is sent as it is made, and what colleagues change meanwhile is shown.

const WAIT_FOR_NOTE = 1500;
const RETRY = 5000;
const LOOK_AGAIN = 30000;

const list = document.querySelector("[data-checklist]");
const said = document.querySelector("[data-said]");
const notice = document.querySelector("[data-notice]");
// What has not arrived yet, by line: each line sends one change after the other.
const waiting = new Map();
const timers = new WeakMap();

const lineOf = (element) => element.closest("[data-line]");
const areaOf = (line) => line.querySelector("[data-note] textarea");
const isTyping = (line) => areaOf(line).value !== areaOf(line).defaultValue;

function prepare(line) {
  for (const button of line.querySelectorAll("[data-unscripted]")) button.hidden = true;
}

function say(line, words, isWrong = false) {
  const state = line.querySelector("[data-state]");
  if (state.textContent === words) return;
  state.textContent = words;
  state.classList.toggle("todo__state--wrong", isWrong);
  if (words !== "Saving…") said.textContent = words;
}

function showProgress(words, done) {
  document.querySelector("[data-progress-words]").textContent = words;
  document.querySelector("[data-progress-bar]").value = Number(done);
}

// Puts the line of an answer in the place of the one that is there, and keeps what its reader is at.
function replace(line, html) {
  const made = new DOMParser().parseFromString(html, "text/html").querySelector("[data-line]");
  clearTimeout(timers.get(areaOf(line)));
  if (!made) {
    line.remove();
    return null;
  }
  const focused = line.contains(document.activeElement) ? document.activeElement.id : "";
  const typed = isTyping(line) && !made.querySelector(".todo__trouble") ? areaOf(line).value : null;
  if (line.querySelector(".todo__more").open) made.querySelector(".todo__more").open = true;
  prepare(made);
  line.replaceWith(made);
  if (typed !== null && typed !== areaOf(made).value) {
    areaOf(made).value = typed;
    saveSoon(areaOf(made));
  }
  if (made.dataset.progress) showProgress(made.dataset.progress, made.dataset.done);
  if (focused) {
    const found = document.getElementById(focused) ?? made.querySelector("button");
    found.focus({ preventScroll: true });
  }
  return made;
}

function bodyOf(form) {
  const body = new FormData(form);
  body.set("quietly", "1");
  return body;
}

function send(form) {
  const id = lineOf(form).id;
  const queue = waiting.get(id) ?? [];
  const change = { action: form.action, body: bodyOf(form) };
  const what = change.body.get("do");
  // Of what waits for a connection, the last word on each thing counts.
  waiting.set(id, [...queue.filter((one) => one.isSent || one.body.get("do") !== what), change]);
  if (!queue.length) next(id);
}

async function next(id) {
  const [change] = waiting.get(id) ?? [];
  const line = () => document.getElementById(id);
  if (!change || change.isSent || !line()) return;
  say(line(), "Saving…");
  change.isSent = true;
  // A note that was typed while the one before was on its way begins from that one.
  if (change.body.has("based_on")) change.body.set("based_on", line().querySelector("[name=based_on]").value);
  let answer = null;
  let text = "";
  try {
    answer = await fetch(change.action, { method: "POST", body: change.body, redirect: "manual" });
    text = await answer.text();
  } catch {
    answer = null;
  }
  change.isSent = false;
  if (!answer || answer.status >= 500) {
    say(line(), answer ? "Not saved: the portal did not answer as it should. We keep trying." : "Not saved: there is no connection. We keep trying.", true);
    setTimeout(() => next(id), RETRY);
    return;
  }
  // After a conflict nothing is written over what has not been seen.
  const queue = waiting.get(id).filter((one) => one !== change && !(answer.status === 409 && one.body.has("based_on")));
  if (queue.length) waiting.set(id, queue);
  else waiting.delete(id);
  heard(line(), answer, text, change);
  if (queue.length) next(id);
}

function heard(line, answer, text, change) {
  if (answer.type === "opaqueredirect") {
    stop("You have been signed out. Your last change was not saved.", ["Sign in", `/accounts/login/?next=${encodeURIComponent(location.pathname)}`]);
    say(line, "Not saved", true);
  } else if (answer.status === 403 || answer.status === 404) {
    say(line, "Not saved", true);
    stop("Your last change was not saved. You can no longer change this list: your appointment in this network may have ended.", ["See your appointments", "/accounts/profile/"]);
  } else {
    if (change.body.get("do") === "note" && areaOf(line).value === change.body.get("note")) areaOf(line).defaultValue = areaOf(line).value;
    const made = replace(line, text);
    if (!made) said.textContent = "Saved";
    else if (answer.ok) say(made, "Saved");
    else {
      made.querySelector(".todo__more").open = true;
      say(made, "Not saved", true);
    }
  }
}

function stop(words, [label, address]) {
  notice.replaceChildren();
  const paragraph = document.createElement("p");
  paragraph.textContent = words;
  const link = document.createElement("a");
  link.href = address;
  link.textContent = label;
  notice.append(paragraph, link);
  notice.hidden = false;
  notice.setAttribute("role", "alert");
  notice.scrollIntoView({ block: "nearest" });
}

function saveSoon(area) {
  clearTimeout(timers.get(area));
  timers.set(area, setTimeout(() => saveNote(area), WAIT_FOR_NOTE));
}

function saveNote(area) {
  clearTimeout(timers.get(area));
  const line = lineOf(area);
  if (line.isConnected && isTyping(line) && !line.querySelector(".todo__trouble")) send(area.form);
}

list?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timers.get(event.target.elements.note));
  send(event.target);
});

list?.addEventListener("change", (event) => {
  if (event.target.form?.matches("[data-at-once]")) send(event.target.form);
});

list?.addEventListener("input", (event) => {
  const area = event.target;
  if (!area.matches("textarea")) return;
  say(lineOf(area), "");
  saveSoon(area);
});

list?.addEventListener("focusout", (event) => {
  if (event.target.matches("textarea")) saveNote(event.target);
});

// What colleagues have changed meanwhile. A line that its reader is at stays as it is.
async function look() {
  if (document.hidden || waiting.size || !notice.hidden) return;
  const answer = await fetch(location.pathname, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const line of list.querySelectorAll("[data-line]")) {
    const theirs = page.getElementById(line.id);
    const isAt = line.contains(document.activeElement) || isTyping(line) || waiting.has(line.id);
    if (theirs && theirs.dataset.version !== line.dataset.version && !isAt) replace(line, theirs.outerHTML);
  }
}

if (list) {
  for (const line of list.querySelectorAll("[data-line]")) prepare(line);
  setInterval(look, LOOK_AGAIN);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", () => {
    for (const id of waiting.keys()) next(id);
  });
  window.addEventListener("beforeunload", (event) => {
    if (waiting.size || [...list.querySelectorAll("[data-line]")].some(isTyping)) event.preventDefault();
  });
}
