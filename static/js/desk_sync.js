/* Sends what DeskStore keeps, oldest first, each until the server has said that it is done. Runs in the pages and in the
   service worker; of several tabs one sends at a time, and the server takes each client_key once in any case. */
"use strict";

self.DeskSync = (() => {
  const PATIENCE = 90 * 1000;
  const LOCK = "desk-sync";
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("desk");
  const GONE = { 404: "要办的这一条已不在您的网格，或已移走。", 413: "照片太大，请换小一点的再发。" };

  const tell = () => channel && channel.postMessage("changed");

  async function ask(url, options = {}) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(url, { cache: "no-store", credentials: "same-origin", signal: stop.signal, ...options });
      const isJson = (response.headers.get("Content-Type") || "").includes("application/json");
      return { status: response.status, told: isJson ? await response.json() : null };
    } catch {
      return { status: 0, told: null };
    } finally {
      clearTimeout(timer);
    }
  }

  function body(row) {
    const form = new FormData();
    row.fields.forEach(([name, value]) => form.append(name, value));
    row.files.forEach(([name, blob, fileName]) => form.append(name, blob, fileName));
    form.set("client_key", row.key);
    form.set("age", String(Math.max(0, Math.round((Date.now() - row.written) / 1000))));
    return form;
  }

  /* What becomes of one row: done, refused, conflict, or why sending has to stop. */
  async function send(row, csrf) {
    const headers = { "X-CSRFToken": csrf, "X-Kept-For": row.user, Accept: "application/json" };
    const { status, told } = await ask(row.url, { method: "POST", headers, body: body(row) });
    if (status === 200 && told && told.done) {
      await self.DeskStore.drop(row.key);
      return { key: row.key, outcome: "done", words: told.words, url: told.url };
    }
    if (status === 422 && told) {
      await self.DeskStore.change(row.key, { state: "refused", errors: told.errors, words: "" });
      return { key: row.key, outcome: "refused", errors: told.errors };
    }
    if (status === 409 || status in GONE) {
      const words = (told && told.words) || GONE[status] || "这一条没有收下。";
      await self.DeskStore.change(row.key, { state: "conflict", errors: {}, words });
      return { key: row.key, outcome: "conflict", words };
    }
    if (status === 401) return { key: row.key, outcome: "signed-out" };
    return { key: row.key, outcome: "stopped", status };
  }

  async function sendAll(sessionUrl) {
    const waiting = (await self.DeskStore.all()).filter((row) => row.state === "waiting");
    if (!waiting.length) return { state: "empty", results: [] };
    const { status, told } = await ask(sessionUrl);
    if (status !== 200 || !told) return { state: "offline", results: [] };
    if (!told.user) return { state: "signed-out", results: [] };
    const results = [];
    for (const row of waiting.filter((each) => each.user === told.user)) {
      // Another tab may have sent it, or its writer deleted it, since the list was made.
      const still = await self.DeskStore.get(row.key);
      if (!still || still.state !== "waiting") continue;
      const result = await send(still, told.csrf);
      results.push(result);
      if (result.outcome === "stopped" || result.outcome === "signed-out") return { state: result.outcome, results };
    }
    return { state: "sent", results };
  }

  async function flush(sessionUrl) {
    const act = async () => {
      const answer = await sendAll(sessionUrl);
      if (answer.results.length) tell();
      return answer;
    };
    return self.navigator.locks ? self.navigator.locks.request(LOCK, act) : act();
  }

  return { channel, flush, tell };
})();
