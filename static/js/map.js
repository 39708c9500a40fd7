// The map of one place: shapes from our own server, figures from the page. Without this script the blocks and the table below say the same.
(() => {
  "use strict";

  const figure = document.getElementById("map-figure");
  const source = document.getElementById("map-figures");
  if (!figure || !source) return;
  const figures = JSON.parse(source.textContent);
  const canvas = document.getElementById("map-canvas");
  const blocks = document.getElementById("blocks");
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  const size = parseFloat(token("--text-s")) * parseFloat(style.fontSize);
  const text = { fontFamily: token("--font"), fontSize: size, color: token("--ink") };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const MAP = "place";

  const paint = (heat) => ({ areaColor: token(`--heat-${heat}`), color: token(`--heat-${heat}`), borderColor: token("--ink-2"), borderWidth: 1 });
  const label = { ...text, textBorderColor: token("--card"), textBorderWidth: 3 };
  const shown = (value) => (value === null ? "—" : value);
  const caption = ({ data }) => (data && data.part ? `${data.part.name}\n${shown(data.part.value)}` : "");
  const hint = ({ data }) => (data && data.part ? [data.part.name, data.part.words, data.part.households].filter(Boolean).join("\n") : "");

  function corners(geometry, found = []) {
    const walk = (part) => (typeof part[0] === "number" ? found.push(part) : part.forEach(walk));
    walk(geometry.coordinates);
    return found;
  }

  function draw(shapes) {
    const areas = shapes.features.filter((each) => each.geometry.type !== "Point");
    const points = shapes.features.filter((each) => each.geometry.type === "Point");
    if (!areas.length) throw new Error("no areas");
    const latitudes = areas.flatMap((each) => corners(each.geometry)).map((point) => point[1]);
    const middle = (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
    echarts.registerMap(MAP, { type: "FeatureCollection", features: areas });
    const ground = {
      map: MAP,
      roam: false,
      aspectScale: Math.cos((middle * Math.PI) / 180),
      preserveAspect: "contain",
      left: 16, right: 16, top: 16, bottom: 16,
      selectedMode: false,
    };
    const part = (name) => figures.parts[name];
    const series = figures.isPoints
      ? {
          type: "scatter",
          coordinateSystem: "geo",
          symbol: "roundRect",
          symbolSize: 24,
          data: points.filter((each) => part(each.properties.name)).map((each) => {
            const found = part(each.properties.name);
            return { value: each.geometry.coordinates, part: found, itemStyle: paint(found.heat) };
          }),
          label: { show: true, position: "bottom", formatter: caption, ...label },
          labelLayout: { hideOverlap: true },
        }
      : {
          ...ground,
          type: "map",
          data: areas.filter((each) => part(each.properties.name)).map((each) => {
            const found = part(each.properties.name);
            return { name: each.properties.name, value: found.value, part: found, itemStyle: paint(found.heat), emphasis: { itemStyle: { areaColor: token(`--heat-${found.heat}`), borderWidth: 3 }, label } };
          }),
          itemStyle: paint("none"),
          label: { show: true, formatter: caption, ...label },
          labelLayout: { hideOverlap: true },
        };
    figure.hidden = false;
    const chart = echarts.init(canvas, null, { renderer: "canvas" });
    const option = {
      animation: !still,
      tooltip: { renderMode: "richText", confine: true, backgroundColor: token("--card"), borderColor: token("--line-strong"), textStyle: text, formatter: hint },
      series: [{ ...series, id: "parts", cursor: "pointer" }],
    };
    if (figures.isPoints) option.geo = { ...ground, id: "ground", silent: true, itemStyle: { ...paint("none"), areaColor: token("--plain-ground") }, label: { show: false } };
    chart.setOption(option);
    chart.on("click", ({ data }) => data && data.part && location.assign(data.part.href));
    new ResizeObserver(() => chart.resize()).observe(canvas);
    zooming(chart, option);
    if ("whole" in blocks.dataset) blocks.hidden = true;
  }

  function zooming(chart, option) {
    const which = figures.isPoints ? "geo" : "series";
    const id = figures.isPoints ? "ground" : "parts";
    let zoom = 1;
    figure.querySelector("[data-zoom]").addEventListener("click", (event) => {
      const by = Number(event.target.dataset.by);
      if (Number.isNaN(by)) return;
      zoom = by ? Math.min(12, Math.max(1, zoom * by)) : 1;
      // Dragging the map must not catch a thumb that only scrolls past it.
      const view = { id, zoom, roam: zoom > 1 ? "move" : false };
      chart.setOption({ [which]: [by ? view : { ...view, center: null }] });
    });
  }

  fetch(figures.shapes, { headers: { Accept: "application/geo+json" } })
    .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
    .then(draw)
    .catch(() => {
      figure.hidden = false;
      canvas.hidden = true;
      figure.querySelector("[data-zoom]").hidden = true;
      document.getElementById("map-fault").hidden = false;
    });
})();
