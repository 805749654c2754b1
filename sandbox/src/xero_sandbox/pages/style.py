"""The one style sheet, inside each page: a ledger's paper and ink, at any width, day and night."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

CSS: Final = """
:root { --paper: #f7f5ef; --sheet: #fffefb; --ink: #20261f; --faint: #667064; --rule: #dcd8ca;
  --soft: #efece1; --accent: #1d5b48; --on-accent: #f5f8f3; --good: #1f6b43; --warn: #8a5a00;
  --bad: #a3312a; --shade: #0000000f; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #151a17; --sheet: #1d2420; --ink: #e7e9e2; --faint: #9aa59b; --rule: #364039;
    --soft: #263029; --accent: #173f33; --on-accent: #e6efe8; --good: #7ecb9d; --warn: #e2b65c;
    --bad: #ef8f86; --shade: #00000040; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
a { color: inherit; text-decoration-color: var(--faint); text-underline-offset: .18em; }
a:hover { text-decoration-color: currentColor; }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid var(--warn);
  outline-offset: 2px; border-radius: .2rem; }
h1, h2, .brand, .figure { font-family: "Iowan Old Style", Palatino, "Palatino Linotype", Georgia,
  "DejaVu Serif", serif; font-weight: 600; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
p { margin: .4rem 0 1rem; max-width: 46rem; }
code { font: .86em ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace;
  overflow-wrap: anywhere; }
pre { font: .82rem/1.5 ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace;
  background: var(--sheet); border: 1px solid var(--rule); border-radius: .5rem; padding: 1rem;
  white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
header { background: var(--accent); color: var(--on-accent); }
header .in { padding-top: .9rem; }
.in { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
.top { display: flex; gap: .3rem 1.2rem; flex-wrap: wrap; align-items: baseline; }
.top a { text-decoration: none; }
.brand { font-size: 1.1rem; }
.top .aside { margin-left: auto; display: flex; gap: 1.2rem; font-size: .9rem; opacity: .9; }
nav { display: flex; gap: .2rem; overflow-x: auto; margin: .7rem -.7rem 0; scrollbar-width: none; }
nav a { padding: .45rem .8rem .5rem; text-decoration: none; white-space: nowrap; opacity: .82;
  border-radius: .4rem .4rem 0 0; font-size: .95rem; }
nav a:hover { opacity: 1; }
nav a[aria-current] { background: var(--paper); color: var(--ink); opacity: 1; font-weight: 600; }
main.in { padding-top: 1.8rem; padding-bottom: 3rem; }
footer { color: var(--faint); font-size: .85rem; padding-bottom: 2rem; }
footer p { border-top: 1px solid var(--rule); padding-top: 1rem; max-width: none; }
.sub { color: var(--faint); margin: 0 0 1.4rem; overflow-wrap: anywhere; max-width: none; }
.scroll { overflow-x: auto; background: var(--sheet); border: 1px solid var(--rule);
  border-radius: .5rem; box-shadow: 0 1px 3px var(--shade); }
table { border-collapse: collapse; width: 100%; font-size: .94rem; }
th, td { padding: .5rem .75rem; text-align: left; vertical-align: top; }
th { color: var(--faint); font-weight: 600; font-size: .82rem; border-bottom: 1px solid var(--rule);
  white-space: nowrap; }
tbody tr + tr td, tbody + tbody tr:first-child td { border-top: 1px solid var(--soft); }
tbody tr:hover td { background: var(--soft); }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.tight { white-space: nowrap; }
td.mono { font: .82rem/1.75 ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; }
.quiet { color: var(--faint); }
tr.group td { background: var(--soft); font-weight: 600; }
tr.sum td { font-weight: 600; border-top: 1px solid var(--ink); }
tr.total td { font-weight: 700; border-top: 1px solid var(--ink); }
tr.total .num:not(:empty) { border-bottom: 3px double var(--ink); }
tr.head td { font: 600 1.05rem/1.4 "Iowan Old Style", Palatino, "Palatino Linotype", Georgia,
  "DejaVu Serif", serif; padding-top: 1.1rem; }
tr.gone td { color: var(--faint); text-decoration: line-through; }
.chip { display: inline-block; font-size: .76rem; font-weight: 600; letter-spacing: .02em;
  padding: .08rem .5rem; border-radius: 1rem; border: 1px solid currentColor; white-space: nowrap;
  color: var(--faint); }
.chip.good { color: var(--good); } .chip.warn { color: var(--warn); }
.chip.bad { color: var(--bad); }
.tiles { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
  margin: 1.2rem 0 0; padding: 0; list-style: none; }
.tiles li { background: var(--sheet); border: 1px solid var(--rule); border-radius: .5rem;
  padding: .8rem 1rem; box-shadow: 0 1px 3px var(--shade); }
.tiles a { text-decoration: none; display: block; }
.figure { font-size: 1.5rem; font-variant-numeric: tabular-nums; display: block; }
.tiles .quiet { font-size: .85rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.4rem; margin: 0; }
dl.sheet { background: var(--sheet); border: 1px solid var(--rule); border-radius: .5rem;
  padding: .9rem 1rem; box-shadow: 0 1px 3px var(--shade); }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
.tabs { display: flex; flex-wrap: wrap; gap: .4rem; margin: .8rem 0 1rem; }
.tabs a { padding: .3rem .8rem; border: 1px solid var(--rule); border-radius: 1rem;
  background: var(--sheet); text-decoration: none; font-size: .9rem; }
.tabs a[aria-current] { background: var(--accent); color: var(--on-accent);
  border-color: var(--accent); }
form.ask { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: 0 0 1.2rem; }
form.ask label { font-size: .85rem; color: var(--faint); }
form.ask select { font: inherit; color: var(--ink); background: var(--sheet); display: block;
  border: 1px solid var(--rule); border-radius: .35rem; padding: .35rem .6rem; }
form.ask input { font: inherit; color: var(--ink); background: var(--sheet); display: block;
  border: 1px solid var(--rule); border-radius: .35rem; padding: .35rem .6rem; min-width: 9rem; }
form.ask input[type=checkbox] { display: inline; min-width: 0; margin: 0 .4rem .6rem 0; }
button { font: inherit; padding: .4rem 1rem; border: 0; border-radius: .35rem; cursor: pointer;
  background: var(--accent); color: var(--on-accent); }
.pages { display: flex; justify-content: space-between; margin-top: .8rem; font-size: .92rem; }
.empty { background: var(--sheet); border: 1px dashed var(--rule); border-radius: .5rem;
  padding: 1.4rem; color: var(--faint); }
.under { display: none; }
@media (max-width: 44rem) {
  .minor { display: none; }
  .under { display: block; color: var(--faint); font-size: .85rem; }
  th, td { padding: .5rem .55rem; }
  h1 { font-size: 1.45rem; }
  .in { padding-left: .9rem; padding-right: .9rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; }
  .figure { font-size: 1.25rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .top .aside { margin-left: 0; } }
@media print { header, footer, form, .pages, .tabs { display: none; } body { background: #fff; } }
"""

HASH: Final = "sha256-" + base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
"""By this the page's own policy knows its style sheet, and no other gets in."""
