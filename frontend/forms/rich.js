// An editor over a text area: a few formats by button or key, what is pasted comes without its own looks. The server
// keeps only what formats words, whatever is sent.
const COMMANDS = [
  ["bold", "B", null],
  ["italic", "I", null],
  ["formatBlock", "H", "h3"],
  ["insertUnorderedList", "•", null],
  ["insertOrderedList", "1.", null],
  ["formatBlock", "¶", "p"],
];

export function rich(area, words) {
  const box = document.createElement("div");
  const bar = document.createElement("div");
  const page = document.createElement("div");
  box.className = "richbox";
  bar.className = "row";
  bar.setAttribute("role", "toolbar");
  const label = area.labels?.[0];
  Object.assign(page, { className: "rich", contentEditable: "true", innerHTML: area.value });
  for (const [name, value] of Object.entries({ role: "textbox", "aria-multiline": "true" })) page.setAttribute(name, value);
  if (label) {
    label.id ||= `${area.id}-label`;
    page.setAttribute("aria-labelledby", label.id);
    bar.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => page.focus());
  }
  const keep = () => (area.value = page.textContent.trim() ? page.innerHTML : "");
  COMMANDS.forEach(([command, sign, value], place) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn ghost sm sq", textContent: sign, title: words[place] ?? sign });
    button.setAttribute("aria-label", words[place] ?? sign);
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      page.focus();
      document.execCommand(command, false, value);
      keep();
    });
    bar.append(button);
  });
  const described = area.getAttribute("aria-describedby");
  if (described) page.setAttribute("aria-describedby", described);
  if (area.getAttribute("aria-invalid")) page.setAttribute("aria-invalid", "true");
  page.addEventListener("input", keep);
  // Buttons of what the words under the caret have already are pressed.
  document.addEventListener("selectionchange", () => {
    if (!page.contains(document.getSelection()?.anchorNode)) return;
    const block = document.queryCommandValue("formatBlock");
    COMMANDS.forEach(([command, , value], place) => {
      const on = value ? block === value : document.queryCommandState(command);
      bar.children[place].setAttribute("aria-pressed", String(on));
    });
  });
  page.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  box.append(bar, page);
  area.hidden = true;
  area.after(box);
}
