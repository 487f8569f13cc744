// <hk-mention src="…/people"> around a textarea: after "@" it offers people by name or sound. Those who may not see the
// record are shown with the reason and cannot be taken; the server decides again when the text arrives.

const PAUSE = 120;
const TYPED = /@([^\s@]{0,20})$/u;
let count = 0;

class Mention extends HTMLElement {
  #asked = 0;

  connectedCallback() {
    if (this.list) return;
    this.field = this.querySelector("textarea");
    this.list = Object.assign(document.createElement("div"), { className: "pop people", id: `hk-people-${++count}`, hidden: true });
    this.list.setAttribute("role", "listbox");
    this.append(this.list);
    for (const [name, value] of Object.entries({ "aria-controls": this.list.id, "aria-autocomplete": "list" })) {
      this.field.setAttribute(name, value);
    }
    this.field.addEventListener("input", (event) => event.isComposing || this.#soon());
    this.field.addEventListener("compositionend", () => this.#soon());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("blur", () => this.#close());
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps the focus
      this.#take(event.target.closest("[role=option]"));
    });
  }

  #typed() {
    return TYPED.exec(this.field.value.slice(0, this.field.selectionStart));
  }

  #soon() {
    clearTimeout(this.timer);
    if (!this.#typed()) return this.#close();
    this.timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const typed = this.#typed();
    if (!typed) return this.#close();
    const order = ++this.#asked;
    const url = `${this.getAttribute("src")}?q=${encodeURIComponent(typed[1])}`;
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (order !== this.#asked || !answer?.ok) return;
    this.#show((await answer.json()).people);
  }

  #show(people) {
    this.list.replaceChildren(...people.map((person, i) => this.#option(person, i)));
    this.list.hidden = !people.length;
    this.#choose(this.list.querySelector("[role=option]:not([aria-disabled])"));
  }

  #option(person, i) {
    const option = Object.assign(document.createElement("div"), { className: "it", id: `${this.list.id}-${i}` });
    option.setAttribute("role", "option");
    option.dataset.word = person.word;
    const name = Object.assign(document.createElement("span"), { textContent: person.name });
    const about = Object.assign(document.createElement("span"), { className: "sub", textContent: person.reason || person.about });
    if (person.reason) option.setAttribute("aria-disabled", "true");
    option.append(name, about);
    return option;
  }

  #choose(option) {
    this.list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    if (!option) return this.field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  #take(option) {
    const typed = this.#typed();
    if (!option || option.hasAttribute("aria-disabled") || !typed) return;
    const end = this.field.selectionStart;
    this.field.setRangeText(`@${option.dataset.word} `, end - typed[0].length, end, "end");
    this.#close();
  }

  #close() {
    clearTimeout(this.timer);
    this.#asked++;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.field.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (this.list.hidden || event.isComposing || event.keyCode === 229) return;
    const options = [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) this.#choose(options[(at + step + options.length) % options.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && options[at] && !event.ctrlKey && !event.metaKey) this.#take(options[at]);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("hk-mention", Mention);
