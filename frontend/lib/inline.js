// A value changed where it stands: [data-f=name] inside something with [data-cells="/customers/0/cell/-"] and a key.
import { say, store } from "./moving.js";

export class Inline {
  #root;
  #keyOf;
  #after;

  /** `keyOf(cell)` is the key of the cell's object; `after(cell)` is told when editing ended without going on. */
  constructor(root, { keyOf, after = () => {} }) {
    this.#root = root;
    this.#keyOf = keyOf;
    this.#after = after;
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("submit", (event) => {
      const form = event.target.closest("[data-cell]");
      if (!form) return;
      event.preventDefault();
      this.#save(form.closest("[data-f]"));
    });
  }

  #url(cell) {
    const shape = cell.closest("[data-cells]").dataset.cells;
    return shape.replace("/0/", `/${this.#keyOf(cell)}/`).replace(/-$/, cell.dataset.f);
  }

  /** Turn a cell into its control. */
  async open(cell) {
    if (!cell || cell.querySelector("[data-cell]")) return;
    const response = await fetch(this.#url(cell), { headers: { Accept: "application/json" } });
    if (!response.ok) {
      const json = response.headers.get("Content-Type")?.includes("json");
      say((json && (await response.json()).message) || this.#failed(cell), { level: "error" });
      return this.#after(cell);
    }
    this.#before.set(cell, [...cell.childNodes]);
    // Through a template: where a list is a form, a form that is parsed straight into a cell would be dropped.
    const made = document.createElement("template");
    made.innerHTML = await response.text();
    cell.replaceChildren(made.content);
    cell.classList.add("edit");
    const control = this.#control(cell);
    control.focus();
    control.select?.();
  }

  #before = new WeakMap();

  #control = (cell) => cell.querySelector("[data-cell] :is(input:not([type=hidden]), select, textarea)");

  #failed = (cell) => cell.closest("[data-cells]").dataset.failed;

  #key(event) {
    const cell = event.target.closest("[data-f]");
    if (!cell?.querySelector("[data-cell]") || event.isComposing) return;
    if (event.key === "Escape") this.#close(cell);
    else if (event.key === "Enter" && !event.target.matches("button, textarea")) this.#save(cell);
    else if (event.key === "Tab" && !event.target.matches("button")) this.#save(cell, event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #close(cell, nodes = this.#before.get(cell)) {
    cell.classList.remove("edit");
    cell.replaceChildren(...nodes);
    this.#after(cell);
  }

  async #save(cell, step = 0) {
    const form = cell.querySelector("[data-cell]");
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    try {
      const done = await store(this.#url(cell), new FormData(form));
      const shown = document.createElement("template");
      shown.innerHTML = done.markup;
      const pencils = this.#before.get(cell).filter((node) => node.matches?.("[data-pencil]"));
      this.#close(cell, [...shown.content.childNodes, ...pencils]);
      if (done.undo) say(done.text, { undo: done.undo });
      if (step) this.#next(cell, step);
    } catch (error) {
      delete form.dataset.busy;
      say(error.message || this.#failed(cell), { level: "error" });
      this.#control(cell).focus();
    }
  }

  #next(cell, step) {
    const cells = [...this.#root.querySelectorAll("[data-f]")];
    this.open(cells[cells.indexOf(cell) + step]);
  }
}
