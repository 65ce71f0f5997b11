// Draws every [data-chart] with ECharts, in the page's colours, light or dark. The option is JSON in the page.
(() => {
  "use strict";
  const drawn = [];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function theme() {
    const line = colour("--line"), soft = colour("--soft");
    const axis = { axisLine: { lineStyle: { color: colour("--line-strong") } }, axisLabel: { color: soft },
      splitLine: { lineStyle: { color: line } }, axisTick: { show: false } };
    return {
      color: ["--accent", "--f-high", "--f-low", "--f-medium", "--f-critical", "--f-ok", "--f-info"].map(colour),
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("--ink") },
      categoryAxis: axis, valueAxis: axis, timeAxis: axis,
      legend: { textStyle: { color: soft } },
      title: { textStyle: { color: colour("--ink") } },
      tooltip: { renderMode: "richText", backgroundColor: colour("--paper"), borderColor: line, textStyle: { color: colour("--ink") } },
      visualMap: { textStyle: { color: soft } },
    };
  }

  // A colour in an option may be written as one of ours: "--f-critical".
  function coloured(value) {
    if (typeof value === "string") return value.startsWith("--") ? colour(value) : value;
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, coloured(each)]));
    return value;
  }

  function draw(node) {
    const source = document.querySelector(node.dataset.chart);
    if (!source) return;
    const given = JSON.parse(source.textContent);
    const chart = window.echarts.init(node, theme(), { renderer: "svg" });
    chart.setOption({ animation: false, aria: { enabled: true }, ...coloured(given) });
    chart.on("click", (event) => {
      const path = event.data && event.data.href;
      if (typeof path === "string" && path.startsWith("/") && !path.startsWith("//")) window.location.assign(path);
    });
    drawn.push({ node, chart });
  }

  function all() {
    for (const { chart } of drawn.splice(0)) chart.dispose();
    document.querySelectorAll("[data-chart]").forEach(draw);
  }
  all();
  window.addEventListener("resize", () => drawn.forEach(({ chart }) => chart.resize()));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
  // Pieces without a chart are swapped every second on some pages: what stands is left standing.
  document.addEventListener("htmx:afterSwap", () => {
    const known = new Set(drawn.map(({ node }) => node));
    const fresh = Array.from(document.querySelectorAll("[data-chart]")).some((node) => !known.has(node));
    if (fresh || drawn.some(({ node }) => !node.isConnected)) all();
  });
})();
