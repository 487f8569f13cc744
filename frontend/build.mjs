// Bundles every island (frontend/<name>/index.js and index.css) and htmx into the folder named on the command line.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const outdir = process.argv[2];
if (!outdir) throw new Error("usage: node frontend/build.mjs FOLDER");

const islands = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join(root, name)).map((file) => ({ name, file })))
  .filter(({ file }) => file === "index.js" || file === "index.css")
  .map(({ name, file }) => ({ in: join(root, name, file), out: name }));

await build({
  entryPoints: [{ in: "htmx.org/dist/htmx.js", out: "htmx" }, ...islands],
  outdir,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "eof",
  logLevel: "warning",
});
