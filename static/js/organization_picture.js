// The whole tree as a picture. Without this script, or without a picture, the table below it says how many there are.
(() => {
  "use strict";

  const canvas = document.getElementById("organization-picture");
  const source = document.getElementById("organization-figures");
  if (!canvas || !source) return;
  const figures = JSON.parse(source.textContent);
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  const size = parseFloat(token("--text-s")) * parseFloat(style.fontSize);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = canvas.parentElement.clientWidth < 600;
  const OPEN_TIERS = 2; // 行业党委 and 社区党组织; one community alone opens to its branches

  const single = figures.tops.length === 1;
  const root = single ? figures.tops[0] : { name: figures.name, tier: 0, children: figures.tops };
  const tones = ["--ink-2", "--series-6", "--series-1", "--series-3", "--series-2", "--series-4"];
  const openTiers = Math.max(OPEN_TIERS, root.tier + 1);
  (function dress(node) {
    node.collapsed = node.tier >= openTiers;
    node.itemStyle = { color: token(tones[node.tier]), borderColor: token(tones[node.tier]) };
    (node.children || []).forEach(dress);
  })(root);

  canvas.hidden = false;
  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  const text = { fontFamily: token("--font"), fontSize: size, color: token("--ink") };
  const option = {
    animation: !still,
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: token("--card"),
      borderColor: token("--line-strong"),
      textStyle: text,
      formatter: ({ data }) => [data.name, data.kind, data.members ? `党员 ${data.members} 名` : ""].filter(Boolean).join("\n"),
    },
    series: [{
      id: "tree",
      type: "tree",
      data: [root],
      roam: true,
      left: narrow ? 16 : 120,
      right: narrow ? 120 : 220,
      top: 16,
      bottom: 16,
      symbol: "circle",
      symbolSize: 9,
      edgeForkPosition: "50%",
      initialTreeDepth: -1,
      expandAndCollapse: true,
      animationDuration: 300,
      animationDurationUpdate: 300,
      lineStyle: { color: token("--line-strong"), width: 1 },
      label: { ...text, position: narrow ? "right" : "left", align: narrow ? "left" : "right", verticalAlign: "middle", overflow: "truncate", width: narrow ? 110 : 200 },
      leaves: { label: { position: "right", align: "left" } },
      emphasis: { focus: "ancestor" },
    }],
  };
  chart.setOption(option);
  new ResizeObserver(() => chart.resize()).observe(canvas);

  const buttons = document.querySelector("[data-zoom]");
  buttons.hidden = false;
  buttons.addEventListener("click", (event) => {
    const by = Number(event.target.dataset.by);
    if (Number.isNaN(by)) return;
    if (!by) {
      chart.clear();
      chart.setOption(option);
      return;
    }
    chart.dispatchAction({ type: "treeRoam", seriesId: "tree", zoom: by, originX: canvas.clientWidth / 2, originY: canvas.clientHeight / 2 });
  });
})();
