// The review page: one key a verdict, reasons under letters, the lease's clock. What is typed outlives a refusal.
(() => {
  "use strict";
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const one = (selector, from = document) => from.querySelector(selector);
  const form = document.getElementById("verdict");
  let lively = Date.now();
  for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => { lively = Date.now(); }, true);

  // --- the lease: counted by the server's clock, begun anew by itself while somebody works
  function clock() {
    const lease = one("[data-lease-until]");
    if (!lease || lease.dataset.running) return;
    lease.dataset.running = "1";
    const apart = Number(lease.dataset.now) - Date.now();
    const told = one("[data-countdown]", lease);
    let asked = false;
    const tick = () => {
      if (!lease.isConnected) return;
      const left = Math.max(0, Math.round((Number(lease.dataset.leaseUntil) - Date.now() - apart) / 1000));
      told.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      lease.classList.toggle("soon", left <= 120 && left > 0);
      lease.classList.toggle("over", left === 0);
      if (left <= 60 && left > 0 && !asked && Date.now() - lively < 60000) {
        asked = true;
        one("[data-renew]").click();
      }
      setTimeout(tick, 1000);
    };
    tick();
  }
  clock();
  document.addEventListener("htmx:afterSwap", clock);

  if (!form) return;
  const begun = Date.now();
  const note = one("[data-note]", form);
  const reasons = one("[data-reasons]", form);
  const measures = all("[data-measure]", form);
  const chosen = () => measures.find((each) => each.checked);
  const key = `mingjian.draft.${form.dataset.case}`;

  // --- a draft of the answer is kept in this tab until it is accepted
  function keep() {
    const data = { note: note.value, measure: chosen() ? chosen().value : "", reasons: all("[data-reason]:checked", form).map((each) => each.value) };
    try { sessionStorage.setItem(key, JSON.stringify(data)); } catch { /* a full or closed store: nothing is kept */ }
  }
  function restore() {
    try {
      const data = JSON.parse(sessionStorage.getItem(key) || "null");
      if (!data) return;
      note.value = data.note;
      for (const each of measures) if (each.value === data.measure && !each.disabled) each.checked = true;
      for (const each of all("[data-reason]", form)) each.checked = data.reasons.includes(each.value);
    } catch { /* a broken draft is none */ }
  }
  restore();
  form.addEventListener("input", keep);
  form.addEventListener("change", () => { keep(); follow(); });

  function follow() {
    const measure = chosen();
    for (const terms of all(".terms", form)) terms.hidden = !measure || terms.id !== measure.dataset.terms;
    const wanted = Boolean(measure && "needsReason" in measure.dataset && !one("[data-reason]:checked", form));
    reasons.classList.toggle("wanted", wanted);
    return wanted;
  }
  follow();

  const send = () => form.requestSubmit(one("[data-submit-next]", form));

  form.addEventListener("submit", (event) => {
    one("[data-seconds]", form).value = String(Math.min(86400, Math.round((Date.now() - begun) / 1000)));
    if (chosen() && !follow()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const field = chosen() ? one("[data-reason]", form) : measures.find((each) => !each.disabled);
    if (field) field.focus();
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt === form && event.detail.successful) {
      try { sessionStorage.removeItem(key); } catch { /* nothing was kept */ }
    }
  });

  function pick(measure) {
    measure.checked = true;
    keep();
    const wanted = follow();
    const simple = !("needsReason" in measure.dataset) && !measure.dataset.terms;
    if (simple) send();
    else if (wanted) one("[data-reason]", form).focus();
    else measure.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || one("dialog[open]")) return;
    if (event.target === note) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); }
      else if (event.key === "Escape") note.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || window.mingjian.typing(event.target)) return;
    const measure = measures.find((each) => each.dataset.measure === event.key && !each.disabled);
    if (measure) { event.preventDefault(); pick(measure); return; }
    if (event.key === "Enter" && !event.target.closest("a,button,summary,[data-f]") && chosen()) { event.preventDefault(); send(); return; }
    const reason = chosen() && all("[data-reason]", form).find((each) => each.dataset.reason === event.key);
    if (reason && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      reason.checked = !reason.checked;
      keep();
      follow();
      return;
    }
    if (event.key === "m") { event.preventDefault(); note.focus(); }
  }, true);
})();
