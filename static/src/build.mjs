// Writes static/build/: the style sheet, the scripts and the fonts. Same input, same bytes.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const source = dirname(fileURLToPath(import.meta.url));
const root = join(source, "..", "..");
const build = join(source, "..", "build");
const packages = join(root, "node_modules");

const FAMILY = "atkinson-hyperlegible-next";
const SETS = ["latin", "latin-ext"];
// WeasyPrint shapes static cuts much faster than variable fonts.
const PDF_CUTS = ["400-normal", "400-italic", "700-normal", "800-normal"];

rmSync(build, { recursive: true, force: true });
mkdirSync(join(build, "fonts"), { recursive: true });
mkdirSync(join(build, "pdf-fonts"), { recursive: true });

const { css } = compile(join(source, "civic.scss"), {
  style: "compressed",
  loadPaths: [source, join(packages, "govuk-frontend", "dist")],
  quietDeps: true,
});
writeFileSync(join(build, "civic.css"), css);

for (const set of SETS) {
  for (const slope of ["normal", "italic"]) {
    const file = `${FAMILY}-${set}-wght-${slope}.woff2`;
    cpSync(
      join(packages, "@fontsource-variable", FAMILY, "files", file),
      join(build, "fonts", file),
    );
  }
  for (const cut of PDF_CUTS) {
    const file = `${FAMILY}-${set}-${cut}.woff2`;
    cpSync(
      join(packages, "@fontsource", FAMILY, "files", file),
      join(build, "pdf-fonts", file),
    );
  }
}

cpSync(join(packages, "htmx.org", "dist", "htmx.min.js"), join(build, "htmx.min.js"));
cpSync(join(source, "js", "civic.js"), join(build, "civic.js"));
console.log(`static/build written: civic.css ${Math.round(css.length / 1024)} KB`);
