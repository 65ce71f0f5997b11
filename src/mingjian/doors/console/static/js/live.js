// Live rooms: pieces of the page are asked for again when the server says that something changed; by asking every few
// seconds where it cannot say so. Pictures stay blurred until asked; a line of the transcript leads to its moment.
(() => {
  "use strict";
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const one = (selector, from = document) => from.querySelector(selector);
  const root = one("[data-live]");

  // --- what changed: by events, else by asking
  const POLL = 4000, AGAIN = 60000;
  let source = null, poll = 0, again = 0, mark = null;
  const state = one("[data-live-state]");

  function say(word) {
    if (!state) return;
    state.dataset.liveState = word;
    one("[data-live-word]", state).textContent = state.dataset[`word${word[0].toUpperCase()}${word.slice(1)}`];
  }
  function changed(given) {
    if (given === mark) return;
    const first = mark === null;
    mark = given;
    if (!first) for (const part of all("[hx-trigger='live-changed']")) later(part);
  }
  // Each piece at its own pace at most; the last change is never left out.
  const asked = new WeakMap();
  function later(part) {
    const last = asked.get(part) || { at: 0, waits: 0 };
    if (last.waits) return;
    last.waits = setTimeout(() => {
      last.waits = 0;
      last.at = Date.now();
      window.htmx.trigger(part, "live-changed");
    }, Math.max(0, last.at + Number(part.dataset.every || 0) - Date.now()));
    asked.set(part, last);
  }
  function listen() {
    stop();
    if (!("EventSource" in window)) { ask(); return; }
    source = new EventSource(root.dataset.live);
    source.addEventListener("open", () => say("events"));
    source.addEventListener("changed", (event) => changed(JSON.parse(event.data).mark));
    source.addEventListener("error", () => {
      if (source && source.readyState !== EventSource.CLOSED) { say("away"); return; } // the browser tries again itself
      stop();
      ask();
      again = setTimeout(listen, AGAIN);
    });
  }
  async function ask() {
    try {
      const answer = await fetch(root.dataset.livePoll, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      say("asking");
      changed((await answer.json()).mark);
    } catch { say("away"); }
    clearTimeout(poll);
    poll = setTimeout(ask, POLL);
  }
  function stop() {
    clearTimeout(poll);
    clearTimeout(again);
    if (source) source.close();
    source = null;
  }
  if (root) {
    document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); else listen(); });
    window.addEventListener("pagehide", stop);
    listen();
  }

  // --- what is asked for again keeps its place: the end of a list stays in sight, the row walked to stays marked
  let walked = null;
  const ends = new Map();
  const scrolls = (from) => all("[data-follow],[data-keep-scroll]", from);
  document.addEventListener("htmx:beforeSwap", (event) => {
    for (const node of scrolls(event.detail.target)) {
      const atEnd = "follow" in node.dataset && node.scrollTop + node.clientHeight >= node.scrollHeight - 24;
      ends.set(node.id, atEnd ? null : node.scrollTop);
    }
    const row = one("[data-row].at", event.detail.target);
    walked = row ? row.dataset.href : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    settle();
    const row = walked && all("[data-row]").find((each) => each.dataset.href === walked);
    if (row) row.classList.add("at");
    walked = null;
  });
  function settle() {
    for (const node of scrolls(document)) {
      const kept = ends.get(node.id);
      if (kept === undefined ? "follow" in node.dataset : kept === null) node.scrollTop = node.scrollHeight;
      else if (kept !== undefined) node.scrollTop = kept;
    }
    ends.clear();
    blur();
  }

  // --- pictures of people and bodies: blurred until asked, in this tab
  const KEY = "mingjian.live.pictures";
  const remember = (value) => { try { sessionStorage.setItem(KEY, value); } catch { /* shown once then */ } };
  const shown = () => { try { return sessionStorage.getItem(KEY) === "shown"; } catch { return document.body.classList.contains("pictures-shown"); } };
  function blur() {
    document.body.classList.toggle("pictures-shown", shown());
    for (const button of all("[data-pictures]")) {
      button.setAttribute("aria-pressed", String(shown()));
      one("[data-word]", button).textContent = shown() ? button.dataset.hide : button.dataset.show;
    }
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-pictures]")) { remember(shown() ? "" : "shown"); blur(); }
  });

  // --- the player: a stretch of the recording; where the browser cannot play it, its frames one after the other
  const player = one("[data-player]");
  const video = player && one("video", player);
  const still = player && one("[data-still]", player);
  const told = player && one("[data-player-said]", player);
  let frames = [], pieces = [], piece = 0, from = 0, until = 0, turn = 0;

  const clock = (seconds) => `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  function speak(word, seconds) {
    if (told) told.textContent = word ? `${player.dataset[word] || ""} ${clock(seconds)}` : "";
  }
  function mode(name) {
    player.dataset.mode = name;
    video.hidden = name !== "video";
    still.hidden = name === "video";
    clearTimeout(turn);
  }
  async function play(at, end) {
    if (!player) return;
    from = at;
    until = end;
    mode("frames");
    speak("loading", at);
    try {
      const session = player.dataset.session ? `&session=${player.dataset.session}` : "";
      const answer = await fetch(`${player.dataset.player}?from=${at.toFixed(1)}&to=${end.toFixed(1)}${session}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      frames = found.frames;
      pieces = found.segments;
      piece = 0;
      if (pieces.length && video.canPlayType("video/mp4")) begin(); else pictures();
    } catch { speak("failed", at); }
  }
  // What was said then, where it is still on the page.
  function point(at) {
    for (const line of all(".transcript .on")) line.classList.remove("on");
    const line = all("#said-list [data-at]").find((each) => Number(each.dataset.at) >= at);
    if (line) { line.classList.add("on"); line.scrollIntoView({ block: "nearest" }); }
  }
  // One stretch of the recording after the other, from the moment asked for to the end of what was asked for.
  function begin() {
    const one = pieces[piece];
    if (!one || one.from >= until) { mode("frames"); speak("over", until); return; }
    video.src = one.address;
    video.dataset.begins = String(one.from);
    video.addEventListener("loadedmetadata", () => { if (from > one.from) video.currentTime = from - one.from; }, { once: true });
    mode("video");
    if (told) told.textContent = "";
    video.play().catch((error) => { if (error.name === "NotSupportedError") pictures(); });
  }
  function pictures() {
    if (!frames.length) { speak("nothing", from); mode("frames"); return; }
    mode("frames");
    let at = 0;
    const next = () => {
      still.src = frames[at].address;
      speak("frames", frames[at].at);
      at += 1;
      if (at < frames.length) turn = setTimeout(next, 700);
    };
    next();
  }
  if (player) {
    video.addEventListener("error", () => { if (video.getAttribute("src")) pictures(); });
    video.addEventListener("ended", () => { piece += 1; begin(); });
    video.addEventListener("timeupdate", () => {
      const now = Number(video.dataset.begins || 0) + video.currentTime;
      if (now >= until && !video.paused) video.pause();
      for (const line of all(".transcript .on")) line.classList.remove("on");
      const line = all(".transcript [data-at]").filter((each) => Number(each.dataset.at) <= now).pop();
      if (line) line.classList.add("on");
    });
  }
  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-at]");
    if (place && !event.target.closest("a")) {
      const at = Number(place.dataset.at);
      if (!place.closest(".transcript")) point(at);
      play(Math.max(0, at - 5), at + 15);
      return;
    }
    const back = event.target.closest("[data-replay]");
    if (back) {
      const now = Number((one("[data-room-now]") || { dataset: { roomNow: "0" } }).dataset.roomNow);
      play(Math.max(0, now - Number(back.dataset.replay)), now);
    }
    if (event.target.closest("[data-player-live]")) {
      video.pause();
      video.removeAttribute("src");
      mode("still");
      told.textContent = "";
      refresh();
    }
  });
  // The newest frame, while no recording plays.
  function refresh() {
    if (!player || player.dataset.mode !== "still") return;
    const newest = one("[data-newest]");
    if (newest && newest.dataset.newest && still.getAttribute("src") !== newest.dataset.newest) still.src = newest.dataset.newest;
  }
  document.addEventListener("htmx:afterSwap", refresh);

  // --- what an act is about is chosen by the button that opens its dialog
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-open][data-fill]");
    if (!button) return;
    const dialog = document.getElementById(button.dataset.open);
    for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
      const field = one(`[name="${name}"]`, dialog);
      if (field) field.value = value;
    }
    const form = one("form", dialog);
    if (button.dataset.action) form.action = button.dataset.action;
    const first = one("[data-first]", dialog);
    if (first) setTimeout(() => first.focus(), 0);
  }, true);

  settle();
  refresh();
})();
