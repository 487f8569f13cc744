// One rule for every shortcut: the physical key (event.code), never while composing or typing.

const EDITABLE = "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable]";

/** Whether the event may be a single-key shortcut. */
export function isFree(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (document.documentElement.dataset.keys === "off") return false;
  return !event.target.closest?.(EDITABLE) && !document.querySelector("dialog[open]");
}

/** "KeyJ" -> "J", "Digit3" -> "3", others as they are. */
export const keyOf = (event) => event.code.replace(/^(Key|Digit|Numpad)/, "");

/**
 * Listen for single keys: `keys` maps names ("J", "Shift+X") to functions; one that returns false lets the event go on.
 * Returns the function that ends it, for an element that leaves the page.
 */
export function onKeys(keys) {
  const listen = (event) => {
    if (!isFree(event)) return;
    const run = keys[(event.shiftKey ? "Shift+" : "") + keyOf(event)];
    if (run && run(event) !== false) event.preventDefault();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}
