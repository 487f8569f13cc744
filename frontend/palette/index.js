// <hk-palette data-suggest="/search/suggest" data-page="/search/">: search from anywhere.
// The server answers GET suggest?q=… with a fragment of [role=option] links, perhaps under .hd heads.

const PAUSE = 120;

class Palette extends HTMLElement {
  #asked = 0;
  #timer;

  connectedCallback() {
    if (!this.firstChild) this.#build();
    this.open();
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.input.select();
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
    this.dialog.append(line, this.list);
    this.append(this.dialog);
    this.input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), PAUSE);
    });
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("pointermove", (event) => this.#choose(event.target.closest("[role=option]")));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  async #ask() {
    const order = ++this.#asked;
    const url = `${this.dataset.suggest}?q=${encodeURIComponent(this.input.value.trim())}`;
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" } });
      if (order !== this.#asked || !answer.ok) return; // a later question has overtaken this one
      // The server's own template, parsed apart: scripts in it would not run, and the content policy forbids them.
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
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

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
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
      const url = options[at]?.href ?? `${this.dataset.page}?q=${encodeURIComponent(this.input.value.trim())}`;
      if (event.ctrlKey || event.metaKey) window.open(url, "_blank", "noopener");
      else location.assign(url);
    }
  }
}

customElements.define("hk-palette", Palette);
