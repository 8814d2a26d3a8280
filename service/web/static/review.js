// The sheet of a ward: counts, filters, keeps drafts, and is finished on purpose, with a network or without.
"use strict";

(() => {
  const PARTS = ["decision", "reason", "level-0", "level-1", "date", "counted", "thrown", "cause"];
  const OUT_OF_REACH_MS = 4000;
  // What is typed back from paper, row by row: the first choice of each row, and the fields below it.
  const COLUMN = [".decide label:first-of-type input", ...["counted", "date", "thrown"].map((part) => `.found input[name^="${part}-"]`)].join();

  function rowsOf(form) {
    return [...form.querySelectorAll(".row")].map((row) => ({
      row,
      id: row.querySelector('input[name^="row-"]').value,
      place: row.querySelector('input[name^="row-"]').name.slice(4),
      says: row.dataset.says ?? "",
    }));
  }

  function fieldOf(form, part, place) {
    return form.elements.namedItem(`${part}-${place}`);
  }

  function typedIn(form, one) {
    const typed = {};
    for (const part of PARTS) {
      const value = fieldOf(form, part, one.place)?.value ?? "";
      if (value !== "") {
        typed[part] = value;
      }
    }
    return typed;
  }

  function draftKey(form) {
    return `${form.dataset.person} ${form.dataset.ward} ${form.dataset.sheet}`;
  }

  // A tablet falls asleep, a tab is lost, a session ends: all fields are kept by what they are about, not by their place.
  async function keepDraft(form) {
    const rows = {};
    for (const one of rowsOf(form)) {
      const typed = typedIn(form, one);
      if (Object.keys(typed).length > 0) {
        rows[one.id] = { typed, says: one.says };
      }
    }
    const enough = form.elements.namedItem("enough")?.value ?? "";
    if (Object.keys(rows).length > 0 || enough !== "") {
      await brikopt.write(brikopt.DRAFTS, draftKey(form), { run: form.dataset.run, rows, enough });
    } else {
      await brikopt.remove(brikopt.DRAFTS, draftKey(form));
    }
  }

  async function restoreDraft(form) {
    if ("saved" in form.dataset) {
      await brikopt.remove(brikopt.DRAFTS, draftKey(form));
      return 0;
    }
    const kept = await brikopt.read(brikopt.DRAFTS, draftKey(form));
    if (kept === undefined || "typed" in form.dataset) {
      return 0;
    }
    let restored = 0;
    for (const one of rowsOf(form)) {
      const known = kept.rows[one.id];
      if (known === undefined) {
        continue;
      }
      for (const [part, value] of Object.entries(known.typed)) {
        const field = fieldOf(form, part, one.place);
        // An answer is to the advice that was seen; what was counted and read holds whatever the advice is now.
        const stale = part === "decision" && known.says !== one.says;
        if (field !== null && !stale) {
          field.value = value;
          restored += 1;
        }
      }
      if (["level-0", "date", "counted", "thrown", "cause"].some((part) => part in known.typed)) {
        one.row.querySelector("details.more")?.setAttribute("open", "");
      }
    }
    const enough = form.elements.namedItem("enough");
    if (enough !== null && kept.enough) {
      enough.value = kept.enough;
    }
    return restored;
  }

  function chosen(one) {
    return one.row.querySelector('input[name^="decision-"]:checked')?.value ?? "";
  }

  function handled(form, one) {
    return chosen(one) !== "" || "decided" in one.row.dataset || ["date", "counted", "thrown"].some((part) => fieldOf(form, part, one.place)?.value);
  }

  function filled(words, facts) {
    return Object.entries(facts).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), words);
  }

  function tellProgress(form) {
    const rows = rowsOf(form).filter((one) => one.row.closest("details.kept") === null);
    const facts = { all: rows.length, done: 0, no: 0, seen: 0, left: 0 };
    for (const one of rows) {
      const value = chosen(one);
      if (value === "accepted" || value === "changed") {
        facts.done += 1;
      } else if (value === "rejected") {
        facts.no += 1;
      } else if (handled(form, one)) {
        facts.seen += 1;
      } else {
        facts.left += 1;
      }
    }
    const enough = facts.all - facts.left >= Number(form.dataset.share) * facts.all;
    form.querySelector("[data-progress]").textContent = filled(form.querySelector("[data-progress]").dataset.progress, {
      ...facts,
      done: facts.all - facts.left,
    });
    for (const place of form.querySelectorAll("[data-what]")) {
      place.textContent = filled(place.dataset.what, facts);
    }
    for (const place of form.querySelectorAll("[data-too-few]")) {
      place.hidden = enough;
    }
  }

  // A second tap on what was chosen takes it back.
  function undoByTap(form) {
    let before = null;
    form.addEventListener("pointerdown", (event) => {
      const input = event.target.closest("label.choice")?.querySelector("input");
      before = input?.checked ? input : null;
    });
    form.addEventListener("click", (event) => {
      if (event.target === before) {
        before.checked = false;
        before = null;
        form.dispatchEvent(new Event("input"));
      }
    });
  }

  // Enter (a tablet's "Go", the end of a scan) leads to the next field, as typing back from paper does.
  function enterLeadsOn(form) {
    form.addEventListener("keydown", (event) => {
      const field = event.target;
      if (event.key !== "Enter" || field.tagName !== "INPUT" || field.type === "submit") {
        return;
      }
      event.preventDefault();
      const part = field.name.replace(/-\d+$/, "");
      const column = document.body.classList.contains("typing");
      const wanted = column ? COLUMN : `input[name^="${part}-"][type="${field.type}"]`;
      const alike = [...form.querySelectorAll(wanted)].filter((one) => one.offsetParent !== null);
      const here = field.type === "radio" ? field.closest("fieldset").querySelector("input") : field;
      alike[alike.indexOf(here) + 1]?.focus();
    });
  }

  function allOfAPart(form) {
    for (const button of form.querySelectorAll("[data-accept-part]")) {
      let taken = [];
      const words = button.textContent;
      button.addEventListener("click", () => {
        if (taken.length > 0) {
          taken.forEach((input) => (input.checked = false));
          taken = [];
          button.textContent = words;
        } else {
          const rows = [...button.closest(".part").querySelectorAll(".row")];
          taken = rows
            .filter((row) => row.querySelector('input[name^="decision-"]:checked') === null && !("decided" in row.dataset))
            .map((row) => row.querySelector('input[value="accepted"]'))
            .filter((input) => input !== null);
          taken.forEach((input) => (input.checked = true));
          button.textContent = filled(button.dataset.undo, { count: taken.length });
        }
        form.dispatchEvent(new Event("input"));
      });
    }
  }

  async function reachable() {
    const limit = new AbortController();
    const timer = window.setTimeout(() => limit.abort(), OUT_OF_REACH_MS);
    try {
      return (await fetch("/health/live", { cache: "no-store", signal: limit.signal })).ok;
    } catch {
      return false;
    } finally {
      window.clearTimeout(timer);
    }
  }

  // Without a network the review waits on this device, under the key that makes sending it twice take effect once.
  function finishWithoutNetwork(form) {
    let goes = false;
    form.addEventListener("submit", async (event) => {
      if (goes) {
        return;
      }
      event.preventDefault();
      await keepDraft(form);
      if (await reachable()) {
        goes = true;
        form.requestSubmit(event.submitter);
        return;
      }
      const once = form.elements.namedItem("once").value;
      await brikopt.write(brikopt.WAITING, once, {
        once,
        person: form.dataset.person,
        ward: form.dataset.ward,
        draft: draftKey(form),
        action: form.getAttribute("action"),
        body: new URLSearchParams(new FormData(form)).toString(),
      });
      form.querySelector("[data-progress]").textContent = form.dataset.waits;
      brikopt.sendAll?.();
    });
  }

  async function prepared(form) {
    const restored = await restoreDraft(form);
    tellProgress(form);
    if (restored > 0) {
      const place = form.querySelector("[data-progress]");
      place.textContent = `${form.dataset.draft} ${place.textContent}`;
    }
    if ("typed" in form.dataset) {
      await keepDraft(form);
    }
    form.addEventListener("input", () => {
      tellProgress(form);
      keepDraft(form);
    });
    undoByTap(form);
    enterLeadsOn(form);
    allOfAPart(form);
    finishWithoutNetwork(form);
    form.dataset.ready = "";
  }

  for (const form of document.querySelectorAll("form[data-sheet]")) {
    prepared(form);
  }

  // Rows in another order stand in one list; afterwards each goes back to its place.
  const asMade = new Map();

  function arranged(form, compare) {
    const rows = [...form.querySelectorAll(".row")];
    for (const row of rows) {
      if (!asMade.has(row)) {
        asMade.set(row, row.parentElement);
      }
    }
    const flat = form.querySelector("ol.flat") ?? form.insertBefore(document.createElement("ol"), form.querySelector(".part, .kept"));
    flat.className = "rows flat";
    form.classList.toggle("flattened", compare !== null);
    if (compare === null) {
      [...asMade.keys()].filter((row) => form.contains(row)).forEach((row) => asMade.get(row).append(row));
    } else {
      flat.append(...rows.sort(compare));
    }
  }

  function numberOf(row) {
    return Number.parseInt(row.querySelector(".nr").textContent, 10) || Number.MAX_SAFE_INTEGER;
  }

  function inOrder() {
    const places = document.querySelector("[data-order]")?.value === "place";
    const typing = document.body.classList.contains("typing");
    const byNumber = (one, other) => numberOf(one) - numberOf(other);
    const where = (row) => `${row.dataset.cabinet} ${row.dataset.place ?? "\uffff"}`;
    const byPlace = (one, other) => where(one).localeCompare(where(other), "da", { numeric: true }) || byNumber(one, other);
    for (const form of document.querySelectorAll("form[data-sheet]")) {
      arranged(form, typing ? byNumber : places ? byPlace : null);
    }
  }

  document.querySelector("[data-order]")?.addEventListener("change", inOrder);
  const typingBack = document.querySelector("[data-typing]");
  typingBack?.addEventListener("click", () => {
    const on = document.body.classList.toggle("typing");
    typingBack.setAttribute("aria-pressed", String(on));
    for (const part of document.querySelectorAll("form[data-sheet] details:is(.more, .kept)")) {
      part.open = on;
    }
    inOrder();
    if (on) {
      document.querySelector(COLUMN)?.focus();
    }
  });

  // A review that waited has been sent while its ward is open: the page is made anew, with what was decided.
  document.addEventListener("brikopt-sent", (event) => {
    if (document.querySelector(`form[data-ward="${CSS.escape(event.detail.ward)}"]`) !== null) {
      window.location.assign(window.location.pathname);
    }
  });

  // Filters on top: a part of the list, words in a name or number, a number from the paper.
  const search = document.querySelector("[data-search]");
  const parts = [...document.querySelectorAll("[data-show-part]")];
  let part = "";

  function show() {
    const words = (search?.value ?? "").trim().toLowerCase();
    for (const row of document.querySelectorAll("form[data-sheet] .row, .read-rows .row")) {
      const inPart = part === "" || row.dataset.part === part;
      const number = row.querySelector(".nr")?.textContent.trim() ?? "";
      const named = words === "" || words === number || (row.dataset.names ?? "").toLowerCase().includes(words);
      if (words !== "" && named) {
        row.closest("details.kept")?.setAttribute("open", "");
      }
      row.hidden = !(inPart && named);
    }
    for (const one of parts) {
      one.setAttribute("aria-pressed", String(one.dataset.showPart === part));
    }
  }

  for (const one of parts) {
    one.addEventListener("click", () => {
      part = part === one.dataset.showPart ? "" : one.dataset.showPart;
      show();
    });
  }
  search?.addEventListener("input", show);
  search?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      [...document.querySelectorAll(".row:not([hidden])")][0]?.focus();
    }
  });
  document.querySelector("[data-next]")?.addEventListener("click", () => {
    for (const form of document.querySelectorAll("form[data-sheet]")) {
      const next = rowsOf(form).find((one) => !one.row.hidden && one.row.closest("details.kept") === null && !handled(form, one));
      if (next !== undefined) {
        next.row.scrollIntoView({ block: "center" });
        next.row.querySelector(".decide input[type=radio]")?.focus({ preventScroll: true });
        return;
      }
    }
  });
})();
