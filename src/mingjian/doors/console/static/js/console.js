// The shell's behaviour on every page: navigation, dialogs, the command palette, keys. No inline script anywhere.
(() => {
  "use strict";
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const one = (selector, from = document) => from.querySelector(selector);
  const body = document.body;

  // --- forms sent by htmx carry the token that our forms hold in a field
  document.addEventListener("htmx:configRequest", (event) => {
    const token = one('meta[name="csrf-token"]').content;
    if (token) event.detail.headers["X-CSRF-Token"] = token;
  });
  document.addEventListener("htmx:sendError", () => tell(body.dataset.offline, "error"));

  function tell(message, kind) {
    const notice = document.createElement("div");
    notice.className = `notice ${kind}`;
    notice.setAttribute("role", "alert");
    const text = document.createElement("span");
    text.className = "text";
    text.textContent = message;
    notice.append(text);
    one("#alerts").replaceChildren(notice);
  }

  // --- small things by attribute
  const nav = (open) => {
    body.classList.toggle("nav-open", open);
    const button = one("[data-toggle-nav]");
    if (button) button.setAttribute("aria-expanded", String(open));
  };
  document.addEventListener("click", (event) => {
    const at = event.target.closest("[data-toggle-nav],[data-close-nav],[data-open],[data-open-palette],[data-close-dialog],[data-dismiss],[data-check-all],[data-back]");
    for (const menu of all("details.person[open]")) if (!menu.contains(event.target)) menu.open = false;
    if (!at) return;
    if (at.matches("[data-toggle-nav]")) nav(!body.classList.contains("nav-open"));
    else if (at.matches("[data-close-nav]")) nav(false);
    else if (at.matches("[data-open-palette]")) openPalette();
    else if (at.matches("[data-open]")) showDialog(document.getElementById(at.dataset.open));
    else if (at.matches("[data-close-dialog]")) at.closest("dialog").close();
    else if (at.matches("[data-dismiss]")) at.closest(".notice").remove();
    else if (at.matches("[data-back]")) history.back();
    else if (at.matches("[data-check-all]")) {
      for (const box of all(at.dataset.checkAll)) box.checked = at.checked;
      ticked();
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
    ticked();
  });

  // What is to be done with several rows shows itself when there are some.
  function ticked() {
    for (const bar of all("[data-with-ticked]")) {
      const count = all(`${bar.dataset.withTicked}:checked`).length;
      bar.hidden = count === 0;
      for (const place of all("[data-ticked-count]", bar)) place.textContent = String(count);
    }
  }
  ticked();

  function showDialog(dialog) {
    if (dialog && !dialog.open) dialog.showModal();
  }
  for (const dialog of all("dialog")) {
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  // --- the command palette: pages, what the page itself offers (data-command), queues
  const palette = document.getElementById("palette");
  const words = palette && one("input", palette);
  const list = palette && one("ul", palette);
  let offers = null;
  let chosen = 0;

  const offer = (title, where, run, keys = "") => ({ title, where, run, keys, lower: `${title} ${where}`.toLowerCase() });
  const leave = (path) => () => { window.location.assign(path); };

  async function gather() {
    const found = all("[data-command]").filter((node) => !node.disabled).map((node) =>
      offer(node.dataset.command, "", () => { palette.close(); node.click(); node.focus(); }, node.dataset.key || ""));
    for (const link of all(".side .nav a")) {
      const group = link.closest("ul").previousElementSibling;
      found.push(offer(link.textContent.trim(), group ? group.textContent.trim() : "", leave(link.href), link.dataset.keys || ""));
    }
    offers = found;
    try {
      const answer = await fetch("/palette", { headers: { Accept: "application/json" } });
      if (answer.ok) {
        for (const each of await answer.json()) offers.push(offer(each.title, each.where, leave(each.path)));
        draw();
      }
    } catch { /* the pages are enough */ }
  }

  function matching() {
    const asked = words.value.trim().toLowerCase();
    const found = (offers || []).filter((each) => asked.split(/\s+/).every((word) => each.lower.includes(word))).slice(0, 40);
    if (asked.length > 1) found.push(offer(`${words.dataset.searchWords}:${words.value.trim()}`, "", leave(`/search?q=${encodeURIComponent(words.value.trim())}`)));
    return found;
  }

  function draw() {
    const found = matching();
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    list.replaceChildren(...found.map((each, at) => {
      const row = document.createElement("li");
      row.id = `palette-${at}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(at === chosen));
      row.append(document.createTextNode(each.title));
      const where = document.createElement("span");
      where.className = "where";
      where.textContent = each.where;
      for (const key of each.keys.split(" ").filter(Boolean)) {
        const cap = document.createElement("kbd");
        cap.textContent = key;
        where.append(cap);
      }
      row.append(where);
      row.addEventListener("click", each.run);
      return row;
    }));
    words.setAttribute("aria-activedescendant", found.length ? `palette-${chosen}` : "");
    const row = list.children[chosen];
    if (row) row.scrollIntoView({ block: "nearest" });
    return found;
  }

  function openPalette() {
    if (!palette) return;
    words.value = "";
    chosen = 0;
    showDialog(palette);
    gather();
    draw();
    words.focus();
  }
  if (palette) {
    words.addEventListener("input", () => { chosen = 0; draw(); });
    words.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        chosen += event.key === "ArrowDown" ? 1 : -1;
        draw();
      } else if (event.key === "Enter") {
        event.preventDefault();
        const found = matching()[chosen];
        if (found) found.run();
      }
    });
  }

  // --- rows of a list under j, k, Enter, x: any element with data-row; data-href is where it leads
  const rows = () => all("[data-row]");
  let row = -1;
  function go(step) {
    const listed = rows();
    if (!listed.length) return;
    row = Math.max(0, Math.min(listed.length - 1, row + step));
    listed.forEach((each, at) => each.classList.toggle("at", at === row));
    const link = one("a", listed[row]);
    (link || listed[row]).focus({ preventScroll: true });
    listed[row].scrollIntoView({ block: "nearest" });
  }

  // --- keys: not while somebody types, not with the keys of the browser
  const typing = (node) => node.closest("input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable=true]") !== null;
  let first = "";
  let since = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette && palette.open) palette.close(); else openPalette();
      return;
    }
    if (event.key === "Escape") nav(false);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (one("dialog[open]")) return;
    const pair = Date.now() - since < 1200 ? `${first} ${event.key}` : "";
    first = event.key;
    since = Date.now();
    const jump = pair && all("[data-keys]").find((node) => node.dataset.keys === pair);
    if (jump) { event.preventDefault(); jump.click(); return; }
    if (event.defaultPrevented) return;
    const own = all("[data-key]").find((node) => node.dataset.key === event.key && !node.disabled && node.offsetParent !== null);
    if (own) { event.preventDefault(); own.click(); return; }
    if (event.key === "?") { event.preventDefault(); showDialog(document.getElementById("keys-help")); }
    else if (event.key === "/") {
      const field = one("[data-search-field]");
      event.preventDefault();
      if (field) field.focus(); else window.location.assign("/search");
    }
    else if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "x" && rows()[row]) {
      const box = one("input[type=checkbox]", rows()[row]);
      if (box) { box.checked = !box.checked; ticked(); }
    }
    else if (event.key === "Enter" && rows()[row] && !event.target.closest("a,button,summary")) {
      const path = rows()[row].dataset.href;
      if (path) window.location.assign(path);
    }
  });

  window.mingjian = { tell, showDialog, typing };
})();
