/* Adds where the phone is to the check-in form; without it the leader checks in by the list. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-locate]");
  if (!form || !navigator.geolocation || !self.isSecureContext) return;
  const words = form.querySelector("[data-locate-words]");
  const say = (text) => {
    if (words) words.textContent = text;
  };
  say("正在定位…");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.longitude.value = coords.longitude.toFixed(6);
      form.elements.latitude.value = coords.latitude.toFixed(6);
      say("已拿到位置，可以签到。");
    },
    () => say("没有拿到位置。请允许定位后刷新，或者请领队在名单上为您签到。"),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
})();
