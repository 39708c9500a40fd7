// The tree without leaving the page: branches open in place, a node is carried to its new parent. Links and the
// "移动到…" form do the same without this file.
(function () {
  "use strict";

  const tree = document.querySelector("[data-org-tree]");
  if (!tree) return;
  const form = document.querySelector("[data-org-move]");
  const nodeOf = (target) => target.closest && target.closest(".org");

  // --- Opening and closing -------------------------------------------------------------------------------------------
  async function toggle(link) {
    const node = nodeOf(link);
    const branch = node.querySelector(":scope > .org-branch");
    const isOpen = link.getAttribute("aria-expanded") === "true";
    if (branch) {
      branch.hidden = isOpen;
    } else {
      link.setAttribute("aria-busy", "true");
      // The link keeps what the page was asked for: the day, what is dissolved.
      const address = new URL(link.href);
      address.searchParams.delete("open");
      address.searchParams.set("branch", node.dataset.pk);
      const response = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
      // A session that ended answers with the sign-in page: follow the link, which says so.
      if (!response.ok || response.redirected) return location.assign(link.href);
      node.insertAdjacentHTML("beforeend", await response.text());
      link.removeAttribute("aria-busy");
    }
    link.setAttribute("aria-expanded", String(!isOpen));
  }
  tree.addEventListener("click", (event) => {
    const link = event.target.closest("a.org-toggle");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    toggle(link).catch(() => location.assign(link.href));
  });
  tree.addEventListener("keydown", (event) => {
    const link = event.target.closest("a.org-toggle");
    if (!link || event.key !== " ") return;
    event.preventDefault();
    link.click();
  });

  // --- Carrying --------------------------------------------------------------------------------------------------------
  if (!form) return;
  let carried = null;
  let waiting = null;

  const mayTake = (node) =>
    carried && node && node !== carried && Number(node.dataset.tier) === Number(carried.dataset.tier) - 1 && node.dataset.pk !== carried.dataset.parent;
  const rowOf = (node) => node.querySelector(":scope > .org-row");
  function putDown() {
    clearTimeout(waiting);
    tree.classList.remove("carrying");
    tree.querySelectorAll(".may-take, .would-take").forEach((row) => row.classList.remove("may-take", "would-take"));
    carried = null;
  }
  tree.addEventListener("dragstart", (event) => {
    const node = nodeOf(event.target);
    if (!node || !node.dataset.move) return event.preventDefault();
    carried = node;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", node.dataset.name);
    // After this turn: a page that changes while the drag begins makes Chromium give the drag up.
    setTimeout(() => {
      if (!carried) return;
      tree.classList.add("carrying");
      tree.querySelectorAll(".org").forEach((each) => { if (mayTake(each)) rowOf(each).classList.add("may-take"); });
    });
  });
  tree.addEventListener("dragover", (event) => {
    const node = nodeOf(event.target);
    if (!mayTake(node)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
  });
  tree.addEventListener("dragenter", (event) => {
    if (!carried) return;
    const node = nodeOf(event.target);
    tree.querySelectorAll(".would-take").forEach((row) => row.classList.remove("would-take"));
    clearTimeout(waiting);
    if (mayTake(node)) rowOf(node).classList.add("would-take");
    else waiting = setTimeout(() => openUnder(node), 700);
  });
  // Resting over a closed node opens it, as long as what is carried could go somewhere below.
  function openUnder(node) {
    if (!carried || !node || Number(node.dataset.tier) >= Number(carried.dataset.tier) - 1) return;
    const link = rowOf(node).querySelector("a.org-toggle[aria-expanded=false]");
    if (!link) return;
    toggle(link).then(() => node.querySelectorAll(".org").forEach((each) => { if (mayTake(each)) rowOf(each).classList.add("may-take"); }));
  }
  tree.addEventListener("dragend", putDown);
  tree.addEventListener("drop", (event) => {
    const node = nodeOf(event.target);
    if (!mayTake(node)) return;
    event.preventDefault();
    ask(carried, node);
    putDown();
  });
  function ask(child, parent) {
    const counts = [["below", "下级", "个党组织"], ["members", "", "名党员"], ["quarters", "", "个小区"]]
      .filter(([name]) => Number(child.dataset[name]))
      .map(([name, before, after]) => `${before} ${child.dataset[name]} ${after}`.trim());
    const along = counts.length ? `连同${counts.join("、")}` : "（没有下级和党员）";
    const button = form.querySelector("button");
    form.action = child.dataset.move;
    form.elements.parent.value = parent.dataset.pk;
    button.dataset.confirm = `将把“${child.dataset.name}”${along}移到“${parent.dataset.name}”之下。此操作会留痕。`;
    button.click();
  }
})();
