// <hk-calendar>: entries move to another day by dragging, or by Shift+arrows; arrows walk through the days.
import { draggable, say, store } from "../lib/moving.js";

class Calendar extends HTMLElement {
  connectedCallback() {
    draggable(this, { item: ".ce", place: "[data-day]", drop: (entry, day) => this.#move(entry, day) });
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const entry = event.target.closest(".ce");
    if (!entry || event.isComposing) return;
    const days = [...this.querySelectorAll("[data-day]")];
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (!step) return;
    const to = days[days.indexOf(entry.closest("[data-day]")) + step];
    if (event.shiftKey) this.#move(entry, to);
    else to?.querySelector("a")?.focus();
    event.preventDefault();
  }

  async #move(entry, day) {
    const from = entry.closest("[data-day]");
    if (!day || day === from) return;
    const [list, next] = [entry.parentElement, entry.nextElementSibling];
    day.querySelector("ul").append(entry);
    entry.querySelector("a").focus();
    try {
      const url = this.dataset.move.replace("/0/", `/${entry.dataset.pk}/`);
      const done = await store(url, { day: day.dataset.day, version: entry.dataset.version });
      entry.dataset.version = done.version;
      say(`${entry.querySelector("a").title} → ${day.dataset.day}`, { undo: done.undo });
    } catch (error) {
      list.insertBefore(entry, next);
      say(error.message || this.dataset.failed, { level: "error" });
    }
  }
}

customElements.define("hk-calendar", Calendar);
