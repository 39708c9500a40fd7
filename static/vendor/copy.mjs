// Copies what we serve of each package, and its licence, into static/vendor/<name>-<version>/. Run by `npm run vendor`.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const vendor = dirname(fileURLToPath(import.meta.url));
const modules = join(vendor, "..", "..", "node_modules");
const wanted = {
  echarts: ["dist/echarts.min.js", "LICENSE", "NOTICE"],
  sortablejs: ["Sortable.min.js", "LICENSE"],
  "@tabler/icons": ["LICENSE"], // its drawings go into the sprite: build-icons.mjs
};

for (const [name, files] of Object.entries(wanted)) {
  const { version } = JSON.parse(readFileSync(join(modules, name, "package.json")));
  const short = name.replace("@", "").replace("/", "-");
  for (const old of readdirSync(vendor)) if (old.startsWith(`${short}-`)) rmSync(join(vendor, old), { recursive: true });
  const folder = join(vendor, `${short}-${version}`);
  mkdirSync(folder);
  for (const file of files) cpSync(join(modules, name, file), join(folder, file.split("/").pop()));
  console.log(`${short}-${version}`);
}
