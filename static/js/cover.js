// 遮盖: boxes drawn on a photo, and letters chosen in the text. Without this file the same is typed into the form.
(function () {
  "use strict";

  const LEAST = 1; // percent of a side: less is a click that was meant for nothing
  const button = (words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button secondary small";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  };
  const lines = (area) => area.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const write = (area, kept) => {
    area.value = kept.join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // --- A photo ---------------------------------------------------------------------------------------------------
  function draw(svg, area) {
    const high = svg.viewBox.baseVal.height;
    const rect = (x, y, width, height) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      Object.entries({ x, y, width, height, fill: "black", "fill-opacity": 0.75 })
        .forEach(([name, value]) => made.setAttribute(name, value));
      return svg.appendChild(made);
    };
    const show = () => {
      svg.querySelectorAll("rect").forEach((each) => each.remove());
      lines(area).map((line) => line.split(/[\s,，、;；%]+/).filter(Boolean).map(Number))
        .filter((box) => box.length === 4 && box.every(Number.isFinite))
        .forEach(([x, y, width, height]) => rect(x, y * high / 100, width, height * high / 100));
    };
    const place = (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return { x: Math.min(Math.max(at.x, 0), 100), y: Math.min(Math.max(at.y, 0), high) };
    };
    const between = (one, other) => ({
      x: Math.min(one.x, other.x), y: Math.min(one.y, other.y),
      width: Math.abs(one.x - other.x), height: Math.abs(one.y - other.y),
    });

    let start = null;
    let drawn = null;
    svg.style.touchAction = "none"; // a finger draws here and does not scroll; beside the photo it does
    svg.style.cursor = "crosshair";
    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      start = place(event);
      drawn = rect(start.x, start.y, 0, 0);
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    svg.addEventListener("pointermove", (event) => {
      if (!start) return;
      Object.entries(between(start, place(event))).forEach(([name, value]) => drawn.setAttribute(name, value));
    });
    const end = (event) => {
      if (!start) return;
      const box = between(start, place(event));
      start = null;
      const share = [box.x, box.y / high * 100, box.width, box.height / high * 100];
      const isMeant = event.type === "pointerup" && share[2] >= LEAST && share[3] >= LEAST;
      write(area, isMeant ? [...lines(area), share.map((each) => Number(each.toFixed(1))).join(" ")] : lines(area));
    };
    svg.addEventListener("pointerup", end);
    svg.addEventListener("pointercancel", end);
    area.addEventListener("input", show);

    const row = document.createElement("p");
    row.className = "row";
    row.append(
      button("撤销一处", () => write(area, lines(area).slice(0, -1))),
      button("全部清除", () => write(area, [])),
    );
    area.closest(".field").append(row);
    show();
  }

  document.querySelectorAll("[data-cover]").forEach((panel) => {
    const svg = panel.querySelector("[data-cover-photo]");
    const area = panel.querySelector("[data-cover-areas]");
    const form = panel.querySelector("details");
    if (!svg || !area) return;
    draw(svg, area);
    svg.addEventListener("pointerdown", () => { form.open = true; });
  });

  // --- The text --------------------------------------------------------------------------------------------------
  const source = document.querySelector("[data-cover-source]");
  const pieces = document.querySelector("[data-cover-pieces]");
  if (source && pieces) {
    const cover = () => {
      const chosen = document.getSelection();
      if (!chosen.rangeCount || !source.contains(chosen.getRangeAt(0).commonAncestorContainer)) return;
      const found = chosen.toString().split("\n").map((line) => line.trim()).filter(Boolean);
      if (!found.length) return;
      write(pieces, [...new Set([...lines(pieces), ...found])]);
      pieces.closest("details").open = true;
      pieces.closest("details").scrollIntoView({ block: "nearest" });
    };
    const made = button("遮盖选中的字", cover);
    // The button must not take the selection away before it is read.
    made.addEventListener("pointerdown", (event) => event.preventDefault());
    source.after(made);
  }
})();
