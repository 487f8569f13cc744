// Forms of records: fields that exist only beside certain values, references found while typing, and new objects
// made in a dialog without leaving the form. The server judges all of it again.
import { say } from "../lib/moving.js";
import { rich } from "./rich.js";

function conditional(root) {
  for (const field of root.querySelectorAll("[data-when]")) {
    const other = root.querySelector(`[name="${CSS.escape(field.dataset.when)}"]`);
    if (!other) continue;
    const show = () => (field.hidden = !field.dataset.values.split(" ").includes(other.value));
    other.addEventListener("change", show);
    show();
  }
}

class Reference {
  #input;
  #list;
  #asked = 0;
  #timer;

  constructor(input, words) {
    this.#input = input;
    this.words = words;
    const list = (this.#list = document.createElement("div"));
    Object.assign(list, { className: "pop suggest", id: `${input.id}-list`, hidden: true });
    list.setAttribute("role", "listbox");
    input.after(list);
    input.parentElement.classList.add("has-suggest");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.#later());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#take(event.target.closest("[role=option]"));
    });
    if (input.dataset.new) this.#offerNew();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), 150);
  }

  async #ask() {
    const asked = ++this.#asked;
    const q = this.#input.value.trim();
    if (!q) return this.#close();
    const response = await fetch(`${this.#input.dataset.suggest}?${new URLSearchParams({ q })}`, { headers: { Accept: "application/json" } });
    if (!response.ok || asked !== this.#asked) return;
    const { choices } = await response.json();
    this.#list.replaceChildren(...choices.map((one, n) => this.#option(one, n)));
    if (!choices.length) this.#list.append(Object.assign(document.createElement("p"), { className: "hd", textContent: this.words.none }));
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
  }

  #option({ word, title }, number) {
    const option = Object.assign(document.createElement("div"), { className: "it", id: `${this.#list.id}-${number}` });
    option.setAttribute("role", "option");
    option.dataset.word = word;
    option.append(Object.assign(document.createElement("span"), { textContent: title }));
    if (word !== title) option.append(Object.assign(document.createElement("span"), { className: "sub", textContent: word }));
    return option;
  }

  #key(event) {
    if (event.isComposing || this.#list.hidden) return;
    const options = [...this.#list.querySelectorAll("[role=option]")];
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) this.#mark(options, (at + step + options.length) % options.length);
    else if (event.key === "Enter" && at >= 0) this.#take(options[at]);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #mark(options, at) {
    for (const [n, one] of options.entries()) one.setAttribute("aria-selected", String(n === at));
    options[at].scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", options[at].id);
  }

  #take(option) {
    if (!option) return;
    this.set(option.dataset.word, option.firstChild.textContent);
    this.#close();
  }

  /** Enter an object: its word in the control, its name beside it. */
  set(word, title) {
    this.#input.value = word;
    this.#named ??= this.#list.parentElement.appendChild(Object.assign(document.createElement("p"), { className: "help" }));
    this.#named.textContent = title;
    this.#input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #named;

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }

  #offerNew() {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn sm", textContent: this.words.create });
    this.#list.after(button);
    button.addEventListener("click", () => quick(this.#input.dataset.new, this.words).then((made) => made && this.set(made.word, made.title)));
  }
}

/** A short form in a dialog; resolves to the new object, or to nothing when it was closed. */
async function quick(url, words) {
  const dialog = document.createElement("dialog");
  document.body.append(dialog);
  const ask = (options) => fetch(url, { ...options, headers: { "HX-Request": "true" } });
  const show = async (response) => {
    if (!response.ok) throw new Error(words.failed);
    dialog.innerHTML = await response.text();
    start(dialog, words);
  };
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(null);
    });
    dialog.addEventListener("click", (event) => event.target.closest("[data-close]") && dialog.close());
    dialog.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const response = await ask({ method: "POST", body: new FormData(event.target) });
        if (!response.headers.get("Content-Type")?.includes("json")) return await show(response);
        resolve(await response.json());
        dialog.close();
      } catch (error) {
        say(error.message || words.failed, { level: "error" });
      }
    });
    ask()
      .then(show)
      .then(() => dialog.showModal())
      .catch((error) => {
        say(error.message || words.failed, { level: "error" });
        dialog.close();
        dialog.remove();
      });
  });
}

function start(root, words) {
  conditional(root);
  for (const input of root.querySelectorAll("input[data-suggest]")) new Reference(input, words);
  for (const area of root.querySelectorAll("textarea[data-rich]")) rich(area, words.rich ?? []);
}

for (const form of document.querySelectorAll("[data-record-form]")) {
  start(form, { create: form.dataset.newLabel, failed: form.dataset.failed, none: form.dataset.none, rich: form.dataset.richWords.split("|") });
}
