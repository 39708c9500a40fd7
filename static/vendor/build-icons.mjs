// Makes static/img/icons.svg from @tabler/icons: one <symbol> per line of icons.json (our id -> Tabler's name). Run by `npm run vendor`.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const vendor = dirname(fileURLToPath(import.meta.url));
const root = join(vendor, "..", "..");
const source = join(root, "node_modules", "@tabler", "icons");
const { version } = JSON.parse(readFileSync(join(source, "package.json")));
const names = JSON.parse(readFileSync(join(vendor, "icons.json")));

const symbols = Object.entries(names).map(([id, name]) => {
  const svg = readFileSync(join(source, "icons", "outline", `${name}.svg`), "utf8");
  const shapes = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .replace(/\s*\n\s*/g, "")
    .replace(/\s+\/>/g, "/>")
    .replace(/\b0\.(\d)/g, ".$1")
    .replace(/ (?=-)/g, "");
  return `<symbol id="${id}" viewBox="0 0 24 24">${shapes}</symbol>`;
});

// The stroke is inherited from the <svg class="icon"> that uses a symbol (site.css and admin.css).
const sprite = `<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons ${version}, MIT, see static/vendor/README.md -->\n${symbols.join("\n")}\n</svg>\n`;
writeFileSync(join(root, "static", "img", "icons.svg"), sprite);
console.log(`icons.svg: ${symbols.length} symbols, ${sprite.length} bytes`);
