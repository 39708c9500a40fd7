// Timers that count down by themselves, and the ballot code that a scanned address brings along. Without this file the
// timers stand as they were sent and the code is typed from the slip.
(function () {
  "use strict";

  const two = (number) => String(number).padStart(2, "0");
  const words = (seconds) => `${seconds < 0 ? "超" : "剩"} ${two(Math.floor(Math.abs(seconds) / 60))}:${two(Math.abs(seconds) % 60)}`;
  const seen = new WeakMap(); // by the page's own clock: that of the screen's computer may be wrong

  function tick() {
    document.querySelectorAll("[data-left]").forEach((timer) => {
      if (!seen.has(timer)) seen.set(timer, performance.now());
      const left = Number(timer.dataset.left) - Math.floor((performance.now() - seen.get(timer)) / 1000);
      timer.textContent = words(left);
      timer.classList.toggle("over", left < 0);
      timer.classList.toggle("soon", left >= 0 && left < 60);
    });
  }
  if (document.querySelector("[data-timers]")) setInterval(tick, 1000);

  // The code stands behind the #, which browsers do not send; out of the address bar with it as well.
  const field = document.querySelector("[data-ballot-code]");
  const code = location.hash.slice(1);
  if (field && /^\d{9}$/.test(code)) {
    if (!field.value) field.value = code.replace(/(\d{3})(?=\d)/g, "$1 ");
    history.replaceState(null, "", location.pathname);
  }

  const full = document.querySelector("[data-fullscreen]");
  if (full && document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", () => document.documentElement.requestFullscreen());
  }
})();
