// Drafts: the check as one types, notices and rewrites put in, comments on selected words or boxes.
(() => {
  "use strict";
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const one = (selector, from = document) => from.querySelector(selector);
  const points = (text) => Array.from(text).length;
  const units = (text, count) => Array.from(text).slice(0, count).join("").length;

  // --- the editor
  const form = document.getElementById("draft-form");
  if (form) {
    const fields = all("[data-part-field]", form);
    let timer = 0;
    let changed = false;
    const later = () => { clearTimeout(timer); timer = setTimeout(() => document.body.dispatchEvent(new Event("recheck")), 400); };
    form.addEventListener("input", (event) => { changed = true; if (event.target.type !== "file") later(); });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

    async function ask(path, more) {
      const body = new FormData(form);
      body.delete("files");
      for (const [name, value] of Object.entries(more)) body.set(name, value);
      const token = one('meta[name="csrf-token"]').content;
      const answer = await fetch(path, { method: "POST", body: new URLSearchParams(body), headers: { "X-CSRF-Token": token, "HX-Request": "true" } });
      if (!answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        window.mingjian.tell(page.body.textContent.trim().slice(0, 300), "error");
        return;
      }
      const said = await answer.json();
      for (const [at, name] of ["title", "text"].entries()) {
        if (fields[at].value === said[name]) continue;
        fields[at].value = said[name];
        changed = true;
      }
      later();
    }
    document.addEventListener("click", (event) => {
      const notice = event.target.closest("[data-notice]");
      if (notice) ask("/drafts/notice", { notice: notice.dataset.notice });
      const mend = event.target.closest("[data-mend]");
      if (mend) ask("/drafts/mend", { code: mend.dataset.mend });
      const find = event.target.closest("[data-find]");
      if (find) {
        const { part, start, end } = find.closest("[data-finding]").dataset;
        const field = fields[Number(part)];
        if (!field) return;
        field.focus();
        field.setSelectionRange(units(field.value, Number(start)), units(field.value, Number(end)));
      }
    });
  }

  // --- comments: from the words to the thread and back
  const show = (number, scrollTo) => {
    for (const node of all(".c.on,.thread.on,g.box.on")) node.classList.remove("on");
    const thread = one(`[data-thread="${number}"]`);
    const places = all("[data-c]").filter((node) => node.dataset.c.split(" ").includes(String(number)));
    for (const node of [thread, ...places]) if (node) node.classList.add("on");
    const target = scrollTo === "thread" ? thread : places[0];
    if (target) target.scrollIntoView({ block: "center", behavior: "smooth" });
  };
  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-c]");
    if (place && !place.dataset.f) show(place.dataset.c.split(" ")[0], "thread");
    const number = event.target.closest("[data-thread] > .row .number");
    if (number) show(number.closest("[data-thread]").dataset.thread, "place");
  });
  document.addEventListener("keydown", (event) => {
    const place = event.target.closest("[data-c]");
    if (place && event.key === "Enter") { event.preventDefault(); show(place.dataset.c.split(" ")[0], "thread"); }
  });

  // --- a comment's place: selected words of one part, counted in code points of the version
  const say = document.getElementById("say");
  if (!say) return;
  const anchor = one("[data-anchor]", say);
  const told = one("[data-chosen]", say);
  function choose(place, words) {
    anchor.value = place ? JSON.stringify(place) : "";
    told.hidden = !place;
    one("[data-chosen-words]", told).textContent = words || "";
  }
  one("[data-unchoose]", say).addEventListener("click", () => { choose(null); for (const box of all(".fresh")) box.remove(); });

  function offset(node, at) {
    const run = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-at]");
    if (!run) return null;
    if ("hidden" in run.dataset) return Number(run.dataset.at) + (at > 0 ? 1 : 0);
    const text = node.nodeType === Node.TEXT_NODE ? node.data.slice(0, at) : (at > 0 ? run.textContent : "");
    return Number(run.dataset.at) + points(text);
  }
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return;
    const range = chosen.getRangeAt(0);
    const owner = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-part]");
    const part = owner(range.startContainer);
    if (!part || part !== owner(range.endContainer) || !part.closest("[data-text]")) return;
    const start = offset(range.startContainer, range.startOffset), end = offset(range.endContainer, range.endOffset);
    if (start === null || end === null || start >= end) return;
    choose({ part: Number(part.dataset.part), start, end }, range.toString().slice(0, 60));
  });

  // --- a box drawn on a picture, in pixels of the original
  for (const button of all("[data-draw]")) {
    const frame = one(`[data-frame][data-media="${button.dataset.draw}"]`);
    const image = one("img", frame), boxes = one(".boxes", frame);
    let from = null, box = null;
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      frame.classList.toggle("drawing", on);
    });
    const at = (event) => {
      const seen = image.getBoundingClientRect();
      const scale = image.naturalWidth / seen.width;
      return [Math.max(0, Math.min(image.naturalWidth, Math.round((event.clientX - seen.left) * scale))),
              Math.max(0, Math.min(image.naturalHeight, Math.round((event.clientY - seen.top) * scale)))];
    };
    frame.addEventListener("pointerdown", (event) => {
      if (!frame.classList.contains("drawing")) return;
      event.preventDefault();
      frame.setPointerCapture(event.pointerId);
      for (const old of all(".fresh")) old.remove();
      from = at(event);
      box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      box.setAttribute("class", "fresh");
      boxes.append(box);
    });
    frame.addEventListener("pointermove", (event) => {
      if (!from) return;
      const to = at(event);
      const place = [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
      ["x", "y", "width", "height"].forEach((name, index) => box.setAttribute(name, String(place[index])));
      box.place = place;
    });
    frame.addEventListener("pointerup", () => {
      if (box && box.place && box.place[2] > 2 && box.place[3] > 2) {
        choose({ media: button.dataset.draw, box: box.place }, one("figcaption span", frame.closest("figure")).textContent);
        one("[data-say]", say).focus();
      }
      from = null;
      button.setAttribute("aria-pressed", "false");
      frame.classList.remove("drawing");
    });
  }
})();
