// What scripts add to the form for a post: a toolbar, drafts that survive, files by paste and drop, and names after an @.
import { Draft, forgetWhatWasPosted } from "./drafts.js";
import { Files } from "./files.js";
import { suggestPeople } from "./mentions.js";
import { addToolbar } from "./toolbar.js";

const form = document.querySelector("[data-composer]");

if (form) {
  const text = form.elements.text;
  for (const part of form.querySelectorAll("[data-unscripted]")) part.remove();
  for (const part of form.querySelectorAll("[data-scripted]")) part.hidden = false;
  document.querySelector("[data-focus]")?.focus();
  addToolbar(text);
  suggestPeople(text, form.dataset.people);
  new Files(form);
  new Draft(form);
}
forgetWhatWasPosted();
