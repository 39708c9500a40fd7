// The charts of the supervisor's page. Each draws what its table says and opens the same rows; without this script the tables stand alone.
(() => {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  const root = parseFloat(style.fontSize);
  const size = (name) => parseFloat(token(name)) * root;
  const text = { fontFamily: token("--font"), fontSize: size("--text-s"), color: token("--ink") };
  const quiet = { ...text, color: token("--ink-2") };
  const line = { lineStyle: { color: token("--line") } };
  const tooltip = {
    renderMode: "richText",
    confine: true,
    backgroundColor: token("--card"),
    borderColor: token("--line-strong"),
    textStyle: text,
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const base = { animation: !still, textStyle: text };

  function draw(name, make) {
    const canvas = document.getElementById(`${name}-chart`);
    const figures = document.getElementById(`${name}-figures`);
    if (!canvas || !figures) return;
    canvas.hidden = false;
    const chart = echarts.init(canvas, null, { renderer: "canvas" });
    const { option, href, height } = make(JSON.parse(figures.textContent), canvas.clientWidth);
    if (height) canvas.style.height = `${height}px`;
    chart.resize();
    chart.setOption({ ...base, ...option });
    chart.on("click", (event) => {
      const target = href(event);
      if (target) location.assign(target);
    });
    new ResizeObserver(() => chart.resize()).observe(canvas);
  }

  function days(figures, width) {
    const perLine = Math.max(1, Math.floor(width / (6.5 * text.fontSize)));
    const lines = Math.ceil(figures.series.length / perLine);
    return {
      option: {
        color: figures.series.map((each) => token(each.token)),
        tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "shadow" } },
        legend: { top: 0, left: 0, itemGap: 12, icon: "roundRect", textStyle: quiet },
        grid: { left: 8, right: 8, bottom: 8, top: (1.8 * lines + 1.2) * text.fontSize, containLabel: true },
        xAxis: {
          type: "category",
          data: figures.labels,
          axisTick: { show: false },
          axisLine: { lineStyle: { color: token("--line-strong") } },
          axisLabel: { ...quiet, hideOverlap: true },
        },
        yAxis: { type: "value", minInterval: 1, splitLine: line, axisLabel: quiet },
        series: figures.series.map((each) => ({
          type: "bar",
          stack: "needs",
          name: each.label,
          data: each.values,
          barMaxWidth: 40,
          cursor: "pointer",
          itemStyle: { borderColor: token("--card"), borderWidth: 1 },
        })),
      },
      href: (event) => {
        if (event.componentType !== "series") return null;
        const url = new URL(figures.href, location.href);
        const [from, to] = figures.spans[event.dataIndex];
        url.searchParams.set("from", from);
        url.searchParams.set("to", to);
        url.searchParams.set("figure", figures.series[event.seriesIndex].key);
        return url;
      },
    };
  }

  function communities(figures) {
    const shown = figures.dots.filter((dot) => dot.percent !== null);
    const most = Math.max(1, ...figures.dots.map((dot) => dot.volume));
    const least = Math.min(100, ...shown.map((dot) => dot.percent));
    const blue = token("--series-1");
    const row = Math.max(2 * text.fontSize, 28);
    return {
      height: figures.dots.length * row + 6 * text.fontSize,
      option: {
        tooltip: {
          ...tooltip,
          trigger: "item",
          formatter: ({ data: { dot } }) =>
            dot && `${dot.name}\n${figures.rate} ${dot.percent}%\n${figures.words[0]} ${dot.of} / ${figures.words[1]} ${dot.among}\n收到 ${dot.volume} 件`,
        },
        grid: { left: 8, right: 1.6 * text.fontSize, top: 3 * text.fontSize, bottom: 8, containLabel: true },
        xAxis: {
          type: "value",
          min: Math.max(0, Math.floor(least / 10) * 10 - 10),
          max: 100,
          splitLine: line,
          axisLabel: { ...quiet, formatter: "{value}%", hideOverlap: true },
        },
        yAxis: {
          type: "category",
          inverse: true,
          data: figures.dots.map((dot) => dot.name),
          axisTick: { show: false },
          axisLine: { show: false },
          splitLine: { show: true, ...line },
          axisLabel: { ...text, margin: 18, interval: 0, width: 7 * text.fontSize, overflow: "truncate" },
        },
        series: [
          {
            type: "scatter",
            cursor: "pointer",
            data: shown.map((dot) => ({
              value: [dot.percent, dot.name],
              dot,
              symbolSize: 10 + 22 * Math.sqrt(dot.volume / most),
              itemStyle: { color: dot.among < figures.few ? token("--card") : blue, borderColor: blue, borderWidth: 2, opacity: 0.9 },
            })),
            markLine: figures.overall === null ? undefined : {
              silent: true,
              symbol: "none",
              lineStyle: { color: token("--ink-2"), type: "dashed" },
              label: { ...quiet, formatter: `总体 ${figures.overall}%`, position: "start", distance: 4, align: figures.overall > 80 ? "right" : "center" },
              data: [{ xAxis: figures.overall }],
            },
          },
        ],
      },
      href: ({ data }) => data && data.dot && data.dot.href,
    };
  }

  function coverage(figures, width) {
    const total = (node) => node.value || node.children.reduce((sum, child) => sum + total(child), 0);
    const dress = (node, depth) => ({
      name: node.name,
      href: node.href,
      value: total(node),
      itemStyle: { color: node.token ? token(node.token) : token(depth ? "--plain-ground" : "--line") },
      label: { color: node.token ? token("--on-brand") : token("--ink") },
      children: node.children && node.children.map((child) => dress(child, depth + 1)),
    });
    const named = width >= 480;
    return {
      height: named ? 0 : width,
      option: {
        tooltip: { ...tooltip, formatter: ({ data, name, value, treePathInfo }) => data && data.href ? `${treePathInfo.slice(1).map((step) => step.name).join(" · ")}\n${value} 个小区` : figures.name },
        series: {
          type: "sunburst",
          nodeClick: false,
          sort: undefined,
          cursor: "pointer",
          radius: ["18%", "98%"],
          data: figures.tree.map((node) => dress(node, 0)),
          itemStyle: { borderColor: token("--card"), borderWidth: 1 },
          label: { ...text, minAngle: 8, overflow: "truncate" },
          emphasis: { focus: "ancestor" },
          levels: [
            {},
            { r0: "18%", r: "42%", label: { rotate: "tangential" } },
            { r0: "42%", r: "76%", label: { show: named, rotate: "radial" } },
            { r0: "76%", r: "98%", label: { formatter: ({ value }) => value, rotate: 0 } },
          ],
        },
        graphic: [{ type: "text", left: "center", top: "middle", style: { text: figures.name.replace(" ", "\n"), textAlign: "center", font: `600 ${text.fontSize}px ${text.fontFamily}`, fill: token("--ink") } }],
      },
      href: ({ data }) => (data && data.href) || figures.href,
    };
  }

  draw("days", days);
  draw("communities", communities);
  draw("coverage", coverage);
})();
