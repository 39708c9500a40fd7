// What every page gets beyond HTML. All of it is a comfort: each page does its whole job with this file blocked.
(function () {
  "use strict";

  const each = (root, selector, act) => {
    if (root.matches && root.matches(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  };
  // Dialogs and toasts that this file makes stand in an element of our own, so that they look alike in the admin.
  const own = () => {
    let place = document.querySelector("body > .gv[data-own]");
    if (!place) {
      place = make("div", "gv");
      place.dataset.own = "";
      document.body.append(place);
    }
    return place;
  };

  // --- The first error is where the reader is ------------------------------------------------------------------
  function showErrors(root) {
    const field = root.querySelector(".field.invalid");
    const summary = root.querySelector("[data-errors]");
    const place = field || summary;
    if (!place) return;
    place.scrollIntoView({ block: "center" });
    const control = field && field.querySelector("input:not([type=hidden]), select, textarea");
    (control || summary || place).focus({ preventScroll: true });
  }

  // --- One click, one submission ---------------------------------------------------------------------------------
  function setBusy(form, button) {
    form.dataset.sent = "1";
    // After this turn of the event loop, or the button's own name and value would be left out of what is sent.
    setTimeout(() => {
      each(form, "button:not([type=button]), input[type=submit]", (other) => { other.disabled = true; });
      if (!button) return;
      button.dataset.words = button.innerHTML;
      button.setAttribute("aria-busy", "true");
      button.textContent = button.dataset.busy || form.dataset.busy || "正在提交…";
    });
  }
  function setIdle() {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      each(form, "button:not([type=button]), input[type=submit]", (button) => {
        button.disabled = false;
        if (!button.dataset.words) return;
        button.innerHTML = button.dataset.words;
        button.removeAttribute("aria-busy");
        delete button.dataset.words;
      });
    });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    if (form.dataset.draft) sessionStorage.setItem("sent:" + form.dataset.draft, "1");
    const button = event.submitter || form.querySelector("button:not([type=button])");
    const busy = (button && button.dataset.busy) || form.dataset.busy;
    if (busy !== "off" && !form.closest("[hx-post], [hx-put], [hx-patch], [hx-delete]")) setBusy(form, button);
  });
  // Back from the next page, out of the browser's memory: the form must be usable again.
  addEventListener("pageshow", setIdle);

  // --- What was typed survives a reload ----------------------------------------------------------------------------
  // Only in this tab, and never what names a person: a phone in a community office is passed from hand to hand.
  const keepable = (control) =>
    control.name && !["hidden", "password", "file", "submit", "button"].includes(control.type) && !control.closest("[data-private]");

  function keepDraft(form) {
    const kept = {};
    Array.from(form.elements).filter(keepable).forEach((control) => {
      if (["radio", "checkbox"].includes(control.type) && !control.checked) return;
      if (control.value) (kept[control.name] = kept[control.name] || []).push(control.value);
    });
    try { sessionStorage.setItem("draft:" + form.dataset.draft, JSON.stringify(kept)); } catch { /* full or forbidden */ }
  }
  function fillDraft(form) {
    let kept;
    try { kept = JSON.parse(sessionStorage.getItem("draft:" + form.dataset.draft)); } catch { kept = null; }
    if (!kept || form.querySelector(".invalid, [data-errors]")) return false;
    let filled = false;
    Object.entries(kept).forEach(([name, values]) => {
      const controls = Array.from(form.elements).filter((control) => control.name === name && keepable(control));
      const isChoice = controls.some((control) => ["radio", "checkbox"].includes(control.type));
      if (isChoice ? controls.some((control) => control.checked) : controls.some((control) => control.value)) return;
      controls.forEach((control, index) => {
        if (isChoice) control.checked = values.includes(control.value);
        else control.value = values[index] || "";
        if (isChoice ? !control.checked : !control.value) return;
        filled = true;
        control.dispatchEvent(new Event("change", { bubbles: true }));
      });
    });
    return filled;
  }
  function startDraft(form) {
    if (form.dataset.kept) return;
    form.dataset.kept = "1";
    sessionStorage.removeItem("sent:" + form.dataset.draft);
    if (fillDraft(form)) {
      const note = make("div", "notice info");
      const body = make("div", "notice-body row spread");
      const again = make("button", "button quiet", "清空重写");
      again.type = "button";
      again.addEventListener("click", () => {
        sessionStorage.removeItem("draft:" + form.dataset.draft);
        form.reset();
        location.reload();
      });
      body.append(make("p", "", "上次没写完的内容还在，可以接着写。"), again);
      note.append(body);
      note.setAttribute("role", "status");
      form.prepend(note);
    }
    ["input", "change"].forEach((name) => form.addEventListener(name, () => keepDraft(form)));
  }
  function dropSentDrafts() {
    Object.keys(sessionStorage).filter((key) => key.startsWith("sent:")).forEach((key) => {
      const name = key.slice(5);
      if (document.querySelector(`form[data-draft="${CSS.escape(name)}"]`)) return;
      sessionStorage.removeItem(key);
      sessionStorage.removeItem("draft:" + name);
    });
  }

  // --- Photos: seen before they are sent, and small enough for a slow phone ------------------------------------------
  const LONGEST_EDGE = 2000;
  const SMALL_ENOUGH = 600 * 1024;

  async function shrink(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= SMALL_ENOUGH) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      if (!blob || blob.size >= file.size) return file;
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch {
      return file; // the server judges it
    }
  }
  function startPhotos(input) {
    if (input.dataset.ready || typeof DataTransfer === "undefined") return;
    input.dataset.ready = "1";
    const most = Number(input.dataset.maxFiles || (input.multiple ? 3 : 1));
    const list = make("ul", "photos");
    const note = make("p", "hint");
    note.setAttribute("role", "status");
    input.after(list, note);
    if (input.id && input.parentElement.classList.contains("file")) {
      // The browser's own button speaks the browser's language, and hides the names of what was chosen.
      const face = make("label", "button secondary", most === 1 ? "拍照或选一张照片" : "拍照或选照片");
      face.htmlFor = input.id;
      input.after(face);
      input.parentElement.classList.add("ready");
    }
    let files = [];

    const write = () => {
      const transfer = new DataTransfer();
      files.forEach((file) => transfer.items.add(file));
      input.files = transfer.files;
      list.querySelectorAll("img").forEach((picture) => URL.revokeObjectURL(picture.src));
      list.replaceChildren(...files.map((file, index) => {
        const item = make("li");
        const picture = make("img");
        picture.src = URL.createObjectURL(file);
        picture.alt = `第 ${index + 1} 张照片`;
        const remove = make("button", "button secondary", "×");
        remove.type = "button";
        remove.setAttribute("aria-label", `去掉第 ${index + 1} 张照片`);
        remove.addEventListener("click", () => {
          files.splice(index, 1);
          note.textContent = `已去掉，还有 ${files.length} 张。`;
          write();
          input.focus();
        });
        item.append(picture, remove);
        return item;
      }));
    };
    if (input.form) {
      input.form.addEventListener("reset", () => {
        files = [];
        note.textContent = "";
        setTimeout(write);
      });
    }
    input.addEventListener("change", async () => {
      const added = Array.from(input.files);
      if (!added.length) return write();
      const room = most === 1 ? 1 : Math.max(0, most - files.length);
      note.textContent = "正在处理照片…";
      const ready = await Promise.all(added.slice(0, room).map(shrink));
      files = most === 1 ? ready : files.concat(ready);
      note.textContent = added.length > room ? `最多 ${most} 张，多出的没有加上。` : `已选 ${files.length} 张${most > files.length ? `，还可以加 ${most - files.length} 张` : ""}。`;
      write();
    });
  }

  // --- Are you sure, in words ----------------------------------------------------------------------------------------
  function ask(words, yes, onYes) {
    if (typeof HTMLDialogElement === "undefined") {
      if (confirm(words)) onYes();
      return;
    }
    const dialog = make("dialog", "dialog ask");
    const text = make("p", "", words);
    text.id = "ask-words";
    dialog.setAttribute("aria-labelledby", "ask-words");
    const row = make("div", "actions");
    const accept = make("button", "button", yes || "确定");
    const refuse = make("button", "button secondary", "先不");
    row.append(accept, refuse);
    dialog.append(text, row);
    own().append(dialog);
    refuse.addEventListener("click", () => dialog.close());
    accept.addEventListener("click", () => { dialog.close(); onYes(); });
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
    refuse.focus();
  }
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-confirm]");
    if (!asked || asked.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(asked.dataset.confirm, asked.dataset.confirmYes, () => {
      asked.dataset.confirmed = "1";
      asked.click();
      delete asked.dataset.confirmed;
    });
  }, true);
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.target.dataset.confirmYes, () => event.detail.issueRequest(true));
  });

  // --- Dialogs, disclosures, back ------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    const closer = event.target.closest("dialog [data-close]");
    if (closer) closer.closest("dialog").close();
    if (event.target.closest("[data-back]")) {
      event.preventDefault();
      history.back();
    }
    document.querySelectorAll("details.menu[open], details.definition[open]").forEach((details) => {
      if (!details.contains(event.target)) details.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open], details.definition[open]").forEach((details) => {
      details.open = false;
      if (details.contains(document.activeElement)) details.querySelector("summary").focus();
    });
  });

  // --- Toasts ---------------------------------------------------------------------------------------------------------
  function toast(tone, words) {
    let region = document.querySelector("[data-toasts]");
    if (!region) {
      region = make("div", "toasts");
      region.dataset.toasts = "";
      region.setAttribute("role", "status");
      own().append(region);
    }
    const note = make("div", "notice " + (tone || "info"));
    const body = make("div", "notice-body");
    const close = make("button", "button quiet", "知道了");
    close.type = "button";
    close.addEventListener("click", () => note.remove());
    body.append(make("p", "", words));
    note.append(body, close);
    region.append(note);
    // Good news leaves by itself, late enough for a slow reader; bad news waits for a tap.
    if (tone !== "bad" && tone !== "warn") setTimeout(() => note.remove(), 10000);
  }
  document.addEventListener("toast", (event) => toast(event.detail.tone, event.detail.text || event.detail.value));
  document.addEventListener("htmx:sendError", () => toast("bad", "网络不通，这一步没有做成。请看看信号，再试一次。"));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    const words = {
      403: "页面开得太久，或您没有这项权限。请刷新后再试。",
      404: "这一条已经不在了。请刷新看看。",
      409: "这一条刚被别人办过了，您看到的是旧页面。请刷新。",
      429: "操作太快了，请稍等一会儿再试。",
    };
    toast("bad", words[status] || "这一步没有做成。请过一会儿再试。");
  });

  // --- Tables that turn into cards keep their roles for screen readers ----------------------------------------------
  function keepRoles(table) {
    table.setAttribute("role", "table");
    const roles = { "thead, tbody, tfoot": "rowgroup", tr: "row", td: "cell", "thead th": "columnheader", "tbody th": "rowheader" };
    Object.entries(roles).forEach(([selector, role]) => table.querySelectorAll(selector).forEach((part) => part.setAttribute("role", role)));
  }

  function countLetters(area) {
    if (area.dataset.counted) return;
    area.dataset.counted = "1";
    const counter = make("p", "counter");
    const say = () => { counter.textContent = `还可以写 ${area.maxLength - area.value.length} 字`; };
    area.after(counter);
    area.addEventListener("input", say);
    say();
  }

  function start(root) {
    each(root, "form[data-draft]", startDraft);
    each(root, "input[type=file][data-photos]", startPhotos);
    each(root, "table.stack", keepRoles);
    each(root, "textarea[maxlength]", countLetters);
    each(root, "[data-back][hidden]", (button) => { button.hidden = history.length < 2; });
  }
  document.addEventListener("DOMContentLoaded", () => {
    dropSentDrafts();
    start(document);
    showErrors(document);
  });
  document.addEventListener("htmx:load", (event) => {
    start(event.detail.elt);
    const form = event.detail.elt.closest("form[data-draft]");
    if (form) fillDraft(form);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.xhr && event.detail.xhr.status === 422) showErrors(event.detail.elt);
  });
})();
