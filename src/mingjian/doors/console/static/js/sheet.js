// The sheet of clauses: each is saved by itself as one goes. What could not be sent stays on this device (marks in
// localStorage, photos in IndexedDB) and is sent again: when the network is back, every few seconds, after a reload.
(() => {
  "use strict";
  const sheet = document.getElementById("sheet");
  if (!sheet || sheet.dataset.writes !== "1") return;
  const say = sheet.dataset;
  const one = (selector, from = sheet) => from.querySelector(selector);
  const all = (selector, from = sheet) => Array.from(from.querySelectorAll(selector));
  const key = `mingjian-sheet:${say.who}:${say.application}:${say.which}:${say.audit}`;
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const base = `/accreditations/${say.application}`;
  const clauses = new Map(all("[data-clause]").map((node) => [node.dataset.clause, node]));
  let waiting = read();
  let sending = false;
  let tries = 0;
  let timer = 0;

  function read() {
    try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; }
  }
  function keep() {
    try {
      if (Object.keys(waiting).length) localStorage.setItem(key, JSON.stringify(waiting));
      else localStorage.removeItem(key);
    } catch { /* a full or forbidden store: what waits lives as long as the page */ }
    const count = Object.keys(waiting).length;
    const line = one("[data-pending-line]");
    line.textContent = count ? say.pending.replace("{n}", count) : say.none;
    line.classList.toggle("late", count > 0);
  }

  // --- photos that wait: IndexedDB, or memory where there is none
  const memory = new Map();
  const opened = new Promise((resolve) => {
    if (!window.indexedDB) { resolve(null); return; }
    const asked = indexedDB.open("mingjian-sheets", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => resolve(null);
  });
  async function store(mode, work) {
    const database = await opened;
    if (!database) return work(null);
    return new Promise((resolve, reject) => {
      const asked = work(database.transaction("files", mode).objectStore("files"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }
  const putFile = (file) => store("readwrite", (files) => files ? files.put(file) : memory.set(file.id, file));
  const getFile = (id) => store("readonly", (files) => files ? files.get(id) : memory.get(id));
  const dropFile = (id) => store("readwrite", (files) => files ? files.delete(id) : memory.delete(id));

  // --- what a clause shows now
  function shown(node) {
    const mark = one("input[type=radio]:checked", node);
    return {
      mark: mark ? mark.value : "",
      note: one("[data-note]", node).value,
      evidence: all("[data-files] > li", node).map((row) => row.dataset.digest ? { digest: row.dataset.digest } : { id: row.dataset.id, name: row.dataset.name }),
    };
  }
  function state(node, words, kind = "") {
    const place = one("[data-state]", node);
    place.textContent = words;
    place.className = `state small ${kind}`;
    node.classList.toggle("marked", Boolean(one("input[type=radio]:checked", node)));
  }
  function row(name, href) {
    const item = document.createElement("li");
    const label = document.createElement(href ? "a" : "span");
    label.className = "name";
    label.textContent = name;
    if (href) { label.href = href; label.target = "_blank"; label.rel = "noopener"; }
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "button quiet tight";
    drop.dataset.drop = "";
    drop.setAttribute("aria-label", `${say.remove} ${name}`);
    drop.textContent = "×";
    item.append(label, drop);
    return item;
  }
  function sentRow(file) {
    const item = row(file.name || file.digest.slice(0, 12), `${base}/files/${file.digest}`);
    item.dataset.digest = file.digest;
    return item;
  }
  function waitingRow(file) {
    const item = row(`${file.name} · ${say.waiting}`, "");
    item.className = "waiting";
    item.dataset.id = file.id;
    item.dataset.name = file.name;
    return item;
  }

  // --- saving
  function changed(node, soon = 0) {
    const now = shown(node);
    if (!now.mark) return; // a note or photo alone is kept with the mark that follows
    const before = waiting[node.dataset.clause];
    waiting[node.dataset.clause] = { ...now, version: node.dataset.version, turn: before ? before.turn + 1 : 1 };
    state(node, say.saving);
    keep();
    tries = 0;
    if (!soon) { send(); return; }
    clearTimeout(timer); // while somebody types: kept at once, sent when they pause
    timer = setTimeout(send, soon);
  }
  async function ask(path, body) {
    const answer = await fetch(path, { method: "POST", body, headers: { "X-CSRF-Token": token }, credentials: "same-origin" });
    if (answer.redirected || !(answer.headers.get("content-type") || "").includes("json")) return { status: answer.status >= 500 ? 500 : 401, said: {} };
    return { status: answer.status, said: await answer.json() };
  }
  async function upload(node, clause) {
    for (const file of clause.evidence.filter((each) => each.id)) {
      const kept = await getFile(file.id);
      const place = one(`[data-id="${file.id}"]`, node);
      if (!kept) { if (place) place.remove(); file.gone = true; continue; }
      state(node, say.sending);
      const form = new FormData();
      form.append("file", kept.blob, kept.name);
      const { status, said } = await ask(`${base}/files`, form);
      if (status === 200) {
        file.digest = said.digest;
        if (place) place.replaceWith(sentRow(said));
        await dropFile(file.id);
        delete file.id;
        keep();
      } else if (status === 401 || status === 429 || status >= 500) {
        return { status, said };
      } else {
        if (place) place.remove();
        await dropFile(file.id);
        file.gone = true;
        clause.told = said.error;
      }
    }
    clause.evidence = clause.evidence.filter((each) => !each.gone);
    return null;
  }
  async function send() {
    clearTimeout(timer);
    if (sending) return;
    sending = true;
    let stopped = null;
    for (const code of Object.keys(waiting)) {
      const node = clauses.get(code);
      const clause = waiting[code];
      if (!node || clause.held) continue;
      const turn = clause.turn;
      let got;
      try {
        got = await upload(node, clause);
        if (!got) {
          const form = new FormData();
          for (const [name, value] of [["sheet", say.which], ["audit", say.audit], ["clause", code], ["mark", clause.mark], ["note", clause.note], ["version", clause.version]]) form.append(name, value);
          for (const file of clause.evidence) if (file.digest) form.append("evidence", file.digest);
          got = await ask(`${base}/marks`, form);
        }
      } catch { got = { status: 0, said: {} }; }
      if (got.status === 200) { settled(node, code, turn, got.said, clause.told); continue; }
      if (got.status === 0 || got.status === 401 || got.status === 429 || got.status >= 500) {
        stopped = got.status;
        for (const each of Object.keys(waiting)) if (clauses.get(each)) state(clauses.get(each), got.status === 401 ? say.signin : say.kept, "kept");
        break;
      }
      if (got.status === 409 && got.said.now) { clash(node, code, got.said); continue; }
      state(node, say.wrong + (got.said.error || got.status), "bad");
      waiting[code].held = true; // until it is changed; nothing typed is lost
      keep();
    }
    sending = false;
    const left = Object.values(waiting).some((each) => !each.held);
    if (left) {
      tries = stopped === null ? 0 : tries + 1;
      timer = setTimeout(send, Math.min(30000, 1500 * 2 ** Math.min(tries, 5)));
    }
  }
  function settled(node, code, turn, said, told) {
    node.dataset.version = said.version;
    if (waiting[code] && waiting[code].turn !== turn) {
      waiting[code].version = String(said.version); // changed again while it was under way
    } else {
      delete waiting[code];
      state(node, told || `${say.saved} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`, told ? "bad" : "ok");
    }
    one("[data-clash]", node).hidden = true;
    one("[data-points]").textContent = said.points.toFixed(2);
    one("[data-unmarked]").textContent = said.unmarked ? say.left.replace("{n}", said.unmarked) : say.all;
    keep();
  }
  function clash(node, code, said) {
    waiting[code].held = true;
    keep();
    state(node, say.stale, "clash");
    const box = one("[data-clash]", node);
    const words = document.createElement("span");
    words.className = "text";
    const label = one(`input[value="${said.now.mark}"] + span`, node);
    words.textContent = `${said.now.by}:${label ? label.textContent : said.now.mark} ${said.now.note}`;
    const button = (title, work) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "button";
      made.textContent = title;
      made.addEventListener("click", work);
      return made;
    };
    box.replaceChildren(words,
      button(say.mine, () => { node.dataset.version = said.now.version; box.hidden = true; changed(node); }),
      button(say.theirs, () => {
        node.dataset.version = said.now.version;
        const mark = one(`input[value="${said.now.mark}"]`, node);
        if (mark) mark.checked = true;
        one("[data-note]", node).value = said.now.note;
        one("[data-files]", node).replaceChildren(...said.now.evidence.map((digest) => sentRow({ digest })));
        delete waiting[code];
        box.hidden = true;
        state(node, "");
        keep();
      }));
    box.hidden = false;
  }

  // --- what people do
  sheet.addEventListener("change", async (event) => {
    const node = event.target.closest("[data-clause]");
    if (!node) return;
    if (!event.target.matches("[data-add]")) { changed(node); return; }
    for (const file of Array.from(event.target.files)) {
      if (file.size > Number(say.megabytes) * 1048576) { state(node, say.large.replace("{n}", say.megabytes), "bad"); continue; }
      if (all("[data-files] > li", node).length >= Number(say.most)) break;
      const kept = { id: `${Date.now()}-${Math.random().toString(36).slice(2)}`, name: file.name, blob: file };
      await putFile(kept);
      one("[data-files]", node).append(waitingRow(kept));
    }
    event.target.value = "";
    changed(node);
  });
  sheet.addEventListener("input", (event) => {
    const node = event.target.closest("[data-clause]");
    if (node && event.target.matches("[data-note]")) changed(node, 900);
  });
  sheet.addEventListener("click", (event) => {
    if (event.target.closest("[data-next-open]")) { openNext(); return; }
    const drop = event.target.closest("[data-drop]");
    if (!drop) return;
    const node = drop.closest("[data-clause]");
    const item = drop.closest("li");
    if (item.dataset.id) dropFile(item.dataset.id);
    item.remove();
    changed(node);
  });
  function openNext() {
    const open = Array.from(clauses.values()).find((node) => !one("input[type=radio]:checked", node) && !node.classList.contains("optional"));
    if (open) at(open);
  }
  function at(node) {
    for (const each of clauses.values()) each.classList.toggle("at", each === node);
    node.scrollIntoView({ block: "start" });
    node.focus({ preventScroll: true });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const inside = event.target.closest && event.target.closest("[data-clause]");
    if (window.mingjian.typing(event.target)) {
      if (event.key === "Escape" && inside) { event.target.blur(); at(inside); }
      return;
    }
    const node = inside || one(".clause.at");
    if (!node) return;
    const choices = { 1: "met", 2: "partly", 3: "not", 4: "na" };
    if (choices[event.key]) {
      const choice = one(`input[value="${choices[event.key]}"]`, node);
      if (choice) { event.preventDefault(); choice.checked = true; changed(node); }
    } else if (event.key === "m") { event.preventDefault(); one("[data-note]", node).focus(); }
    else if (event.key === "p") { event.preventDefault(); one("[data-add]", node).click(); }
  });
  window.addEventListener("online", () => { tries = 0; send(); });
  window.addEventListener("beforeunload", (event) => { if (Object.keys(waiting).length) event.preventDefault(); });

  // --- what an earlier visit left behind
  for (const [code, clause] of Object.entries(waiting)) {
    const node = clauses.get(code);
    if (!node) { delete waiting[code]; continue; }
    const mark = one(`input[value="${clause.mark}"]`, node);
    if (mark) mark.checked = true;
    one("[data-note]", node).value = clause.note;
    one("[data-files]", node).replaceChildren(...clause.evidence.map((file) => file.digest ? sentRow(file) : waitingRow(file)));
    delete clause.held;
    state(node, say.kept, "kept");
  }
  for (const node of clauses.values()) node.classList.toggle("marked", Boolean(one("input[type=radio]:checked", node)));
  keep();
  send();
})();
