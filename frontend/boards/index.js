// <hk-boards>: tiles are dragged or moved by keys, and the page follows a new build of the warehouse by itself.
import { draggable } from "../lib/moving.js";

const EVERY = 60_000;
const PATIENCE = 60_000;
const FOCUS = "hk_board_focus";

class Boards extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    if (this.classList.contains("editing")) this.#arrange();
    else setTimeout(() => this.#late(), PATIENCE);
    if (!this.classList.contains("editing") && this.dataset.build) this.#timer = setInterval(() => this.#look(), EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #arrange() {
    draggable(this, {
      item: ".bd-tile",
      place: "hk-boards",
      drop: (tile, _board, under) => under !== tile && this.#drop(tile, under),
    });
    this.addEventListener("keydown", (event) => this.#key(event));
    this.#refocus();
  }

  // A tile dropped on a later one goes behind it, on an earlier one before it: it takes that one's place.
  #drop(tile, under) {
    const tiles = [...this.querySelectorAll(".bd-tile")];
    const forward = under && tiles.indexOf(tile) < tiles.indexOf(under);
    const before = forward ? tiles[tiles.indexOf(under) + 1] : under;
    this.#send(tile, { do: "place", before: before?.dataset.field ?? "" });
  }

  // On a tile itself: Shift and an arrow, + and −, Delete do what its buttons do.
  #key(event) {
    const tile = event.target;
    if (!tile.matches(".bd-tile") || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow") && !event.shiftKey) return;
    const key = event.key === "=" ? "+" : event.key;
    const button = tile.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!button) return;
    event.preventDefault();
    this.#send(tile, { do: button.value });
  }

  #send(tile, fields) {
    const form = tile.querySelector(".bd-tools");
    sessionStorage.setItem(FOCUS, fields.do === "remove" ? "" : tile.id);
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.append(input);
    }
    form.submit();
  }

  #refocus() {
    const id = sessionStorage.getItem(FOCUS);
    sessionStorage.removeItem(FOCUS);
    const tile = id && this.querySelector(`#${CSS.escape(id)}`);
    if (!tile) return;
    tile.focus();
    const tiles = [...this.querySelectorAll(".bd-tile")];
    const words = { place: tiles.indexOf(tile) + 1, count: tiles.length };
    const text = this.dataset.moved.replace(/\{(\w+)\}/g, (_all, key) => words[key]);
    document.dispatchEvent(new CustomEvent("hk:toast", { detail: { text } }));
  }

  // What has not come by now will not: the tile says so instead of waiting for ever.
  #late() {
    for (const bar of this.querySelectorAll(".bd-tile .sk")) bar.parentElement.textContent = this.dataset.late;
  }

  async #look() {
    if (document.hidden) return;
    const answer = await fetch(this.dataset.stand, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const { build } = await answer.json();
    if (build && String(build) !== this.dataset.build) location.reload();
  }
}

customElements.define("hk-boards", Boards);
