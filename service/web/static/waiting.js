// Sends what was finished without a network as soon as there is one again, each review once.
"use strict";

(() => {
  const line = document.querySelector("[data-waiting]");
  if (line === null || !("indexedDB" in window)) {
    return;
  }
  const person = line.dataset.person;
  let busy = false;

  async function tell(code, facts = {}) {
    const words = line.dataset[code] ?? "";
    line.textContent = Object.entries(facts).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words);
    line.hidden = line.textContent === "";
  }

  async function send(one) {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    if (line.dataset.token) {
      headers["X-CSRF-Token"] = line.dataset.token;
    }
    return fetch(one.action, { method: "POST", body: one.body, headers });
  }

  async function sendAll() {
    if (busy) {
      return;
    }
    busy = true;
    try {
      const waiting = (await brikopt.all(brikopt.WAITING)).filter((one) => one.person === person);
      for (const one of waiting) {
        let answer;
        try {
          answer = await send(one);
        } catch {
          break; // Still no network.
        }
        if (answer.ok && answer.redirected && answer.url.includes("gemt=")) {
          await brikopt.remove(brikopt.WAITING, one.once);
          await brikopt.remove(brikopt.DRAFTS, one.draft);
          document.dispatchEvent(new CustomEvent("brikopt-sent", { detail: one }));
        } else if (answer.status === 409 || answer.status === 422) {
          // Somebody else was there, or the figures are new: the draft stands, and the ward's page shows both.
          await brikopt.remove(brikopt.WAITING, one.once);
          await tell("clash", { ward: one.ward });
          return;
        } else {
          break; // Not signed in, or the service is away: it waits on.
        }
      }
      const left = (await brikopt.all(brikopt.WAITING)).filter((one) => one.person === person).length;
      await tell(left > 0 ? "left" : waiting.length > 0 ? "sent" : "none", { count: left || waiting.length });
    } finally {
      busy = false;
    }
  }

  brikopt.sendAll = sendAll;
  window.addEventListener("online", sendAll);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendAll());
  window.setInterval(sendAll, 30000);
  sendAll();
})();
