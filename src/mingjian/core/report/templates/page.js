(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const nothing = document.getElementById("nothing");
  const expand = document.getElementById("expand");
  const fields = ["severity", "status", "family"];
  const keyed = [...fields, "file"];

  const cards = new Map();
  const items = all(".item").map((node) => {
    const own = all(".card", node).map((card) => {
      const entry = { node: card, text: null, item: node };
      cards.set(card.id, entry);
      return entry;
    });
    return { node, own, words: null, marks: all("[data-f]", node) };
  });

  const open = (card, yes) => {
    card.classList.toggle("open", yes);
    card.querySelector(".toggle").setAttribute("aria-expanded", String(yes));
  };

  const filter = () => {
    const data = new FormData(form);
    const value = (name) => data.get(name) || "";
    const query = value("q").trim().toLowerCase();
    const file = value("file");
    let count = 0;
    for (const item of items) {
      let live = 0;
      const here = !file || item.node.dataset.file === file;
      if (here && query && item.words === null) {
        item.words = (item.node.querySelector("header").textContent + item.node.querySelector(".words").textContent).toLowerCase();
      }
      for (const card of item.own) {
        let yes = here && fields.every((name) => !value(name) || card.node.dataset[name] === value(name));
        if (yes && query) {
          if (card.text === null) card.text = card.node.textContent.toLowerCase();
          yes = card.text.includes(query) || item.words.includes(query);
        }
        card.node.hidden = !yes;
        if (yes) live += 1;
      }
      item.node.hidden = live === 0;
      for (const mark of item.marks) {
        mark.classList.toggle("off", mark.dataset.f.split(" ").every((id) => cards.get(id).node.hidden));
      }
      count += live;
    }
    nothing.hidden = count > 0;
    shown.textContent = shown.dataset.phrase.replace("{shown}", count).replace("{total}", cards.size);
    for (const name of keyed) {
      for (const key of all(`button[data-${name}]`)) {
        key.setAttribute("aria-pressed", String(key.dataset[name] === value(name) && value(name) !== ""));
      }
    }
  };

  if (form) {
    let timer = 0;
    form.addEventListener("input", (event) => {
      clearTimeout(timer);
      timer = setTimeout(filter, event.target.name === "q" ? 120 : 0);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter, 0));
    for (const name of keyed) {
      for (const key of all(`button[data-${name}]`)) {
        key.addEventListener("click", () => {
          const select = form.elements[name];
          select.value = select.value === key.dataset[name] ? "" : key.dataset[name];
          filter();
        });
      }
    }
    filter();
  }

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest(".toggle");
    if (toggle) {
      const card = toggle.closest(".card");
      open(card, !card.classList.contains("open"));
      reveal([card.id], card.closest(".item"));
      return;
    }
    const shot = event.target.closest(".grow, .canvas img") && event.target.closest(".shot");
    const grow = shot && shot.querySelector(".grow");
    if (grow) {
      grow.setAttribute("aria-pressed", String(shot.classList.toggle("grown")));
      shot.scrollIntoView({ block: "nearest", inline: "nearest" });
      return;
    }
    const back = event.target.closest(".card a[href^='#']");
    if (back) {
      const spot = document.getElementById(back.hash.slice(1));
      event.preventDefault();
      spot.scrollIntoView({ block: "nearest", inline: "center" });
      spot.focus({ preventScroll: true });
      return;
    }
    const mark = event.target.closest("[data-f]");
    if (!mark) return;
    const found = mark.dataset.f.split(" ").map((id) => cards.get(id).node).filter((card) => !card.hidden);
    if (!found.length) return;
    event.preventDefault();
    if (mark.closest(".timeline")) reveal(found.map((card) => card.id), mark.closest(".item"));
    found.forEach((card) => open(card, true));
    found[0].scrollIntoView({ block: "nearest" });
    found[0].querySelector(".toggle").focus({ preventScroll: true });
  });

  // Brings the frame that shows a finding into its strip, without moving the page.
  const reveal = (ids, item) => {
    const strip = item.querySelector(".strip");
    const spot = strip && all("[data-f]", strip).find((each) => each.dataset.f.split(" ").some((id) => ids.includes(id)));
    if (!spot) return;
    const shot = spot.closest(".shot").getBoundingClientRect();
    const view = strip.getBoundingClientRect();
    if (shot.left < view.left || shot.right > view.right) strip.scrollBy({ left: shot.left - view.left - (view.width - shot.width) / 2 });
  };

  const light = (ids, item, yes) => {
    ids.forEach((id) => cards.get(id).node.classList.toggle("on", yes));
    all("[data-f]", item).forEach((mark) => {
      if (mark.dataset.f.split(" ").some((id) => ids.includes(id))) mark.classList.toggle("on", yes);
    });
  };
  for (const [on, type] of [[true, "mouseover"], [false, "mouseout"], [true, "focusin"], [false, "focusout"]]) {
    document.addEventListener(type, (event) => {
      const mark = event.target.closest("[data-f]");
      const card = mark ? null : event.target.closest(".card");
      if (type === "focusin" && mark && mark.closest(".timeline")) reveal(mark.dataset.f.split(" "), mark.closest(".item"));
      if (mark) light(mark.dataset.f.split(" "), mark.closest(".item"), on);
      if (card) light([card.id], card.closest(".item"), on);
    });
  }

  if (expand) {
    expand.addEventListener("click", () => {
      const yes = expand.textContent === expand.dataset.shut;
      cards.forEach((card) => open(card.node, yes));
      expand.textContent = yes ? expand.dataset.open : expand.dataset.shut;
    });
  }
  addEventListener("beforeprint", () => all("details").forEach((each) => { each.open = true; }));
})();
