// Changing one value of a record in place, with a toast that takes it back.

/** POST `fields` to the address of a value; the answer is {version, markup, text, undo}, or a sentence is thrown. */
export async function store(url, fields) {
  const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
  const response = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": token, Accept: "application/json" },
  });
  if (response.ok) return response.json();
  let words = "";
  if (response.headers.get("Content-Type")?.includes("json")) words = (await response.json()).message ?? "";
  throw new Error(words);
}

/** Say that it was stored, or why not. */
export function say(text, { level = "", undo = "" } = {}) {
  document.dispatchEvent(new CustomEvent("hk:toast", { detail: { text, level, undo } }));
}

/**
 * Let the children of `root` that match `item` be dragged to elements that match `place`; `drop(item, place, under)` is
 * called once on the way, `under` being the item under the pointer. Dragging is never the only way: the caller offers a menu or keys too.
 */
export function draggable(root, { item, place, drop }) {
  let dragged = null;
  root.addEventListener("dragstart", (event) => {
    dragged = event.target.closest(item);
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.pk ?? dragged.dataset.field);
    dragged.classList.add("dragging");
  });
  root.addEventListener("dragend", () => {
    dragged?.classList.remove("dragging");
    for (const over of root.querySelectorAll(".over")) over.classList.remove("over");
    dragged = null;
  });
  root.addEventListener("dragover", (event) => {
    const here = event.target.closest(place);
    if (!here || !dragged) return;
    event.preventDefault();
    for (const over of root.querySelectorAll(".over")) if (over !== here) over.classList.remove("over");
    here.classList.add("over");
  });
  root.addEventListener("drop", (event) => {
    const here = event.target.closest(place);
    if (!here || !dragged) return;
    event.preventDefault();
    drop(dragged, here, event.target.closest(item));
  });
}
