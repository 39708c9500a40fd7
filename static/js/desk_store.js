/* What a phone keeps until the server has it: one IndexedDB store, a row for each form that is not sent yet.
   Row: key (the form's client_key), user, kind, title, url, page, fields [[name, value]], files [[name, Blob, file name]],
   written (ms), state waiting | refused | conflict, errors {field: [words]}, words. Read by the pages and the service worker. */
"use strict";

self.DeskStore = (() => {
  const NAME = "desk";
  const ROWS = "unsent";

  function open() {
    return new Promise((done, fail) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(ROWS, { keyPath: "key" });
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
      request.onblocked = () => fail(new Error("blocked"));
    });
  }

  /* Resolves when the transaction is complete: only then is a row safe on the disk. */
  async function run(mode, act) {
    const base = await open();
    try {
      return await new Promise((done, fail) => {
        const transaction = base.transaction(ROWS, mode, { durability: "strict" });
        const request = act(transaction.objectStore(ROWS));
        transaction.oncomplete = () => done(request.result);
        transaction.onerror = transaction.onabort = () => fail(transaction.error || request.error);
      });
    } finally {
      base.close();
    }
  }

  const put = (row) => run("readwrite", (rows) => rows.put(row));
  const get = (key) => run("readonly", (rows) => rows.get(key));
  const drop = (key) => run("readwrite", (rows) => rows.delete(key));
  const all = async () => (await run("readonly", (rows) => rows.getAll())).sort((a, b) => a.written - b.written);

  /* Changes a row that still stands; one that was sent or deleted meanwhile stays away. */
  function change(key, changes) {
    return run("readwrite", (rows) => {
      const request = rows.get(key);
      request.onsuccess = () => { if (request.result) rows.put({ ...request.result, ...changes }); };
      return request;
    });
  }

  return { all, change, drop, get, put };
})();
