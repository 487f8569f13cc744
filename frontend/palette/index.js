// <hk-palette data-suggest="/search/suggest" data-page="/search/">: search from anywhere.
// The server answers GET suggest?q=…&kind=…&recent=…&here=… with a fragment of [role=option] links in groups, and the
// kinds that Tab narrows to. An option with data-press presses what is on the page; without it there, its link is followed.
import { recent } from "../lib/recent.js";

const PAUSE = 120;

class Palette extends HTMLElement {
  #asked = 0;
  #timer;
  #kind = "";

  connectedCallback() {
    if (!this.firstChild) this.#build();
    this.open();
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.input.select();
    this.#kind = "";
    this.#ask();
  }

  #build() {
    const id = "hk-palette-list";
    this.dialog = Object.assign(document.createElement("dialog"), { className: "palette" });
    this.dialog.setAttribute("aria-label", this.dataset.label);
    this.input = document.createElement("input");
    const attributes = {
      type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": id, "aria-autocomplete": "list",
      "aria-label": this.dataset.label, placeholder: this.dataset.label, autocomplete: "off", spellcheck: "false",
    };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.list = Object.assign(document.createElement("div"), { id, className: "pop" });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.dataset.label);
    const line = Object.assign(document.createElement("div"), { className: "q" });
    line.append(this.input);
    this.kinds = Object.assign(document.createElement("div"), { className: "foot" });
    this.kinds.addEventListener("click", (event) => this.#narrow(event.target.closest("button")));
    this.dialog.append(line, this.list, this.kinds);
    this.append(this.dialog);
    this.input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), PAUSE);
    });
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[data-press]");
      if (option && this.#press(option)) event.preventDefault();
    });
    this.list.addEventListener("pointermove", (event) => this.#choose(event.target.closest("[role=option]")));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  async #ask() {
    const order = ++this.#asked;
    const words = { q: this.input.value.trim(), kind: this.#kind, recent: recent.list().join(","), here: recent.here() };
    try {
      const answer = await fetch(`${this.dataset.suggest}?${new URLSearchParams(words)}`, { headers: { "HX-Request": "true" } });
      if (order !== this.#asked || !answer.ok) return; // a later question has overtaken this one
      // The server's own template, parsed apart: scripts in it would not run, and the content policy forbids them.
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.kinds.replaceChildren(...(parsed.querySelector("[data-kinds]")?.childNodes ?? []));
      parsed.querySelector("[data-kinds]")?.remove();
      this.list.replaceChildren(...parsed.body.childNodes);
      this.list.querySelectorAll("[role=option]").forEach((option, i) => (option.id ||= `hk-option-${i}`));
      this.#choose(this.list.querySelector("[role=option]"));
    } catch {
      // Offline: the Enter key still leads to the search page, which will say so.
    }
  }

  #choose(option) {
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  /** Do what the page's own button does; false when it is not there, as on a page of another shape. */
  #press(option) {
    const button = document.querySelector(option.dataset.press);
    if (!button) return false;
    this.dialog.close();
    button.click();
    return true;
  }

  #narrow(button) {
    if (!button) return;
    this.#kind = button.value;
    this.input.focus();
    this.#ask();
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Tab") {
      const kinds = [...this.kinds.children];
      const now = kinds.findIndex((kind) => kind.value === this.#kind);
      this.#narrow(kinds[(now + (event.shiftKey ? -1 : 1) + kinds.length) % kinds.length]);
      return event.preventDefault();
    }
    const options = [...this.list.querySelectorAll("[role=option]")];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      const next = options[(at + step + options.length) % options.length];
      this.#choose(next);
      next.scrollIntoView({ block: "nearest" });
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (options[at]?.dataset.press && this.#press(options[at])) return;
      const url = options[at]?.href || `${this.dataset.page}?q=${encodeURIComponent(this.input.value.trim())}`;
      if (event.ctrlKey || event.metaKey) window.open(url, "_blank", "noopener");
      else location.assign(url);
    }
  }
}

customElements.define("hk-palette", Palette);
