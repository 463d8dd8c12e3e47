// Makes the page open without a network, and forgets the guests when the event is over.

export async function keepOffline({ event, worker, until }) {
  const badge = document.getElementById("offline-ready");
  if (!navigator.serviceWorker) {
    return;
  }
  try {
    const registered = await navigator.serviceWorker.register(worker, {
      scope: `/e/${event}/door`,
    });
    await navigator.serviceWorker.ready;
    const active = registered.active;
    const passed = until && new Date(until) < new Date();
    if (passed) {
      active.postMessage({ forget: event });
      await registered.unregister();
      return;
    }
    // Everything the page has loaded; what comes later asks the worker itself.
    const files = performance
      .getEntriesByType("resource")
      .map((each) => each.name)
      .filter((name) => new URL(name).origin === location.origin && /\.\w+$/.test(name))
      .filter((name) => !new URL(name).pathname.startsWith("/e/"));
    active.postMessage({ keep: [...new Set(files)] });
    badge.hidden = false;
  } catch {
    // Without HTTPS there are no service workers; everything else goes on.
  }
}
