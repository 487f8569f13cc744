// What a person chose, in cookies, so that the server paints the next page right at once.

const YEAR = 31_536_000;
let root;

function remember(name, value) {
  root.dataset[name] = value;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `hk_${name}=${value}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  show();
}

function show() {
  for (const group of document.querySelectorAll("[data-set]")) {
    const now = root.dataset[group.dataset.set];
    if (group.matches("input")) group.checked = now === "on";
    else for (const button of group.children) button.setAttribute("aria-pressed", String(button.value === now));
  }
}

export const preferences = {
  start(element) {
    root = element;
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-set] > button");
      if (button) remember(button.parentElement.dataset.set, button.value);
    });
    document.addEventListener("change", (event) => {
      const box = event.target.closest("input[data-set]");
      if (box) remember(box.dataset.set, box.checked ? "on" : "off");
    });
    show();
  },
  toggleSide() {
    remember("side", root.dataset.side === "rail" ? "wide" : "rail");
    return true;
  },
};
