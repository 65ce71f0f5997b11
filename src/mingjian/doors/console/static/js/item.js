// An item's page: words, boxes and times joined with the findings they belong to; pictures blurred until asked.
(() => {
  "use strict";
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const one = (selector, from = document) => from.querySelector(selector);
  const numbers = (node) => node.dataset.f.split(" ");
  const finds = all("[data-finding]");
  let current = 0;

  // --- pictures: the boxes count pixels of the original
  for (const frame of all("[data-frame]")) {
    const image = one("img", frame);
    const boxes = one(".boxes", frame);
    if (!image || !boxes) continue;
    const fit = () => {
      if (!image.naturalWidth) return;
      boxes.setAttribute("viewBox", `0 0 ${image.naturalWidth} ${image.naturalHeight}`);
      const size = Math.max(14, Math.round(image.naturalWidth / Math.max(image.clientWidth, 1) * 15));
      for (const text of all("text", boxes)) {
        text.setAttribute("font-size", String(size));
        text.setAttribute("dy", String(-size * 0.25));
      }
    };
    image.addEventListener("load", fit);
    window.addEventListener("resize", fit);
    fit();
  }

  const blurs = all("[data-blur-toggle]");
  const words = blurs.map((button) => button.firstChild.textContent);
  function blur(on) {
    for (const frame of all("[data-frame]")) frame.classList.toggle("blurred", on);
    blurs.forEach((button, at) => {
      button.setAttribute("aria-pressed", String(on));
      button.firstChild.textContent = on ? words[at] : (button.dataset.hide || words[at]);
    });
  }
  for (const button of blurs) button.addEventListener("click", () => blur(button.getAttribute("aria-pressed") !== "true"));

  // --- clips: stretches along the length of the clip
  for (const figure of all(".media")) {
    const player = one("video,audio", figure);
    const track = one("[data-track]", figure);
    if (!player || !track) continue;
    const stretches = all("[data-from]", track);
    const last = Math.max(...stretches.map((each) => Number(each.dataset.to)), 1);
    const lay = () => {
      const length = Number.isFinite(player.duration) && player.duration > 0 ? Math.max(player.duration, last) : last;
      const lanes = [];
      for (const each of stretches) {
        const from = Number(each.dataset.from), to = Number(each.dataset.to);
        const lane = lanes.findIndex((end) => end <= from);
        const at = lane < 0 ? lanes.length : lane;
        lanes[at] = Math.max(to, from + length * 20 / Math.max(track.clientWidth, 1));
        each.style.left = `${100 * from / length}%`;
        each.style.width = `${Math.max(0.5, 100 * (to - from) / length)}%`;
        each.style.top = `${3 + 25 * at}px`;
      }
      track.style.height = `${6 + 25 * Math.max(1, lanes.length)}px`;
      const told = one("[data-length]", figure);
      if (told) told.textContent = `${String(Math.floor(length / 60)).padStart(2, "0")}:${String(Math.round(length % 60)).padStart(2, "0")}`;
      player.dataset.length = String(length);
    };
    player.addEventListener("loadedmetadata", lay);
    player.addEventListener("timeupdate", () => {
      one("[data-playhead]", figure).style.left = `${100 * player.currentTime / Number(player.dataset.length || last)}%`;
    });
    window.addEventListener("resize", lay);
    lay();
  }

  // --- from a word, box or stretch to its finding, and back
  function show(number, scrollTo) {
    const card = one(`[data-finding="${number}"]`);
    if (!card) return;
    current = finds.indexOf(card);
    for (const node of all(".on")) node.classList.remove("on");
    card.classList.add("on");
    const places = all("[data-f]").filter((node) => numbers(node).includes(String(number)));
    for (const place of places) place.classList.add("on");
    if (scrollTo === "card") card.scrollIntoView({ block: "nearest", behavior: "smooth" });
    else if (places[0]) places[0].scrollIntoView({ block: "center", behavior: "smooth" });
    if (scrollTo !== "card" && card.dataset.time !== undefined) seek(Number(card.dataset.time));
  }

  function seek(seconds) {
    const player = one(".media video, .media audio");
    if (player) player.currentTime = seconds;
  }

  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-f]");
    if (place) {
      show(numbers(place)[0], "card");
      if (place.dataset.from !== undefined) seek(Number(place.dataset.from));
      return;
    }
    const card = event.target.closest("[data-goto]");
    if (card) { show(card.dataset.goto, "place"); return; }
    const cite = event.target.closest("[data-law]");
    if (cite) {
      const law = all("[data-law-label]").find((node) => node.dataset.lawLabel === cite.dataset.law);
      if (!law) return;
      event.preventDefault();
      for (const node of all(".law .on")) node.classList.remove("on");
      law.classList.add("on");
      one("details", law).open = true;
      law.scrollIntoView({ block: "center", behavior: "smooth" });
      law.focus({ preventScroll: true });
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || one("dialog[open]")) return;
    const place = event.target.closest("[data-f]");
    if (place && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      show(numbers(place)[0], "card");
      return;
    }
    if (window.mingjian.typing(event.target)) return;
    if (event.key === "b" && blurs.length) { event.preventDefault(); blurs[0].click(); }
    if ((event.key === "]" || event.key === "[") && finds.length) {
      event.preventDefault();
      const started = one(".finding.on");
      const next = started ? current + (event.key === "]" ? 1 : -1) : 0;
      const card = finds[(next + finds.length) % finds.length];
      show(card.dataset.finding, "place");
      card.scrollIntoView({ block: "nearest" });
    }
  });
})();
