// <hk-pivot>: fields are dragged between their places; the same by keys on a field. Every move is an address.
import { draggable } from "../lib/moving.js";

const LISTS = ["rows", "columns", "values"];

class Pivot extends HTMLElement {
  connectedCallback() {
    draggable(this, {
      item: "[data-field]",
      place: "[data-zone]",
      drop: (field, zone, before) => this.#drop(field, zone, before),
    });
    this.addEventListener("keydown", (event) => this.#key(event));
    if (matchMedia("(max-width: 1023px)").matches) this.querySelector(".pv-fields").open = false;
    this.#refocus();
  }

  #drop(field, zone, before) {
    const from = field.closest("[data-zone]")?.dataset.zone;
    const { field: name, kind } = field.dataset;
    const to = zone.dataset.zone;
    if ((kind === "measure") !== (to === "values")) return;
    if (to === "filters") {
      if (from !== "filters") this.#visit(`/pivot/filter?${this.#address()}&field=${encodeURIComponent(name)}`);
      return;
    }
    const places = this.#places();
    for (const list of LISTS) places[list] = places[list].filter((other) => other !== name);
    const at = before?.dataset.field;
    const index = at && at !== name ? places[to].indexOf(at) : -1;
    places[to].splice(index < 0 ? places[to].length : index, 0, name);
    this.#go(places, name);
  }

  #places() {
    const found = {};
    for (const list of LISTS) {
      const chips = this.querySelectorAll(`[data-zone="${list}"] .pv-chip`);
      found[list] = [...chips].map((chip) => chip.dataset.field);
    }
    return found;
  }

  #address() {
    const address = new URLSearchParams(this.dataset.query);
    for (const [list, names] of Object.entries(this.#places())) address.set(list, names.join(","));
    return address;
  }

  #go(places, name) {
    const address = new URLSearchParams(this.dataset.query);
    for (const [list, names] of Object.entries(places)) {
      const words = names.map((word) => word.replace(/:value$/, "")).join(",");
      if (words) address.set(list, words);
      else address.delete(list);
    }
    address.delete("closed");
    address.delete("sort");
    this.#visit(`/pivot?${address}`, name);
  }

  #visit(url, name = "") {
    sessionStorage.setItem("hk_pivot_focus", name);
    location.assign(url);
  }

  // Shift and an arrow, Delete or F on a field does what the entry of its menu with this key does.
  #key(event) {
    const chip = event.target.closest(".pv-chip");
    if (!chip || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow") && !event.shiftKey) return;
    const key = event.code === "KeyF" ? "F" : event.key;
    const link = chip.querySelector(`a[data-key="${CSS.escape(key)}"]`);
    if (!link) return;
    event.preventDefault();
    this.#visit(link.href, key === "Delete" ? "" : chip.dataset.field);
  }

  // After the page has followed a move the field that moved has the focus again, and its place is said.
  #refocus() {
    const name = sessionStorage.getItem("hk_pivot_focus");
    sessionStorage.removeItem("hk_pivot_focus");
    const chip = name && this.querySelector(`.pv-chip[data-field="${CSS.escape(name)}"]`);
    if (!chip) return;
    const summary = chip.querySelector("summary");
    summary.focus();
    const place = chip.closest("[data-zone]").querySelector("h2").textContent;
    const words = { field: chip.querySelector("b").textContent, place };
    const text = this.dataset.moved.replace(/\{(\w+)\}/g, (_all, key) => words[key]);
    document.dispatchEvent(new CustomEvent("hk:toast", { detail: { text } }));
  }
}

customElements.define("hk-pivot", Pivot);
