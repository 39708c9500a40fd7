/* Makes the desk open without a signal: the files of this release, and the pages that its user saw or will need today.
   self.DESK (release, shell, home, offline, session) comes from the view that imports this file, after desk_store.js and
   desk_sync.js. A page is kept under its user's name and thrown away with the session (desk_forget.js, below). */
"use strict";

const { release, shell, home, offline, session } = self.DESK;
const FILES = `desk-files-${release}`;
const PAGES = "desk-pages-";
const PATIENCE = 6000;
const FRESH = 20 * 60 * 1000; // a page kept for less is not fetched again ahead of time
const STALE = 3 * 24 * 3600 * 1000; // a page kept for longer is not shown

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const files = await caches.open(FILES);
    await Promise.allSettled(shell.map((url) => files.add(url)));
    await files.add(new Request(offline, { credentials: "omit" }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("desk-files-") && name !== FILES);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

async function pageCaches() {
  return (await caches.keys()).filter((name) => name.startsWith(PAGES));
}

async function forget(except) {
  await Promise.all((await pageCaches()).filter((name) => name !== except).map((name) => caches.delete(name)));
}

/* Keeps an answer that the server marked with whose it is; whoever else's pages lie here go. */
async function keep(request, response) {
  const user = response.headers.get("X-Desk-User");
  if (response.redirected && new URL(response.url).pathname.startsWith("/accounts/login")) await forget();
  if (!user || !response.ok || response.redirected) return;
  await forget(PAGES + user);
  await (await caches.open(PAGES + user)).put(request.url, response);
}

async function kept(url) {
  const address = new URL(url);
  for (const name of await pageCaches()) {
    const pages = await caches.open(name);
    const found = (await pages.match(url)) || (await pages.match(address.origin + address.pathname, { ignoreSearch: true }));
    if (found && age(found) < STALE) return found;
  }
  return undefined;
}

function age(response) {
  return Date.now() - Date.parse(response.headers.get("X-Desk-At") || 0);
}

/* The kept page, told to say how old it is (desk.js reads data-kept). */
async function dated(response) {
  const at = new Date(response.headers.get("X-Desk-At"));
  const clock = { hour: "2-digit", minute: "2-digit", hour12: false };
  const isToday = at.toDateString() === new Date().toDateString();
  const words = at.toLocaleString("zh-CN", isToday ? clock : { month: "long", day: "numeric", ...clock });
  const html = (await response.text()).replace("<body ", `<body data-kept="${words}" `);
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": response.headers.get("Content-Security-Policy") || "default-src 'self'" } });
}

async function page(event) {
  const copy = await kept(event.request.url);
  const stop = new AbortController();
  const timer = copy && setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(event.request, copy ? { signal: stop.signal } : undefined);
    event.waitUntil(keep(event.request, response.clone()));
    return response;
  } catch {
    return copy ? dated(copy) : (await caches.match(offline)) || Response.error();
  } finally {
    clearTimeout(timer);
  }
}

async function file(event) {
  const files = await caches.open(FILES);
  const copy = await files.match(event.request);
  const renewed = fetch(event.request).then((response) => {
    if (response.ok) files.put(event.request, response.clone());
    return response;
  });
  if (!copy) return renewed;
  event.waitUntil(renewed.catch(() => undefined));
  return copy;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(event));
});

/* Fetches ahead what a page says will be needed: the forms, and the rows of today's list. */
async function keepAhead(urls) {
  for (const url of urls) {
    const whole = new URL(url, self.location.origin).href;
    const copy = await kept(whole);
    if (copy && age(copy) < FRESH) continue;
    try {
      const response = await fetch(whole, { credentials: "same-origin" });
      if (response.redirected) return; // the session has ended
      await keep({ url: whole }, response);
    } catch {
      return;
    }
  }
}

self.addEventListener("message", (event) => {
  const { act, urls } = event.data || {};
  if (act === "keep") event.waitUntil(keepAhead(urls.filter((url) => url.startsWith(home))));
  if (act === "forget") event.waitUntil(forget());
});

self.addEventListener("sync", (event) => {
  if (event.tag === "desk") event.waitUntil(self.DeskSync.flush(session));
});
