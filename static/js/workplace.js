// Names that Unfold's and Django's own scripts leave out or say in English, for whoever listens to the page.
addEventListener("load", () => setTimeout(() => {
  "use strict";
  document.querySelectorAll("select.select2-hidden-accessible").forEach((select) => {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const place = select.nextElementSibling;
    if (!label || !place) return;
    label.id = label.id || `${select.id}-label`;
    place.querySelectorAll("[role=combobox], [role=textbox]").forEach((box) => {
      box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby") || ""}`.trim());
    });
  });
  document.querySelectorAll('[aria-label="scrollable content"]').forEach((area, index) => {
    area.setAttribute("aria-label", index ? `可滚动的内容 ${index + 1}` : "可滚动的内容");
  });
}));

// Unfold's script writes the name of a chosen file into a text field beside it, which only its own file fields have.
addEventListener("load", () => document.querySelectorAll(".gv input[type=file]").forEach((input) => { input.hasChangeListener = true; }));
