// The check page: applying and copying rewrites, files sent one after another, each shown from the browser's own copy.
(() => {
  "use strict";
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const one = (selector, from = document) => from.querySelector(selector);
  const field = document.getElementById("text");
  const undoButton = document.getElementById("undo");
  const before = [];

  // Offsets count characters (code points), as the server does.
  const characters = (text) => Array.from(text);
  const count = () => { document.getElementById("count").textContent = String(characters(field.value).length); };
  const recheck = () => { count(); field.dispatchEvent(new Event("recheck", { bubbles: true })); };
  field.addEventListener("input", count);
  count();

  function write(words) {
    before.push(field.value);
    undoButton.hidden = false;
    field.value = words;
    recheck();
  }
  undoButton.addEventListener("click", () => {
    if (before.length) field.value = before.pop();
    undoButton.hidden = before.length === 0;
    recheck();
    field.focus();
  });
  document.getElementById("clear").addEventListener("click", () => { if (field.value) write(""); field.focus(); });
  document.getElementById("context").addEventListener("change", () => {
    const chosen = new URLSearchParams(new FormData(document.getElementById("context")));
    for (const [name, value] of Array.from(chosen)) if (!value) chosen.delete(name);
    history.replaceState(null, "", chosen.size ? `/check?${chosen}` : "/check");
    if (field.value.trim()) recheck();
  });

  // --- findings and their places, within one result
  const scope = (node) => node.closest(".one-found") || document.getElementById("found");
  function show(from, number, toCard) {
    for (const node of all(".on", from)) node.classList.remove("on");
    const card = one(`[data-finding="${number}"]`, from);
    const places = all("[data-f]", from).filter((node) => node.dataset.f.split(" ").includes(String(number)));
    for (const node of [card, ...places]) if (node) node.classList.add("on");
    const target = toCard ? card : places[0];
    if (target) target.scrollIntoView({ block: "nearest", behavior: "smooth" });
    const player = one("video,audio", from);
    if (player && card && card.dataset.time !== undefined) player.currentTime = Number(card.dataset.time);
  }
  document.addEventListener("click", (event) => {
    const at = event.target.closest("[data-apply],[data-take],[data-copy],[data-drop-file],[data-f],[data-goto]");
    if (!at) return;
    if (at.matches("[data-apply]")) {
      const words = characters(field.value);
      const start = Number(at.dataset.start), end = Number(at.dataset.end);
      if (words.slice(start, end).join("") !== at.dataset.before) { recheck(); return; } // typed over meanwhile
      write([...words.slice(0, start), at.dataset.after, ...words.slice(end)].join(""));
    } else if (at.matches("[data-take]")) write(one(at.dataset.take).textContent);
    else if (at.matches("[data-copy]")) copy(at);
    else if (at.matches("[data-drop-file]")) at.closest(".file-found").remove();
    else if (at.matches("[data-f]")) show(scope(at), at.dataset.f.split(" ")[0], true);
    else show(scope(at), at.dataset.goto, false);
  });
  document.addEventListener("keydown", (event) => {
    const place = event.target.closest("[data-f]");
    if (place && !place.matches("button") && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      show(scope(place), place.dataset.f.split(" ")[0], true);
      return;
    }
    if ((event.key !== "[" && event.key !== "]") || window.mingjian.typing(event.target)) return;
    const from = document.getElementById("found");
    const cards = all("[data-finding]", from);
    if (!cards.length) return;
    const at = cards.findIndex((card) => card.classList.contains("on"));
    const next = at < 0 ? 0 : (at + (event.key === "]" ? 1 : -1) + cards.length) % cards.length;
    show(from, cards[next].dataset.finding, true);
  });

  async function copy(button) {
    const words = one(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(words);
    } catch { // not over https: the old way
      const spare = document.createElement("textarea");
      spare.value = words;
      document.body.append(spare);
      spare.select();
      document.execCommand("copy");
      spare.remove();
    }
    const said = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = said; }, 1500);
  }

  // --- files: one at a time; the picture or clip is shown from the browser's own copy
  const page = document.getElementById("checking");
  const queue = [];
  let busy = false;

  function take(files) {
    const room = Number(page.dataset.mostFiles) - queue.length;
    for (const file of Array.from(files).slice(0, room)) {
      const line = document.getElementById("upload-line").content.firstElementChild.cloneNode(true);
      one(".upload-name", line).textContent = file.name;
      document.getElementById("uploads").append(line);
      if (file.size > Number(page.dataset.mostBytes)) tell(line, "large");
      else queue.push({ file, line });
    }
    next();
  }
  function tell(line, word, message) {
    const state = one(".state", line);
    state.textContent = message || state.dataset[word];
    const bar = one("progress", line);
    if (word === "reading") bar.removeAttribute("value");
    else if (word !== "sending") bar.remove();
  }
  function next() {
    if (busy || !queue.length) return;
    busy = true;
    const { file, line } = queue.shift();
    const form = new FormData(document.getElementById("context"));
    form.append("file", file, file.name || "image.png");
    const request = new XMLHttpRequest();
    request.open("POST", "/check/file");
    request.setRequestHeader("X-CSRF-Token", one('meta[name="csrf-token"]').content);
    request.setRequestHeader("HX-Request", "true");
    tell(line, "sending");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) one("progress", line).value = 100 * event.loaded / event.total;
    });
    request.upload.addEventListener("load", () => tell(line, "reading"));
    request.addEventListener("loadend", () => {
      const parsed = new DOMParser().parseFromString(request.responseText || "", "text/html");
      const found = one(".file-found", parsed);
      if (request.status === 200 && found) {
        tell(line, "done");
        const shown = document.adoptNode(found);
        document.getElementById("files-found").prepend(shown);
        preview(shown, file);
        shown.scrollIntoView({ block: "start", behavior: "smooth" });
      } else {
        const why = one(".notice .text", parsed);
        tell(line, "failed", why ? why.textContent : document.body.dataset.offline);
      }
      busy = false;
      next();
    });
    request.send(form);
  }
  function preview(shown, file) {
    const kind = file.type.split("/")[0];
    const place = one("[data-preview]", shown);
    if (!place || !["image", "video", "audio"].includes(kind)) return;
    const node = document.createElement(kind === "image" ? "img" : kind);
    if (kind === "image") node.alt = file.name; else node.controls = true;
    const boxes = one(".boxes", place);
    const fit = () => {
      if (!boxes || !node.naturalWidth) return;
      boxes.setAttribute("viewBox", `0 0 ${node.naturalWidth} ${node.naturalHeight}`);
      const size = Math.max(14, Math.round(node.naturalWidth / Math.max(node.clientWidth, 1) * 15));
      for (const text of all("text", boxes)) text.setAttribute("font-size", String(size));
    };
    node.addEventListener("load", fit);
    node.src = URL.createObjectURL(file);
    one(".frame", place).prepend(node);
    place.hidden = false;
  }

  const drop = document.getElementById("drop");
  document.getElementById("files").addEventListener("change", (event) => { take(event.target.files); event.target.value = ""; });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer || !Array.from(event.dataTransfer.types).includes("Files")) return;
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") take(event.dataTransfer.files);
    });
  }
  document.addEventListener("paste", (event) => {
    const files = Array.from(event.clipboardData ? event.clipboardData.files : []);
    if (files.length) { event.preventDefault(); take(files); }
  });
})();
