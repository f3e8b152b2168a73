// Keeps what is being typed: in this browser at once, on the portal every few seconds. Copies belong to one account.

const PREFIX = "forum-draft:";
const DAYS_KEPT = 90;
const WAIT = 3000;
const RETRY = 15000;

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null; // no storage, or nothing that we wrote
  }
}

function write(name, copy) {
  try {
    if (copy) localStorage.setItem(name, JSON.stringify(copy));
    else localStorage.removeItem(name);
  } catch {
    // A full or forbidden storage: the portal keeps the draft all the same.
  }
}

function names() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}

async function wasPosted(copy) {
  const answer = await fetch(`${copy.url}?key=${encodeURIComponent(copy.key)}`, { redirect: "manual" }).catch(() => null);
  return answer?.ok ? (await answer.json()).posted : false;
}

// What was sent from a form has arrived, or is kept until the form is opened again.
export async function forgetWhatWasPosted() {
  for (const name of names()) {
    const copy = read(name);
    if (copy?.sent && (await wasPosted(copy))) write(name, null);
  }
}

const time = (moment) => new Date(moment).toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" });

export class Draft {
  constructor(form) {
    this.form = form;
    this.text = form.elements.text;
    this.subject = form.elements.subject;
    this.state = form.querySelector("[data-state]");
    this.notice = form.querySelector("[data-notice]");
    this.base = form.dataset.saved;
    this.name = `${PREFIX}${form.dataset.person}:${form.dataset.list}:${form.dataset.place}`;
    this.opened = this.words();
    this.tidy();
    this.restore();
    form.addEventListener("input", () => this.typed());
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("online", () => this.save());
    document.addEventListener("visibilitychange", () => document.hidden && this.pending && this.save());
  }

  words() {
    return { subject: this.subject?.value ?? "", text: this.text.value };
  }

  same(one, other) {
    return one.text === other.text && one.subject === other.subject;
  }

  // Copies of other accounts, and old ones, have no business here.
  tidy() {
    const own = `${PREFIX}${this.form.dataset.person}:`;
    for (const name of names()) {
      const copy = read(name);
      const old = !copy || Date.now() - copy.at > DAYS_KEPT * 86400000;
      if (old || !name.startsWith(own)) write(name, null);
    }
  }

  async restore() {
    const copy = read(this.name);
    if (!copy || "sent" in this.form.dataset || this.same(copy, this.words())) return;
    if (copy.sent && (await wasPosted(copy))) {
      write(this.name, null);
      return;
    }
    if (!this.same(this.words(), this.opened)) return; // typed meanwhile
    if (copy.base === this.base && !this.isQuoting()) {
      this.put(copy);
      this.say(`What you typed on ${new Date(copy.at).toLocaleDateString("en-GB", { day: "numeric", month: "long" })} at ${time(copy.at)} is in the form again. It has not been posted.`);
      this.schedule(0);
    } else {
      this.say(`This browser has kept other words, of ${time(copy.at)}. The form shows what the portal has.`, [
        ["Use the words from this browser", () => { this.put(copy); this.typed(); this.say(""); }],
        ["Forget them", () => { write(this.name, null); this.say(""); }],
      ]);
    }
  }

  isQuoting() {
    return Boolean(this.form.elements.answers?.value);
  }

  put(words) {
    this.text.value = words.text;
    if (this.subject) this.subject.value = words.subject;
    this.text.dispatchEvent(new Event("put"));
  }

  keep(more = {}) {
    const key = this.form.elements.key.value;
    write(this.name, { ...this.words(), key, base: this.base, at: Date.now(), url: this.form.dataset.drafts, ...more });
  }

  typed() {
    this.keep();
    this.schedule(WAIT);
  }

  schedule(milliseconds) {
    this.pending = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  async save() {
    if (this.saving || this.isSent || this.conflict || !this.pending) return;
    clearTimeout(this.timer);
    const saved = this.words();
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...saved, place: this.form.dataset.place, based_on: this.base })) body.set(name, value);
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    this.saving = new AbortController();
    const answer = await fetch(this.form.dataset.drafts, { method: "POST", body, redirect: "manual", signal: this.saving.signal }).catch(() => null);
    this.saving = null;
    if (this.isSent) return;
    await this.heard(answer, saved);
  }

  async heard(answer, saved) {
    if (!answer) {
      this.report("There is no connection. Your words are kept in this browser.");
      this.schedule(RETRY);
    } else if (answer.type === "opaqueredirect" || answer.status === 403) {
      this.signedOut();
      this.schedule(RETRY);
    } else if (answer.status === 409) {
      this.conflicting(await answer.json());
    } else if (!answer.ok) {
      const said = answer.status === 422 ? (await answer.json()).error : "The portal cannot save your draft now.";
      this.report(`${said} Your words are kept in this browser.`);
    } else {
      this.base = (await answer.json()).saved_at;
      this.pending = !this.same(saved, this.words());
      this.keep();
      if (this.trouble) this.say("");
      this.trouble = false;
      this.state.textContent = `Draft saved at ${time(this.base)}.`;
      if (this.pending) this.schedule(WAIT);
    }
  }

  // Said once, not each time it is tried again.
  report(words, ...more) {
    this.state.textContent = "";
    if (this.trouble !== words) this.say(words, ...more);
    this.trouble = words;
  }

  signedOut() {
    const here = encodeURIComponent(window.location.pathname);
    this.report("You have been signed out. Your words are kept in this browser, and will be here when you have signed in again.", [
      ["Sign in", () => window.location.assign(`/accounts/login/?next=${here}`)],
    ]);
  }

  conflicting(theirs) {
    this.conflict = true;
    this.state.textContent = "";
    const go = (words) => { this.base = theirs.saved_at; this.conflict = false; words(); this.say(""); this.typed(); };
    const told = theirs.saved_at
      ? `You have written this in another window too: it was saved there at ${time(theirs.saved_at)}.`
      : "This has been posted or thrown away in another window.";
    const choices = [["Keep the words of this page", () => go(() => {})]];
    if (theirs.saved_at) choices.push(["Take the words of the other window", () => go(() => this.put(theirs))]);
    this.say(told, choices);
  }

  submitted(event) {
    const step = event.submitter?.value ?? "post";
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.report("There is no connection. Nothing has been posted. Your words are kept in this browser: try again later.");
      return;
    }
    if (step === "discard") {
      write(this.name, null);
      this.isSent = true;
      return;
    }
    this.isSent = step === "post";
    clearTimeout(this.timer);
    this.saving?.abort();
    this.keep({ sent: this.isSent });
    // Back in the browser shows this page as it was left.
    window.addEventListener("pageshow", () => { this.isSent = false; }, { once: true });
  }

  say(words, choices = []) {
    this.notice.replaceChildren();
    this.notice.className = words ? "composer__notice nhsuk-inset-text" : "composer__notice";
    if (!words) return;
    const told = document.createElement("p");
    told.textContent = words;
    this.notice.append(told);
    for (const [label, action] of choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "nhsuk-button nhsuk-button--secondary nhsuk-button--small";
      button.textContent = label;
      button.addEventListener("click", () => { action(); this.text.focus(); });
      this.notice.append(button, " ");
    }
  }
}
