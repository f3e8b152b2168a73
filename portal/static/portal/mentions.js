// Names after an @: people who read this list are offered, chosen by keyboard or pointer.
import { insert } from "./toolbar.js";

const ASKED = /(?:^|[\s(])@([^\s@[\]()][^@[\]()\n]{0,40})$/;
const WAIT = 250;

export function suggestPeople(text, url) {
  const box = document.createElement("ul");
  box.id = "people-suggested";
  box.className = "composer__people";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "People on this list");
  box.hidden = true;
  const told = document.createElement("p");
  told.className = "nhsuk-u-visually-hidden";
  told.setAttribute("role", "status");
  text.after(box, told);
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", box.id);
  let timer;
  let asked = 0;
  let chosen = -1;

  const close = () => {
    box.hidden = true;
    box.replaceChildren();
    chosen = -1;
    text.removeAttribute("aria-activedescendant");
  };

  const mark = (number) => {
    chosen = (number + box.children.length) % box.children.length;
    [...box.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    text.setAttribute("aria-activedescendant", box.children[chosen].id);
  };

  const take = (person) => {
    const end = text.selectionStart;
    const start = text.value.lastIndexOf("@", end - 1);
    insert(text, start, end, `[@${person.name.replace(/[\\`*_[\]<&~]/g, "\\$&")}](person:${person.id}) `);
    close();
  };

  const show = (people) => {
    close();
    box.append(...people.map((person, number) => {
      const option = document.createElement("li");
      option.id = `person-suggested-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = person.name;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(person); });
      option.person = person;
      return option;
    }));
    box.hidden = !people.length;
    if (people.length) {
      mark(0);
      told.textContent = `${people.length} ${people.length === 1 ? "person" : "people"} found. Up and down to choose, Enter to name.`;
    }
  };

  text.addEventListener("input", () => {
    clearTimeout(timer);
    const found = ASKED.exec(text.value.slice(0, text.selectionStart));
    if (!found) { close(); return; }
    timer = setTimeout(async () => {
      asked += 1;
      const mine = asked;
      const answer = await fetch(`${url}?q=${encodeURIComponent(found[1])}`, { redirect: "manual" }).catch(() => null);
      if (mine === asked && answer?.ok) show((await answer.json()).people);
    }, WAIT);
  });
  text.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    const does = {
      ArrowDown: () => mark(chosen + 1),
      ArrowUp: () => mark(chosen - 1),
      Enter: () => take(box.children[chosen].person),
      Tab: () => take(box.children[chosen].person),
      Escape: close,
    }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
  text.addEventListener("blur", close);
}
