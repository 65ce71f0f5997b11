// Evidence beside a form: files go up one by one as they are chosen, their digests go with the form.
(() => {
  "use strict";
  const token = document.querySelector('meta[name="csrf-token"]').content;
  document.addEventListener("change", async (event) => {
    const field = event.target.closest("[data-upload]");
    if (!field) return;
    const form = field.closest("form");
    const state = form.querySelector("[data-upload-state]");
    for (const file of Array.from(field.files)) {
      const body = new FormData();
      body.append("file", file, file.name);
      state.textContent = "…";
      try {
        const answer = await fetch(form.dataset.filesTo, { method: "POST", body, headers: { "X-CSRF-Token": token }, credentials: "same-origin" });
        const said = await answer.json();
        if (!answer.ok) { state.textContent = form.dataset.wrong + said.error; continue; }
        const item = document.createElement("li");
        const name = document.createElement("span");
        name.className = "name";
        name.textContent = said.name;
        const kept = document.createElement("input");
        kept.type = "hidden";
        kept.name = "evidence";
        kept.value = said.digest;
        item.append(kept, name);
        form.querySelector("[data-kept]").append(item);
        state.textContent = "";
      } catch { state.textContent = form.dataset.wrong + document.body.dataset.offline; }
    }
    field.value = "";
  });
})();
