// Records that this person opened lately, as "customers/5": kept by this browser, no names, one list for each person.

const MOST = 8;
const person = () => document.querySelector("[data-person]")?.dataset.person ?? "";
const place = () => `hk_recent_${person()}`;

export const recent = {
  list() {
    try {
      const known = JSON.parse(localStorage.getItem(place()) ?? "[]");
      return Array.isArray(known) ? known.filter((each) => typeof each === "string") : [];
    } catch {
      return []; // no storage, or not ours
    }
  },

  /** The record that the page shows, "" on every other page. */
  here() {
    const found = document.querySelector("[data-record]") && location.pathname.match(/^\/([-a-z0-9_]+)\/(\d+)$/);
    return found ? `${found[1]}/${found[2]}` : "";
  },

  note() {
    const here = this.here();
    if (!here || !person()) return;
    try {
      localStorage.setItem(place(), JSON.stringify([here, ...this.list().filter((each) => each !== here)].slice(0, MOST)));
    } catch {
      // A browser that keeps nothing just has no list.
    }
  },
};
