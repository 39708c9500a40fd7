/* The pages of the desk: what is written is first put aside on the phone, then sent; what is not sent yet stays in sight. */
(() => {
  "use strict";
  const Store = self.DeskStore;
  const Sync = self.DeskSync;
  const state = document.querySelector("[data-desk-user]");
  if (!state || !self.indexedDB) return;
  const { deskUser: user, worker, session, outbox } = state.dataset;
  const keptAt = document.body.dataset.kept; // set by the service worker on a page that it kept

  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  };
  const find = (selector, root = document) => root.querySelector(selector);

  // crypto.randomUUID is missing where the page came without TLS, in an office's own network.
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  function say(tone, words, url, label) {
    const place = find("[data-said]");
    const note = make("div", `notice ${tone}`);
    const text = make("div", "notice-body");
    text.append(make("p", "", words));
    if (url) {
      const link = make("a", "button secondary", label || "看一看");
      link.href = url;
      text.append(link);
    }
    note.append(text);
    place.replaceChildren(note);
    note.scrollIntoView({ block: "center" });
  }

  // --- How many are not sent, on every page ---------------------------------------------------------------------
  const mineOf = (rows) => rows.filter((row) => row.user === user);

  async function showUnsent() {
    const rows = await Store.all();
    const mine = mineOf(rows);
    const stuck = mine.filter((row) => row.state !== "waiting").length;
    const line = find("[data-unsent]");
    const dot = find("[data-unsent-count]");
    line.hidden = !mine.length;
    find("[data-unsent-words]").textContent = `${mine.length} 条还没发出${stuck ? `，其中 ${stuck} 条要您看一看` : "，有信号会自动发送"}`;
    line.className = `notice ${stuck ? "warn" : "info"}`;
    if (dot) {
      dot.hidden = !mine.length;
      dot.textContent = mine.length;
      dot.setAttribute("aria-label", `${mine.length} 条没发出`);
    }
    showOutbox(mine, rows.length - mine.length);
  }

  async function flush() {
    const answer = await Sync.flush(session);
    await showUnsent();
    if (answer.state === "signed-out") say("warn", "登录已过期，没发出的内容还在手机上。", `/accounts/login/?next=${encodeURIComponent(location.pathname)}`, "重新登录");
    return answer;
  }

  // --- Forms that may wait ----------------------------------------------------------------------------------------
  const hidden = (form, name) => form.querySelector(`input[type="hidden"][name="${name}"]`);

  function titleOf(form) {
    const { title, titleFrom } = form.dataset;
    return title || (titleFrom && form.elements[titleFrom].value.slice(0, 24)) || document.title;
  }

  function rowOf(form) {
    const fields = [];
    const files = [];
    for (const [name, value] of new FormData(form)) {
      if (["csrfmiddlewaretoken", "client_key", "age"].includes(name)) continue;
      if (typeof value === "string") fields.push([name, value]);
      else if (value.size) files.push([name, value, value.name]);
    }
    return {
      key: hidden(form, "client_key").value,
      user,
      kind: form.dataset.keep,
      title: titleOf(form),
      url: new URL(form.getAttribute("action") || location.href, location.href).pathname + new URL(form.action || location.href).search,
      page: location.pathname + location.search,
      fields,
      files,
      written: Date.now(),
      state: "waiting",
      errors: {},
      words: "",
    };
  }

  function clearErrors(form) {
    form.querySelectorAll(".field-error, [data-errors]").forEach((node) => node.remove());
    form.querySelectorAll(".field.invalid").forEach((field) => field.classList.remove("invalid"));
  }

  function showErrors(form, errors) {
    clearErrors(form);
    const rest = [];
    let first = null;
    Object.entries(errors).forEach(([name, words]) => {
      const control = form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`);
      const field = control && control.closest(".field");
      if (!field) return rest.push(...words);
      field.classList.add("invalid");
      const input = find(".field-input", field) || control;
      words.forEach((each) => input.before(make("p", "field-error", each)));
      const closed = field.closest("details:not([open])");
      if (closed) closed.open = true;
      first = first || field;
    });
    const summary = make("div", "notice bad");
    summary.dataset.errors = "";
    summary.setAttribute("role", "alert");
    summary.append(make("p", "notice-title", rest.length ? rest.join(" ") : "还差一点，请改好标出的地方，再点一次。"));
    form.prepend(summary);
    (first || summary).scrollIntoView({ block: "center" });
  }

  function restart(form) {
    form.reset();
    clearErrors(form);
    // Hidden inputs do not follow a reset: where it was and which item of a round it came from are of the last one alone.
    ["longitude", "latitude", "round_key", "item"].forEach((name) => { if (hidden(form, name)) hidden(form, name).value = ""; });
    hidden(form, "client_key").value = newKey();
  }

  /* What of a kept round leads on: the report of each item that was found wrong, with the round's key in its address. */
  function reportsOf(form, key) {
    const checks = find(".desk-checks", form);
    if (!checks) return [];
    return Array.from(checks.querySelectorAll("[data-item]"))
      .filter((each) => find('input[value="wrong"]:checked', each))
      .map((each) => {
        const query = new URLSearchParams({ grid: checks.dataset.grid, item: each.dataset.item, round_key: key });
        if (each.dataset.matter) query.set("matter", each.dataset.matter);
        return { words: `上报：${each.dataset.words}`, url: `${checks.dataset.report}?${query}` };
      });
  }

  function sayKept(form, row) {
    const reports = reportsOf(form, row.key);
    say("ok", `“${row.title}”已存在手机上，有信号会自动发送，不用再填。`, outbox, "看没发出的");
    const place = find("[data-said] .notice-body");
    reports.forEach((report) => {
      const link = make("a", "button", report.words);
      link.href = report.url;
      place.append(link);
    });
    restart(form);
  }

  async function submit(form, button) {
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    button.disabled = true;
    try {
      const row = rowOf(form);
      const known = await Store.get(row.key);
      if (known) row.written = known.written;
      await Store.put(row);
      if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
      const { results } = await flush();
      const result = results.find((each) => each.key === row.key);
      if (!result || result.outcome === "stopped" || result.outcome === "signed-out") {
        const still = await Store.get(row.key);
        if (!still) return restart(form); // another tab has sent it
        await askForSync();
        if (!result || result.outcome === "stopped") sayKept(form, row);
      } else if (result.outcome === "done") {
        sessionStorage.setItem("desk-said", result.words);
        location.assign(result.url);
      } else if (result.outcome === "refused") {
        showErrors(form, result.errors);
      } else {
        say("bad", result.words, outbox, "看没发出的");
      }
    } catch {
      // No room on the phone, or storing is forbidden: the old way, which needs a signal.
      form.dataset.native = "1";
      form.submit();
    } finally {
      delete form.dataset.sending;
      button.disabled = false;
    }
  }

  async function askForSync() {
    try {
      const registration = await navigator.serviceWorker.ready;
      await registration.sync.register("desk");
    } catch { /* no background sync here: the next page does it */ }
  }

  /* An address says what to fill in (a poster's building, an item of a round): the server did it unless the page was kept. */
  function fillFromAddress(form) {
    const asked = new URLSearchParams(location.search);
    ["item", "round_key"].forEach((name) => { if (asked.get(name) && hidden(form, name)) hidden(form, name).value = asked.get(name); });
    const matter = asked.get("matter") && form.querySelector(`#id_matter_all_${CSS.escape(asked.get("matter"))}`);
    if (matter) {
      matter.checked = true;
      matter.closest("details").open = true;
    }
    const area = form.elements.area;
    const option = asked.get("grid") && area && area.options && Array.from(area.options).find((each) => each.value.startsWith(`${asked.get("grid")}-`));
    if (option) area.value = option.value;
    const codes = find("#building-codes");
    const building = asked.get("building") && codes && JSON.parse(codes.textContent)[asked.get("building")];
    if (building) form.elements.building.value = building;
  }

  function fillFromRow(form, row) {
    hidden(form, "client_key").value = row.key;
    row.fields.forEach(([name, value]) => {
      form.querySelectorAll(`[name="${CSS.escape(name)}"]`).forEach((control) => {
        if (control.type === "radio" || control.type === "checkbox") control.checked = control.checked || control.value === value;
        else control.value = value;
      });
    });
    form.querySelectorAll("input[type=file]").forEach((input) => {
      const transfer = new DataTransfer();
      row.files.filter(([name]) => name === input.name).forEach(([, blob, fileName]) => transfer.items.add(new File([blob], fileName, { type: blob.type })));
      if (!transfer.files.length) return;
      input.files = transfer.files;
      input.dispatchEvent(new Event("change"));
    });
    const checked = form.querySelector('.desk-class input:checked');
    if (checked) checked.closest("details").open = true;
    if (Object.keys(row.errors || {}).length) showErrors(form, row.errors);
    else if (row.words) say("warn", row.words);
  }

  async function startForm(form) {
    // A page may be shown twice, from the phone or by going back: each showing is worth a row of its own.
    hidden(form, "client_key").value = newKey();
    if (keptAt) fillFromAddress(form);
    const key = location.hash.startsWith("#unsent-") && location.hash.slice(8);
    const row = key && (await Store.get(key));
    if (row && row.user === user) fillFromRow(form, row);
    form.addEventListener("submit", (event) => {
      if (form.dataset.native) return;
      event.preventDefault();
      event.stopPropagation();
      submit(form, event.submitter || find("button:not([type=button])", form));
    });
    form.dataset.ready = "1";
  }

  // --- The page of what is not sent ---------------------------------------------------------------------------------
  function outboxItem(row) {
    const item = make("li", `card ${row.state === "waiting" ? "" : "warn"}`);
    item.dataset.key = row.key;
    item.append(make("h2", "card-title", `${row.kind}：${row.title}`));
    const photos = row.files.length ? `，${row.files.length} 张照片` : "";
    item.append(make("p", "card-meta", `${new Date(row.written).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" })} 写的${photos}`));
    const words = { waiting: "等信号，会自动发送。", refused: `没有收下：${Object.values(row.errors).flat().join(" ")}`, conflict: row.words };
    item.append(make("p", "", words[row.state]));
    if (row.state === "conflict") {
      const quote = make("blockquote", "quote", row.fields.filter(([name, value]) => value && ["text", "note", "result", "reason"].includes(name)).map(([, value]) => value).join("\n"));
      item.append(make("p", "small muted", "您写的是："), quote);
    }
    const actions = make("div", "actions");
    const mend = make("a", "button secondary", row.state === "conflict" ? "看最新情况" : "打开修改");
    mend.href = `${row.page}#unsent-${row.key}`;
    const again = make("button", "button secondary", "再发一次");
    again.type = "button";
    again.hidden = row.state === "waiting";
    again.addEventListener("click", async () => {
      await Store.change(row.key, { state: "waiting" });
      await flush();
    });
    const drop = make("button", "button danger", "删除");
    drop.type = "button";
    drop.dataset.confirm = "将从手机上删除这一条，不再发送。";
    drop.dataset.confirmYes = "删除";
    drop.addEventListener("click", async () => {
      await Store.drop(row.key);
      Sync.tell();
      showUnsent();
    });
    actions.append(mend, again, drop);
    item.append(actions);
    return item;
  }

  function showOutbox(mine, others) {
    const list = find("[data-outbox-list]");
    if (!list) return;
    list.replaceChildren(...mine.map(outboxItem));
    find("[data-outbox-empty]").hidden = mine.length > 0;
    find("[data-send-now]").hidden = !mine.some((row) => row.state === "waiting");
    const line = find("[data-outbox-others]");
    line.hidden = !others;
    line.textContent = `这台手机上还有别人的 ${others} 条没发出，请本人登录后发送。`;
  }

  // --- Without a signal, and signing out -----------------------------------------------------------------------------
  function showAge() {
    const line = find("[data-offline]");
    const isAway = Boolean(keptAt) || !navigator.onLine;
    line.hidden = !isAway;
    find("[data-kept-at]").textContent = keptAt || document.lastModified.slice(11, 16);
  }

  async function warnBeforeLeaving(form, event) {
    if (form.dataset.warned) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.dataset.warned = "1";
    const mine = mineOf(await Store.all().catch(() => []));
    if (mine.length && !confirm(`还有 ${mine.length} 条没发出。退出后它们留在这台手机上，您下次登录时再发送。现在退出吗？`)) {
      delete form.dataset.warned;
      return;
    }
    if (self.caches) await Promise.all((await caches.keys()).filter((name) => name.startsWith("desk-pages-")).map((name) => caches.delete(name)));
    form.submit();
  }

  function startWorker() {
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.register(worker, { scope: "/desk/" }).catch(() => undefined);
    const urls = find("#kept-urls");
    if (!urls || keptAt) return;
    navigator.serviceWorker.ready.then((registration) => registration.active.postMessage({ act: "keep", urls: [location.pathname, ...JSON.parse(urls.textContent)] }));
  }

  document.querySelectorAll("form[data-keep]").forEach(startForm);
  document.addEventListener("submit", (event) => {
    if (event.target.action.endsWith("/accounts/logout/")) warnBeforeLeaving(event.target, event);
  }, true);
  const send = find("[data-send-now]");
  if (send) send.addEventListener("click", flush);
  const said = sessionStorage.getItem("desk-said");
  if (said) {
    sessionStorage.removeItem("desk-said");
    say("ok", said);
  }
  if (Sync.channel) Sync.channel.addEventListener("message", showUnsent);
  addEventListener("online", () => { showAge(); flush(); });
  addEventListener("offline", showAge);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && navigator.onLine) flush(); });
  showAge();
  startWorker();
  showUnsent().then(flush).catch(() => undefined);
})();
