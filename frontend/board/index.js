// <hk-board>: cards move between columns by dragging, by Shift+arrows, or by the menu on the card.
import { draggable, say, store } from "../lib/moving.js";

class Board extends HTMLElement {
  connectedCallback() {
    draggable(this, { item: ".bcard", place: ".bcol", drop: (card, column) => this.#move(card, column) });
    this.addEventListener("change", (event) => {
      if (!event.target.matches("[data-to]")) return;
      const column = this.querySelector(`.bcol[data-value="${CSS.escape(event.target.value)}"]`);
      this.#move(event.target.closest(".bcard"), column);
    });
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  get #columns() {
    return [...this.querySelectorAll(".bcol")];
  }

  #key(event) {
    const card = event.target.closest(".bcard");
    if (!card || event.isComposing || event.target.matches("select")) return;
    const cards = [...card.closest(".bcol").querySelectorAll(".bcard")];
    const columns = this.#columns;
    const at = columns.indexOf(card.closest(".bcol"));
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step && event.shiftKey) this.#move(card, columns[at + step]);
    else if (step) columns[at + step]?.querySelector(".bcard a")?.focus();
    else if (down) cards[cards.indexOf(card) + down]?.querySelector("a")?.focus();
    else return;
    event.preventDefault();
  }

  async #move(card, column) {
    const from = card?.closest(".bcol");
    if (!column || column === from) return;
    const next = card.nextElementSibling;
    const list = from.querySelector(".bcards");
    this.#place(card, column);
    try {
      const url = this.dataset.move.replace("/0/", `/${card.dataset.pk}/`);
      const done = await store(url, { value: column.dataset.value, version: card.dataset.version });
      card.dataset.version = done.version;
      say(`${card.querySelector("a").textContent} → ${column.querySelector("h2").textContent}`, { undo: done.undo });
    } catch (error) {
      list.insertBefore(card, next);
      this.#count(column, -1);
      this.#count(from, 1);
      card.querySelector("[data-to]").value = from.dataset.value;
      say(error.message || this.dataset.failed, { level: "error" });
    }
  }

  #place(card, column) {
    const from = card.closest(".bcol");
    column.querySelector(".bcards").prepend(card);
    card.querySelector("[data-to]").value = column.dataset.value;
    card.querySelector("a").focus();
    this.#count(from, -1);
    this.#count(column, 1);
  }

  #count(column, step) {
    const count = column.querySelector("[data-count]");
    count.textContent = String(Number(count.textContent) + step);
  }
}

customElements.define("hk-board", Board);
