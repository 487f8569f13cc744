// Bundles every island (frontend/<name>/index.js and index.css) and htmx into the folder named on the command line.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
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

// The web server hands these out as they are to browsers that take gzip, which is all of them.
for (const name of readdirSync(outdir).filter((file) => /\.(js|css)$/.test(file))) {
  const packed = gzipSync(readFileSync(join(outdir, name)), { level: constants.Z_BEST_COMPRESSION });
  writeFileSync(join(outdir, `${name}.gz`), packed);
}
