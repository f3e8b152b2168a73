// Files of a post: chosen, pasted or dropped, sent at once, listed with what they show, and removed.
import { insert } from "./toolbar.js";

const NAMED = /(!?)\[((?:\\.|[^\]\\])*)\]\(attachment:([0-9a-f-]{36})\)/g;
const plain = (words) => words.replace(/\\(.)/g, "$1");
const escaped = (words) => words.replace(/[\\`*_[\]<&~]/g, "\\$&").replace(/\s+/g, " ").trim();

export class Files {
  constructor(form) {
    this.form = form;
    this.text = form.elements.text;
    this.list = form.querySelector("[data-list-of-files]");
    this.input = form.elements.file;
    this.input.addEventListener("change", () => {
      this.send(this.input.files);
      this.input.value = ""; // it is sent already, not again with the form
    });
    this.text.addEventListener("paste", (event) => this.take(event, event.clipboardData.files));
    this.text.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
    this.text.addEventListener("drop", (event) => this.take(event, event.dataTransfer.files));
    this.text.addEventListener("input", () => this.show());
    this.text.addEventListener("put", () => this.show());
    this.show();
  }

  take(event, files) {
    if (!files.length) return;
    event.preventDefault();
    this.send(files);
  }

  send(files) {
    for (const file of files) this.sendOne(file);
  }

  sendOne(file) {
    const row = document.createElement("li");
    row.setAttribute("role", "status");
    row.dataset.sending = "";
    row.textContent = `Sending ${file.name} …`;
    this.list.append(row);
    this.list.hidden = false;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    body.set("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", this.form.dataset.files);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      row.textContent = `Sending ${file.name}: ${Math.round((100 * loaded) / total)}%`;
    });
    request.addEventListener("load", () => this.arrived(request, file, row));
    request.addEventListener("error", () => this.failed(row, file, "There is no connection."));
    request.send(body);
  }

  arrived(request, file, row) {
    const said = request.response;
    if (request.status !== 201 || !said?.key) {
      this.failed(row, file, said?.error ?? "You may have been signed out, or may not add files now.");
      return;
    }
    row.remove();
    const at = this.text.selectionEnd;
    const before = at && this.text.value[at - 1] !== "\n" ? "\n\n" : "";
    insert(this.text, at, at, `${before}${said.markdown}\n`);
    this.show();
    const shown = this.list.querySelector(`[data-key="${said.key}"] input`);
    shown?.focus();
    shown?.select();
  }

  failed(row, file, why) {
    row.setAttribute("role", "alert");
    row.className = "nhsuk-error-message";
    row.textContent = `${file.name} was not added. ${why}`;
  }

  // What the text names is what the post will have: the list follows the text.
  named() {
    const lines = this.text.value.split("\n").filter((line) => !/^ {0,3}>/.test(line));
    return [...lines.join("\n").matchAll(NAMED)].map(([, picture, words, key]) => ({ picture: Boolean(picture), words: plain(words), key }));
  }

  show() {
    const named = this.named();
    const rows = new Map([...this.list.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row]));
    for (const [key, row] of rows) if (!named.some((file) => file.key === key)) row.remove();
    for (const file of named) if (!rows.has(file.key)) this.list.append(this.row(file));
    this.list.hidden = !this.list.children.length;
  }

  row({ key, words, picture }) {
    const row = document.createElement("li");
    row.dataset.key = key;
    row.className = "composer__file";
    const name = document.createElement("span");
    name.textContent = words;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "nhsuk-button nhsuk-button--secondary nhsuk-button--small";
    remove.textContent = "Remove";
    remove.setAttribute("aria-label", `Remove ${words}`);
    remove.addEventListener("click", () => this.remove(key));
    row.append(picture ? this.description(key, words) : name, remove);
    return row;
  }

  description(key, words) {
    const box = document.createElement("div");
    const label = document.createElement("label");
    label.className = "nhsuk-label";
    label.textContent = "What does the picture show? (for people who cannot see it)";
    const input = document.createElement("input");
    input.className = "nhsuk-input";
    input.maxLength = 300;
    input.value = words;
    input.id = `describes-${key}`;
    label.htmlFor = input.id;
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      this.replace(key, (mark) => `${mark}[${escaped(input.value)}](attachment:${key})`);
    });
    box.append(label, input);
    return box;
  }

  replace(key, make) {
    this.text.value = this.text.value.replace(NAMED, (whole, mark, words, found) => (found === key ? make(mark) : whole));
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  remove(key) {
    this.replace(key, () => "");
    this.show();
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    fetch(`/forum/attachments/${key}/remove/`, { method: "POST", body, redirect: "manual" }).catch(() => {});
    this.text.focus();
  }
}
