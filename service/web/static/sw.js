// Keeps the wards that a person opened, so that the list is there without a network. Nothing is sent from here.
"use strict";

const PAGES = "brikopt-pages";
const FILES = "brikopt-files";
const WARD = /^\/afsnit\/.+$/;
const SENT = "/gennemgang";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  // Files of an earlier version have other addresses, and are asked for no more.
  event.waitUntil(caches.delete(FILES).then(() => self.clients.claim())),
);

async function fromNetwork(request, address) {
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic" && !answer.redirected) {
    const pages = await caches.open(PAGES);
    await pages.put(address, answer.clone());
  }
  return answer;
}

async function ward(request, address) {
  try {
    return request.method === "GET" ? await fromNetwork(request, address) : await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(PAGES)).match(address);
    if (kept === undefined) {
      throw error;
    }
    return kept;
  }
}

async function file(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  if (kept !== undefined) {
    return kept;
  }
  const answer = await fetch(request);
  if (answer.ok) {
    await files.put(request, answer.clone());
  }
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate" && WARD.test(url.pathname)) {
    const path = url.pathname.endsWith(SENT) ? url.pathname.slice(0, -SENT.length) : url.pathname;
    event.respondWith(ward(request, path));
  } else if (request.method === "GET" && url.pathname.startsWith("/statisk/")) {
    event.respondWith(file(request));
  }
});
