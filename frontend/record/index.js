// Facts of a record page: a click on the pencil beside one turns it into its control.
import { Inline } from "../lib/inline.js";

const facts = document.querySelector("[data-cells]");
if (facts) {
  const inline = new Inline(facts, {
    keyOf: () => facts.dataset.pk,
    after: (cell) => cell.querySelector("[data-pencil]")?.focus(),
  });
  facts.addEventListener("click", (event) => {
    const pencil = event.target.closest("[data-pencil]");
    if (pencil) inline.open(pencil.closest("[data-f]"));
  });
}
