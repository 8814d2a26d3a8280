// What this device keeps until the service has it: drafts of forms, and reviews that wait for a network.
"use strict";

const brikopt = (() => {
  const DRAFTS = "drafts";
  const WAITING = "waiting";
  const PAGES = "brikopt-pages";

  function opened() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open("brikopt", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore(DRAFTS);
        asked.result.createObjectStore(WAITING);
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  async function within(store, mode, work) {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const change = database.transaction(store, mode);
        const asked = work(change.objectStore(store));
        change.oncomplete = () => resolve(asked.result);
        change.onerror = () => reject(change.error);
        change.onabort = () => reject(change.error);
      });
    } finally {
      database.close();
    }
  }

  const read = (store, key) => within(store, "readonly", (one) => one.get(key));
  const all = (store) => within(store, "readonly", (one) => one.getAll());
  const keys = (store) => within(store, "readonly", (one) => one.getAllKeys());
  const write = (store, key, value) => within(store, "readwrite", (one) => one.put(value, key));
  const remove = (store, key) => within(store, "readwrite", (one) => one.delete(key));

  // Whoever signs out leaves nothing behind for the next person on a shared tablet.
  async function forget() {
    await Promise.all([DRAFTS, WAITING].map((store) => within(store, "readwrite", (one) => one.clear())));
    if ("caches" in window) {
      await caches.delete(PAGES);
    }
  }

  return { DRAFTS, WAITING, read, all, keys, write, remove, forget };
})();
