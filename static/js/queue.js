// The work queue by keyboard: j and k move, Enter opens, a accepts, d goes to the dispatch of the row in focus.
document.addEventListener("keydown", (event) => {
  const table = document.querySelector("[data-queue]");
  const typing = event.target.closest("input, textarea, select, dialog");
  if (!table || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...table.querySelectorAll(".gv-row")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[at];
  const acts = {
    j: () => rows[Math.min(at + 1, rows.length - 1)]?.focus(),
    k: () => rows[Math.max(at - 1, 0)]?.focus(),
    Enter: () => row === document.activeElement && row.querySelector("[data-open]")?.click(),
    a: () => row?.querySelector("[data-accept]")?.click(),
    d: () => row?.querySelector("[data-dispatch]")?.click(),
  };
  if (!acts[event.key]) return;
  if (event.key !== "Enter") event.preventDefault();
  acts[event.key]();
});
