// The rating form: one key a mark, kept as it is given, works by touch and without a script too.
(() => {
  "use strict";
  const form = document.getElementById("rating");
  if (!form || form.querySelector("input[type=radio]:disabled")) return;
  const rows = Array.from(form.querySelectorAll("[data-mark]"));
  const status = form.querySelector("[data-status]");
  const done = form.querySelector("[data-done]");
  const token = form.querySelector("[name=csrf_token]").value;
  const waiting = new Map();
  let at = Math.max(0, rows.findIndex((row) => !row.querySelector(":checked")));
  let timer = 0;
  let sending = null;

  const show = (place, move = true) => {
    at = Math.max(0, Math.min(rows.length - 1, place));
    rows.forEach((row, index) => row.classList.toggle("at", index === at));
    if (move) rows[at].scrollIntoView({ block: "nearest" });
  };
  const count = () => { done.textContent = String(rows.filter((row) => row.querySelector(":checked")).length); };

  const save = async () => {
    window.clearTimeout(timer);
    if (sending) await sending;
    if (!waiting.size) return true;
    const given = new Map(waiting);
    waiting.clear();
    status.textContent = form.dataset.saving;
    sending = fetch(form.dataset.save, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-CSRF-Token": token, "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(Array.from(given)),
    }).then((answer) => answer.ok, () => false);
    const good = await sending;
    sending = null;
    if (!good) {
      for (const [key, value] of given) if (!waiting.has(key)) waiting.set(key, value);
      timer = window.setTimeout(save, 5000);
    }
    status.textContent = good ? form.dataset.saved : form.dataset.failed;
    status.classList.toggle("late", !good);
    return good;
  };
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[type=radio]")) return;
    waiting.set(event.target.name, event.target.value);
    show(rows.indexOf(event.target.closest("[data-mark]")), false);
    count();
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 400);
  });
  const choose = (value) => {
    const box = rows[at].querySelector(`input[value="${value}"]`);
    if (!box) return;
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    show(at + 1);
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, input:not([type=radio]), select, dialog");
    if (typing || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (/^[0-9]$/.test(event.key)) {
      event.preventDefault();
      choose(event.key);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      show(at + (event.key === "ArrowDown" ? 1 : -1));
    }
  });
  window.addEventListener("pagehide", () => {
    if (!waiting.size) return;
    const body = new URLSearchParams([...waiting, ["csrf_token", token]]);
    navigator.sendBeacon(form.dataset.save, body);
  });
  show(at, false);
})();
