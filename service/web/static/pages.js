// Everything works without this file; with it, the page counts, warns of others, keeps a draft, and follows a run.
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

const typedNames = /^(decision|reason|level-\d|date)-/;

function draftKey(form) {
  return `brikopt ${form.dataset.ward} ${form.dataset.sheet} ${form.dataset.run}`;
}

// A tablet that falls asleep reloads the page: what was chosen is kept until it is saved or the tab is closed.
function keepDraft(form) {
  const typed = [...new FormData(form)].filter(([name, value]) => typedNames.test(name) && value !== "");
  if (typed.length > 0) {
    sessionStorage.setItem(draftKey(form), JSON.stringify(typed));
  } else {
    sessionStorage.removeItem(draftKey(form));
  }
}

function restoreDraft(form) {
  if ("saved" in form.dataset) {
    sessionStorage.removeItem(draftKey(form));
    return false;
  }
  const kept = JSON.parse(sessionStorage.getItem(draftKey(form)) ?? "[]");
  if ("typed" in form.dataset || kept.length === 0) {
    return false;
  }
  for (const [name, value] of kept) {
    const field = form.elements.namedItem(name);
    if (field !== null) {
      field.value = value;
    }
  }
  return true;
}

function choices(form) {
  return [...form.querySelectorAll(".decide fieldset")];
}

function isOpen(fieldset) {
  return (fieldset.querySelector("input:checked")?.value ?? "") === "";
}

function tellProgress(form) {
  const place = form.querySelector("[data-progress]");
  const rows = choices(form).filter((one) => one.closest("details") === null);
  const done = rows.filter((one) => !isOpen(one)).length;
  place.textContent = place.dataset.progress.replace("{done}", done).replace("{all}", rows.length);
}

for (const form of document.querySelectorAll("form[data-sheet]")) {
  const restored = restoreDraft(form);
  tellProgress(form);
  if (restored) {
    const place = form.querySelector("[data-progress]");
    place.textContent = `${form.dataset.draft} ${place.textContent}`;
  }
  if ("typed" in form.dataset) {
    keepDraft(form);
  }
  form.addEventListener("input", () => {
    tellProgress(form);
    keepDraft(form);
  });
  form.querySelector("[data-accept-rest]")?.addEventListener("click", () => {
    for (const one of choices(form).filter(isOpen)) {
      const accept = one.querySelector('input[value="accepted"]');
      if (accept !== null) {
        accept.checked = true;
      }
    }
    tellProgress(form);
    keepDraft(form);
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
