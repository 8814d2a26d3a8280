// Everything works without this file; with it, the page prints, warns of others, and follows a run.
"use strict";

document.documentElement.classList.add("scripted");

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// What is folded away is printed as well.
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details:not([open])")) {
    part.open = true;
    part.dataset.opened = "";
  }
});
window.addEventListener("afterprint", () => {
  for (const part of document.querySelectorAll("details[data-opened]")) {
    part.open = false;
    delete part.dataset.opened;
  }
});

// Wards that were opened stay readable without a network.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").catch(() => {
    // Without it everything works but for reading without a network.
  });
}

// What is only on this device goes when somebody signs out; a word says so before.
const leaving = document.querySelector("form[data-sign-out]");
if (leaving !== null && "indexedDB" in window) {
  Promise.all([brikopt.keys(brikopt.DRAFTS), brikopt.keys(brikopt.WAITING)]).then((kept) => {
    const count = kept.flat().length;
    if (count > 0) {
      const word = leaving.querySelector("[data-unsaved]");
      word.textContent = word.dataset.unsaved.replace("{count}", count);
      word.hidden = false;
    }
  });
  leaving.addEventListener("submit", async (event) => {
    if ("left" in leaving.dataset) {
      return;
    }
    event.preventDefault();
    await brikopt.forget().catch(() => undefined);
    leaving.dataset.left = "";
    leaving.requestSubmit();
  });
}

// Tells of a review that somebody else finishes while the page is open.
const newcomer = document.querySelector("[data-newcomer]:not([data-off])");
if (newcomer !== null) {
  const look = async () => {
    if (document.visibilityState !== "visible" || newcomer.textContent !== "") {
      return;
    }
    try {
      const answer = await fetch(newcomer.dataset.newcomer, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const newest = (await answer.json()).items[0]?.id ?? "";
        if (newest !== newcomer.dataset.newest) {
          newcomer.textContent = newcomer.dataset.words;
        }
      }
    } catch {
      // Without a network there is nothing to tell.
    }
  };
  window.setInterval(look, 15000);
  document.addEventListener("visibilitychange", look);
}

// Follows a run: how much of it is done, and the page anew when it begins or ends.
const followed = document.querySelector("[data-follow]");
if (followed !== null) {
  const look = async () => {
    try {
      const answer = await fetch(followed.dataset.follow, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const run = await answer.json();
        followed.value = run.progress;
        if (run.state !== followed.dataset.state) {
          window.location.replace(window.location.pathname);
        }
      }
    } catch {
      // The next look tries again.
    }
  };
  window.setInterval(look, 2000);
}

// Where something is to be told first, the keyboard starts there.
document.querySelector(".told[autofocus]")?.focus();
