// The door's service worker: keeps the page, its files and the guest list, so that a helper can
// reload the page without a network. Fresh answers come first; what is kept is for when none comes.
// It forgets an event's page and guests once it is over, or once the link no longer opens it.

const FILES = "convene-door-files";
const EVENT = /^\/e\/([0-9a-f-]{36})\/door(\/guests\.json)?$/;
const ENDED = [401, 403, 404];
// A network that is there but says nothing must not keep the helper waiting.
const PATIENCE = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) {
    return;
  }
  const [, id, list] = EVENT.exec(url.pathname) ?? [];
  if (id && (list || request.mode === "navigate")) {
    event.respondWith(freshOrKept(request, url.pathname, `convene-door-${id}`, url.search === ""));
  } else if (request.destination && request.destination !== "document") {
    event.respondWith(keptOrFresh(request));
  }
});

// The page tells which files it is made of: the first time they came before the worker did.
self.addEventListener("message", (event) => {
  const { keep, forget } = event.data;
  if (keep) {
    event.waitUntil(caches.open(FILES).then((cache) => keepOnly(cache, keep)));
  }
  if (forget) {
    event.waitUntil(caches.delete(`convene-door-${forget}`));
  }
});

async function freshOrKept(request, path, name, plain) {
  let answer;
  try {
    answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return (await kept(path, name)) ?? Response.error();
  }
  if (ENDED.includes(answer.status)) {
    await caches.delete(name);
  } else if (answer.ok && !answer.redirected && plain) {
    const cache = await caches.open(name);
    await cache.put(path, answer.clone());
  } else if (answer.status >= 500) {
    return (await kept(path, name)) ?? answer;
  }
  return answer;
}

async function kept(path, name) {
  const cache = await caches.open(name);
  const list = await cache.match(path.replace(/(\/guests\.json)?$/, "/guests.json"));
  const until = list && (await list.json()).until;
  if (until && new Date(until) < new Date()) {
    await caches.delete(name);
    return undefined;
  }
  return cache.match(path);
}

async function keptOrFresh(request) {
  const cache = await caches.open(FILES);
  return (await cache.match(request.url)) ?? fetch(request);
}

// File names carry a hash of their content, so a kept one is never old; those no longer used go.
async function keepOnly(cache, urls) {
  const known = new Set((await cache.keys()).map((request) => request.url));
  await Promise.all(
    urls.filter((url) => !known.has(url)).map((url) => cache.add(url).catch(() => {})),
  );
  await Promise.all([...known].filter((url) => !urls.includes(url)).map((url) => cache.delete(url)));
}
