// <hk-list>: keys and selection over a server-rendered table.
// Rows are tbody tr with a link a[data-row-link]; boxes are input[name=ids]; the bar of actions is .selbar[hidden]
// with data-count inside; the head's box is input[data-all].
import { Inline } from "../lib/inline.js";
import { onKeys } from "../lib/keys.js";
import { Widths } from "./widths.js";

class List extends HTMLElement {
  #anchor = null;
  #view = 0;
  #endKeys;
  #inline = new Inline(this, {
    keyOf: (cell) => cell.closest("tr").dataset.pk,
    after: (cell) => cell.closest("tr").querySelector("a[data-row-link]").focus({ preventScroll: true }),
  });
  #pencil;
  #widths = new Widths(this);

  constructor() {
    super();
    this.addEventListener("change", (event) => this.#changed(event));
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("pointerover", (event) => this.#point(event));
    this.addEventListener("dblclick", (event) => this.#inline.open(event.target.closest("td[data-f]")));
    // Rows that htmx swapped in bring their own boxes.
    this.addEventListener("htmx:after:swap", () => this.#arrived());
  }

  connectedCallback() {
    this.#endKeys = onKeys({
      J: () => this.#move(1),
      K: () => this.#move(-1),
      ArrowDown: () => (this.#current ? this.#move(1) : false),
      ArrowUp: () => (this.#current ? this.#move(-1) : false),
      Enter: (event) => (event.target.closest("a, button, summary") ? false : this.#press("a[data-row-link]")),
      X: () => this.#toggle(),
      "Shift+X": () => this.#toggle(true),
      Space: (event) => (event.target.closest("a, button, summary, input") ? false : this.#press("[data-preview]")),
      E: () => this.#edit(),
      F: () => this.#focus("[data-filter]"),
      V: () => (this.#view = Date.now()),
      Escape: () => this.#clear(),
      BracketLeft: () => this.#press("a[rel=prev]", this),
      BracketRight: () => this.#press("a[rel=next]", this),
      ...Object.fromEntries([..."123456789"].map((n) => [n, () => this.#openView(Number(n))])),
    });
    this.#arrived();
  }

  #arrived() {
    this.#count();
    this.#widths.offer();
  }

  disconnectedCallback() {
    this.#endKeys?.();
  }

  get #rows() {
    return [...this.querySelectorAll("tbody tr:not(.lane)")];
  }

  get #current() {
    return this.querySelector("tbody tr.cur");
  }

  #boxes() {
    return [...this.querySelectorAll("input[name=ids]")];
  }

  #move(step) {
    const rows = this.#rows;
    const at = rows.indexOf(this.#current);
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (!next) return false;
    this.#current?.classList.remove("cur");
    next.classList.add("cur");
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("a[data-row-link]")?.focus({ preventScroll: true });
  }

  #edit() {
    const cell = this.#current?.querySelector("td[data-f]");
    if (!cell) return false;
    this.#inline.open(cell);
  }

  /** One pencil follows the pointer from cell to cell; with the keyboard, E and Tab do the same. */
  #point(event) {
    const cell = event.target.closest("td[data-f]");
    const words = this.querySelector("[data-pencil-label]")?.dataset.pencilLabel;
    if (!words || cell === this.#pencil?.parentElement) return;
    this.#pencil?.remove();
    if (!cell || cell.querySelector("[data-cell]")) return;
    if (!this.#pencil) {
      this.#pencil = Object.assign(document.createElement("button"), { type: "button", className: "pencil", tabIndex: -1 });
      this.#pencil.innerHTML = this.querySelector("template[data-pencil-icon]").innerHTML;
    }
    this.#pencil.setAttribute("aria-label", `${words}: ${cell.dataset.label}`);
    cell.append(this.#pencil);
  }

  #press(selector, within = this.#current) {
    const found = within?.querySelector(selector);
    if (!found) return false;
    found.click();
  }

  #focus(selector) {
    const found = document.querySelector(selector);
    if (!found) return false;
    found.focus();
    if (found.matches("summary, button")) found.click();
  }

  #toggle(range = false) {
    const box = this.#current?.querySelector("input[name=ids]");
    if (!box) return false;
    this.#set(box, !box.checked || range, range);
  }

  #set(box, checked, range) {
    const boxes = this.#boxes();
    const [from, to] = [boxes.indexOf(range && this.#anchor ? this.#anchor : box), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const one of boxes.slice(from, to + 1)) one.checked = checked;
    this.#anchor = box;
    this.#count();
  }

  #clicked(event) {
    if (event.target.closest(".pencil")) {
      const cell = this.#pencil.parentElement;
      this.#pencil.remove();
      this.#inline.open(cell);
    }
    const box = event.target.closest("input[name=ids]");
    if (box) this.#set(box, box.checked, event.shiftKey);
    if (event.target.closest("[data-clear]")) this.#clear();
  }

  #changed(event) {
    if (!event.target.matches("[data-all]")) return;
    for (const box of this.#boxes()) box.checked = event.target.checked;
    this.#count();
  }

  #clear() {
    const any = this.#boxes().some((box) => box.checked);
    for (const box of this.#boxes()) box.checked = false;
    this.#count();
    return any;
  }

  #openView(number) {
    if (Date.now() - this.#view > 1200) return false;
    const tab = document.querySelectorAll(".tabs > a")[number - 1];
    if (!tab) return false;
    tab.click();
  }

  #count() {
    const boxes = this.#boxes();
    const chosen = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
    const all = this.querySelector("[data-all]");
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === boxes.length;
      all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
    const bar = this.querySelector(".selbar");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    const fitting = bar.querySelector("[data-all-fitting]");
    if (fitting && chosen.length < boxes.length) fitting.checked = false;
    for (const count of bar.querySelectorAll("[data-count]")) count.textContent = String(chosen.length);
  }
}

customElements.define("hk-list", List);
