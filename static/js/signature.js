// A name drawn with a finger. Without this file the page offers paper.
const INK = 4;

function startPad(form) {
  const pad = form.querySelector("[data-signature-pad]");
  const canvas = pad.querySelector("canvas");
  const empty = pad.querySelector("[data-signature-empty]");
  const context = canvas.getContext("2d");
  let last = null;
  let drawn = 0;

  const clear = () => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    drawn = 0;
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * canvas.width) / box.width,
      ((event.clientY - box.top) * canvas.height) / box.height,
    ];
  };
  const draw = (event) => {
    if (last === null) return;
    const next = place(event);
    context.lineWidth = INK;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(...last);
    context.lineTo(...next);
    context.stroke();
    drawn += Math.hypot(next[0] - last[0], next[1] - last[1]);
    last = next;
  };

  pad.hidden = false;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    empty.hidden = true;
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", draw);
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => (last = null));
  pad.querySelector("[data-signature-clear]").addEventListener("click", clear);
  // Before base.js blocks a second submit: a refused one is none.
  form.addEventListener(
    "submit",
    (event) => {
      form.elements.image.value = drawn > 40 ? canvas.toDataURL("image/png") : "";
      if (drawn > 40) return;
      empty.hidden = false;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
}

document.querySelectorAll("form[data-signature]").forEach(startPad);
