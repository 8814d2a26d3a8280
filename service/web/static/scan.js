// Codes from a hand scanner, which types and presses Enter, and from the camera: find the row, write the date, count.
"use strict";

(() => {
  const place = document.querySelector("[data-scan]");
  if (place === null) {
    return;
  }
  // data-say-found is words.found.
  const words = Object.fromEntries(Object.entries(place.dataset).map(([name, said]) => [name.replace(/^say(.)/, (_, first) => first.toLowerCase()), said]));
  const told = document.querySelector("[data-scanned]");
  const QUICK_MS = 80; // between two signs; fingers are slower for as long as a code is
  const LEAST_SIGNS = 8;
  const PATIENCE_MS = 4000;
  const AGAIN_MS = 3000; // the same box still in front of the camera
  const LOOK_MS = 350;
  const WIDEST = 1280;
  const GS = "\u001d";
  // A mark of the symbology, an element that begins with 01, 02, 10, 11, 17 or 21, or a bare number of a box.
  const CODE = /^(\][A-Za-z]\d.{6,}|\u001d.{8,}|\(?(01\)?\d{14}|17\)?\d{6}).*|(\d{12,14}))$/s;
  let last = null;

  function say(...parts) {
    told.textContent = parts.join(" ");
  }

  function filled(text, facts) {
    return Object.entries(facts).reduce((done, [name, value]) => done.replaceAll(`{${name}}`, value), text);
  }

  function lastOfMonth(year, month) {
    return new Date(Date.UTC(year, month, 0)).getUTCDate();
  }

  // Without a network: the parts whose length is fixed; a lot of unknown length ends at its separator.
  function readHere(code) {
    const said = { gtin: null, expiry: null };
    let rest = code.replace(/^\][A-Za-z]\d/, "");
    if (/^(\d{8}|\d{12,14})$/.test(rest) && !/^17\d{6}$/.test(rest)) {
      said.gtin = rest.padStart(14, "0");
      return said;
    }
    rest = rest.replace(/[()]/g, "");
    while (rest !== "") {
      const gtin = /^01(\d{14})/.exec(rest);
      const date = /^17(\d\d)(\d\d)(\d\d)/.exec(rest);
      if (rest.startsWith(GS)) {
        rest = rest.slice(1);
      } else if (gtin !== null) {
        said.gtin = gtin[1];
        rest = rest.slice(16);
      } else if (date !== null) {
        const [year, month, day] = [2000 + Number(date[1]), Number(date[2]), Number(date[3])];
        said.expiry = `${year}-${date[2]}-${String(day || lastOfMonth(year, month)).padStart(2, "0")}`;
        rest = rest.slice(8);
      } else {
        rest = rest.includes(GS) ? rest.slice(rest.indexOf(GS)) : "";
      }
    }
    return said;
  }

  async function asked(path, body, type) {
    const headers = { "Content-Type": type, Accept: "application/json" };
    if (words.token) {
      headers["X-CSRF-Token"] = words.token;
    }
    const limit = new AbortController();
    const timer = window.setTimeout(() => limit.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(path, { method: "POST", body, headers, signal: limit.signal });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    } finally {
      window.clearTimeout(timer);
    }
  }

  async function read(code) {
    return (await asked("/api/v1/scans", JSON.stringify({ code }), "application/json")) ?? readHere(code);
  }

  // A date as people type it, as YYYY-MM-DD; blank where it can't be read.
  function typedDay(text) {
    const parts = text.split(/\D+/).filter((part) => part !== "");
    let [day, month, year] = parts;
    if (parts.length === 1 && /^(\d{6}|\d{8})$/.test(text)) {
      [day, month, year] = [text.slice(0, 2), text.slice(2, 4), text.slice(4)];
    } else if (parts.length === 2) {
      [month, year] = parts;
      day = String(lastOfMonth(Number(year), Number(month)));
    } else if (parts.length !== 3) {
      return "";
    }
    const full = year.length === 2 ? `20${year}` : year;
    return `${full}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  }

  function fieldOf(row, part) {
    return row.querySelector(`input[name^="${part}-"]`);
  }

  function shown(row) {
    row.closest("details.kept")?.setAttribute("open", "");
    row.hidden = false;
    row.querySelector("details.more")?.setAttribute("open", "");
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
    document.querySelector(".row.scanned")?.classList.remove("scanned");
    row.classList.add("scanned");
    return filled(words.found, { number: row.querySelector(".nr").textContent.trim(), name: row.querySelector("h4").lastChild.textContent.trim() });
  }

  function dated(row, expiry) {
    const [year, month, day] = expiry.split("-");
    const written = `${day}-${month}-${year}`;
    const field = fieldOf(row, "date");
    if (field.value.trim() !== "" && typedDay(field.value.trim()) < expiry) {
      return filled(words.later, { day: written });
    }
    field.value = written;
    return filled(words.date, { day: written });
  }

  function counted(row, what) {
    const field = fieldOf(row, "counted");
    const more = what === "pack" ? Number(row.dataset.pack) || 1 : 1;
    field.value = String((Number.parseInt(field.value, 10) || 0) + more);
    return filled(words.counted, { count: field.value });
  }

  // Of several rows of an item the one that was found before, else the first that is still open.
  function rowOf(gtin) {
    const rows = [...document.querySelectorAll(`form[data-sheet] .row[data-gtin="${CSS.escape(gtin)}"]`)];
    return rows.find((row) => row === last) ?? rows.find((row) => row.querySelector("input:checked") === null) ?? rows[0] ?? null;
  }

  async function scanned(code) {
    const said = await read(code);
    const what = place.querySelector("[data-scan-does]").value;
    const shownCode = code.replaceAll(GS, " ").trim();
    if (said.gtin !== null) {
      last = rowOf(said.gtin);
      if (last === null) {
        say(filled(words.unknown, { code: shownCode }));
        return;
      }
    } else if (said.expiry === null) {
      say(filled(words.unread, { code: shownCode }));
      return;
    } else if (last === null) {
      say(filled(words.first, { day: said.expiry.split("-").reverse().join("-") }));
      return;
    }
    const parts = [shown(last)];
    if (said.expiry !== null) {
      parts.push(dated(last, said.expiry));
    } else if (what === "date") {
      parts.push(words.nodate);
    }
    if (what !== "date" && said.gtin !== null) {
      parts.push(counted(last, what));
    }
    last.closest("form").dispatchEvent(new Event("input"));
    say(...parts);
  }

  // A scanner types faster than people, wherever the cursor is: what it typed there is taken back.
  const typed = { text: "", at: 0, field: null, before: "" };
  document.addEventListener(
    "keydown",
    (event) => {
      const now = event.timeStamp;
      const separator = event.ctrlKey && event.key === "]";
      if (event.key === "Enter") {
        const { text, field, before } = typed;
        typed.text = "";
        const search = event.target.matches?.("[data-search]") && CODE.test(event.target.value.trim());
        const quick = now - typed.at < QUICK_MS && text.length >= LEAST_SIGNS && CODE.test(text);
        if (quick || search) {
          event.preventDefault();
          event.stopImmediatePropagation();
          const code = quick ? text : event.target.value.trim();
          if (field !== null && quick && field.value !== undefined) {
            field.value = before;
            field.dispatchEvent(new Event("input", { bubbles: true }));
          } else if (search) {
            event.target.value = "";
            event.target.dispatchEvent(new Event("input", { bubbles: true }));
          }
          scanned(code);
        }
        return;
      }
      if (!separator && (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey)) {
        return;
      }
      if (now - typed.at > QUICK_MS) {
        const field = event.target.matches?.("input, textarea") ? event.target : null;
        Object.assign(typed, { text: "", field, before: field?.value ?? "" });
      }
      if (separator) {
        event.preventDefault();
      }
      typed.text += separator ? GS : event.key;
      typed.at = now;
    },
    { capture: true },
  );

  const button = place.querySelector("[data-camera]");
  const picture = place.querySelector("[data-picture]");
  const seen = { code: "", at: 0 };
  let stream = null;

  async function detector() {
    if (!("BarcodeDetector" in window)) {
      return null;
    }
    const formats = await window.BarcodeDetector.getSupportedFormats();
    const wanted = ["data_matrix", "code_128", "ean_13", "ean_8", "upc_a"].filter((one) => formats.includes(one));
    return wanted.includes("data_matrix") ? new window.BarcodeDetector({ formats: wanted }) : null;
  }

  async function frame(own) {
    if (own !== null) {
      return (await own.detect(picture)).map((one) => one.rawValue);
    }
    const scale = Math.min(1, WIDEST / picture.videoWidth);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.videoWidth * scale);
    canvas.height = Math.round(picture.videoHeight * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const sent = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return ((await asked("/api/v1/scans/picture", sent, "image/jpeg"))?.items ?? []).map((one) => one.code);
  }

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    picture.hidden = true;
    picture.srcObject = null;
    button.setAttribute("aria-pressed", "false");
  }

  async function look(own) {
    while (stream !== null) {
      if (picture.videoWidth > 0) {
        for (const code of await frame(own).catch(() => [])) {
          if (code !== seen.code || performance.now() - seen.at > AGAIN_MS) {
            await scanned(code);
          }
          Object.assign(seen, { code, at: performance.now() });
        }
      }
      await new Promise((resolve) => window.setTimeout(resolve, LOOK_MS));
    }
  }

  button.addEventListener("click", async () => {
    if (stream !== null) {
      stop();
      return;
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: WIDEST } } });
    } catch {
      say(words.nocamera);
      return;
    }
    picture.srcObject = stream;
    picture.hidden = false;
    button.setAttribute("aria-pressed", "true");
    await picture.play().catch(() => undefined);
    look(await detector());
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && stop());
})();
