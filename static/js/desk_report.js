/* Helps to say what and where on the report form; the form works without any of it. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const find = (selector) => form.querySelector(selector);
  const words = find("[data-where-words]");
  const tools = find("[data-tools]");

  // --- A kind among a hundred -------------------------------------------------------------------------------------
  const search = find("[data-matter-search]");
  search.hidden = false;
  search.addEventListener("input", () => {
    const wanted = search.value.trim();
    const recent = find("[data-recent]");
    if (recent) recent.hidden = Boolean(wanted);
    form.querySelectorAll(".desk-class").forEach((group) => {
      let hits = 0;
      group.querySelectorAll("[data-kind]").forEach((kind) => {
        const fits = !wanted || kind.textContent.includes(wanted);
        kind.hidden = !fits;
        hits += fits;
      });
      group.hidden = !hits && !group.querySelector("summary").textContent.includes(wanted);
      group.open = Boolean(wanted && hits) || Boolean(group.querySelector(":checked"));
    });
  });

  // --- The building on the poster -----------------------------------------------------------------------------------
  const codes = JSON.parse(document.getElementById("building-codes").textContent);
  function choose(key, detail) {
    form.elements.building.value = key;
    if (detail && !form.elements.place.value) form.elements.place.value = detail;
    const option = form.elements.building.selectedOptions[0];
    words.textContent = option && option.value ? `已选 ${option.textContent.trim()}` : "";
  }
  const scan = find("[data-scan]");
  if ("BarcodeDetector" in self) {
    scan.hidden = tools.hidden = false;
    scan.querySelector("input").addEventListener("change", async (event) => {
      const [picture] = event.target.files;
      event.target.value = "";
      if (!picture) return;
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      const found = await detector.detect(await createImageBitmap(picture)).catch(() => []);
      const code = found.map((each) => (each.rawValue.match(/building=(\d{17})/) || [])[1]).find(Boolean);
      if (!code) words.textContent = "没有认出楼栋码，请对准再拍一张，或在下面选楼栋。";
      else if (!(code in codes)) words.textContent = "这栋楼不在您的网格，请在下面选楼栋。";
      else choose(codes[code]);
    });
  }

  // --- Where one stands -----------------------------------------------------------------------------------------------
  const locate = find("[data-locate]");
  if (navigator.geolocation && self.isSecureContext) {
    locate.hidden = tools.hidden = false;
    locate.addEventListener("click", () => {
      words.textContent = "正在定位…";
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.elements.longitude.value = coords.longitude.toFixed(6);
          form.elements.latitude.value = coords.latitude.toFixed(6);
          words.textContent = `已记下位置，误差约 ${Math.round(coords.accuracy)} 米。`;
        },
        () => { words.textContent = "没有定到位。请打开手机的定位，或写清楚位置。"; },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
  }

  // --- An address in words ----------------------------------------------------------------------------------------------
  const asking = find("[data-places]");
  const hits = find("[data-hits]");
  let timer;
  form.elements.place.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const typed = form.elements.place.value.trim();
      if (typed.length < 2 || form.elements.building.value || !navigator.onLine) return hits.replaceChildren();
      const answer = await fetch(`${asking.dataset.places}?q=${encodeURIComponent(typed)}`).then((each) => each.json()).catch(() => ({ hits: [] }));
      const mine = answer.hits.filter((hit) => Array.from(form.elements.building.options).some((option) => option.value === String(hit.pk)));
      hits.replaceChildren(...mine.map((hit) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "chip";
        button.textContent = `${hit.words} ${hit.detail}`;
        button.addEventListener("click", () => {
          form.elements.place.value = hit.detail || typed;
          choose(hit.pk);
          hits.replaceChildren();
        });
        item.append(button);
        return item;
      }));
    }, 400);
  });
})();
