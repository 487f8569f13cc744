// Widths of a list's columns, by dragging a grip at the edge of a head or by arrow keys on it; kept for the person.
// The table says where to (data-widths), heads say which column they are (data-col). Grips exist only with scripts.
import { say, store } from "../lib/moving.js";

const LEAST = 60;
const MOST = 900;
const STEP = 10;
const within = (width) => Math.round(Math.min(Math.max(width, LEAST), MOST));

export class Widths {
  #list;
  #drag = null;

  constructor(list) {
    this.#list = list;
    list.addEventListener("pointerdown", (event) => this.#start(event));
    list.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) list.addEventListener(name, () => this.#end());
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("dblclick", (event) => event.target.closest(".grip") && this.#reset());
    // A grip lies in the head's link: letting go of it must not sort.
    list.addEventListener("click", (event) => event.target.closest(".grip") && event.preventDefault(), true);
  }

  /** Give every head its grip; one of them can be reached by Tab, the others from it. */
  offer() {
    const table = this.#table;
    if (!table) return;
    for (const head of this.#heads) {
      if (head.querySelector(".grip")) continue;
      const grip = document.createElement("span");
      grip.className = "grip";
      grip.setAttribute("role", "separator");
      grip.setAttribute("aria-orientation", "vertical");
      grip.setAttribute("aria-label", `${table.dataset.widthLabel}: ${head.dataset.label}`);
      grip.setAttribute("aria-valuemin", LEAST);
      grip.setAttribute("aria-valuemax", MOST);
      grip.setAttribute("aria-valuenow", Math.round(head.offsetWidth));
      grip.tabIndex = head === this.#heads[0] ? 0 : -1;
      head.append(grip);
    }
  }

  get #table() {
    return this.#list.querySelector("table[data-widths]");
  }

  get #heads() {
    return [...this.#list.querySelectorAll("th[data-col]")];
  }

  /** From now on every column is as wide as it says. */
  #fix() {
    const table = this.#table;
    if (table.classList.contains("sized")) return;
    const heads = [...table.tHead.rows[0].cells];
    const group = document.createElement("colgroup");
    const wide = (head) => (head.dataset.col ? within(head.offsetWidth) : head.offsetWidth);
    for (const head of heads) group.append(Object.assign(document.createElement("col"), { width: wide(head) }));
    table.querySelector("colgroup")?.remove();
    table.prepend(group);
    table.classList.add("sized");
    this.#sum();
  }

  #sum() {
    const table = this.#table;
    table.setAttribute("width", [...table.querySelectorAll("col")].reduce((sum, col) => sum + Number(col.width), 0));
  }

  #set(head, width) {
    this.#fix();
    const wide = within(width);
    this.#table.querySelectorAll("col")[head.cellIndex].width = wide;
    head.querySelector(".grip").setAttribute("aria-valuenow", wide);
    this.#sum();
  }

  #start(event) {
    const grip = event.target.closest?.(".grip");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    grip.focus();
    const head = grip.closest("th");
    this.#drag = { head, from: event.clientX, width: head.offsetWidth, moved: false };
    grip.setPointerCapture(event.pointerId);
  }

  #move(event) {
    if (!this.#drag) return;
    const { head, from, width } = this.#drag;
    if (!this.#drag.moved && Math.abs(event.clientX - from) < 3) return;
    this.#drag.moved = true;
    this.#set(head, width + event.clientX - from);
  }

  #end() {
    const moved = this.#drag?.moved;
    this.#drag = null;
    if (moved) this.#keep();
  }

  #key(event) {
    const grip = event.target.closest?.(".grip");
    if (!grip) return;
    const head = grip.closest("th");
    const step = (event.shiftKey ? 5 : 1) * STEP;
    const done = {
      ArrowLeft: () => this.#change(head, head.offsetWidth - step),
      ArrowRight: () => this.#change(head, head.offsetWidth + step),
      Home: () => this.#change(head, LEAST),
      ArrowUp: () => this.#go(head, -1),
      ArrowDown: () => this.#go(head, 1),
      Backspace: () => this.#reset(),
    }[event.key];
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
    done();
  }

  #change(head, width) {
    this.#set(head, width);
    clearTimeout(this.later);
    this.later = setTimeout(() => this.#keep(), 500);
  }

  #go(head, step) {
    const next = this.#heads[this.#heads.indexOf(head) + step]?.querySelector(".grip");
    if (!next) return;
    head.querySelector(".grip").tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  /** An address that states columns goes on to tell what is seen. */
  #state(widths) {
    const address = new URL(location.href);
    if (!address.searchParams.get("cols")) return;
    const columns = this.#heads.map((head) => head.dataset.col);
    address.searchParams.set("cols", columns.map((name) => (widths[name] ? `${name}:${widths[name]}` : name)).join(","));
    history.replaceState(history.state, "", address);
  }

  async #keep(widths = Object.fromEntries(this.#heads.map((head) => [head.dataset.col, within(head.offsetWidth)]))) {
    this.#state(widths);
    try {
      await store(this.#table.dataset.widths, { widths: JSON.stringify(widths) });
    } catch (error) {
      say(error.message || this.#table.dataset.failed, { level: "bad" });
    }
  }

  async #reset() {
    await this.#keep({});
    const table = this.#table;
    table.classList.remove("sized");
    table.removeAttribute("width");
    table.querySelector("colgroup")?.remove();
    for (const head of this.#heads) head.querySelector(".grip").setAttribute("aria-valuenow", head.offsetWidth);
  }
}
