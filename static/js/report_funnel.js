// The funnel of reports and how far each community's or unit's people are. Without this script the table stands alone.
(() => {
  "use strict";

  const source = document.getElementById("funnel-figures");
  if (!source) return;
  const figures = JSON.parse(source.textContent);
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  const size = parseFloat(token("--text-s")) * parseFloat(style.fontSize);
  const text = { fontFamily: token("--font"), fontSize: size, color: token("--ink") };
  const quiet = { ...text, color: token("--ink-2") };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const tooltip = { renderMode: "richText", confine: true, backgroundColor: token("--card"), borderColor: token("--line-strong"), textStyle: text };
  const tones = [token("--ok"), token("--series-1"), token("--warn")];
  const MOST = 30;

  function draw(id, option, height) {
    const canvas = document.getElementById(id);
    if (!canvas) return;
    canvas.hidden = false;
    if (height) canvas.style.height = `${height}px`;
    const chart = echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption({ animation: !still, textStyle: text, ...option });
    new ResizeObserver(() => chart.resize()).observe(canvas);
  }

  const first = figures.steps[0].value || 1;
  const narrow = source.parentElement.clientWidth < 600;
  const share = (value) => (narrow ? "" : `（${Math.round((1000 * value) / first) / 10}%）`);
  draw("funnel-steps", {
    tooltip: { ...tooltip, trigger: "item", formatter: ({ data }) => `${data.name} ${data.value} 人` },
    series: [
      {
        type: "funnel",
        sort: "none",
        gap: 4,
        left: 8,
        right: 8,
        top: 8,
        bottom: 8,
        min: 0,
        max: first,
        minSize: "30%",
        color: [...tones].reverse(),
        label: { ...text, position: "inside", color: token("--card"), formatter: ({ data }) => `${data.name} ${data.value} 人${share(data.value)}` },
        itemStyle: { borderWidth: 0 },
        data: figures.steps,
      },
    ],
  }, 11 * size);

  const lines = figures.lines.slice(0, MOST);
  const row = Math.max(2 * size, 28);
  draw("funnel-lines", {
    color: tones,
    tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "shadow" } },
    legend: { top: 0, left: 0, itemGap: 12, icon: "roundRect", textStyle: quiet },
    grid: { left: 8, right: 1.6 * size, top: 3.6 * size, bottom: 8, containLabel: true },
    xAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: token("--line") } }, axisLabel: { ...quiet, hideOverlap: true } },
    yAxis: {
      type: "category",
      inverse: true,
      data: lines.map((line) => line.name),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...text, margin: 12, interval: 0, width: 8 * size, overflow: "truncate" },
    },
    series: figures.series.map((name, place) => ({
      type: "bar",
      stack: "people",
      name,
      data: lines.map((line) => line.values[place]),
      barMaxWidth: 24,
      itemStyle: { borderColor: token("--card"), borderWidth: 1 },
    })),
  }, lines.length * row + 6 * size);
})();
