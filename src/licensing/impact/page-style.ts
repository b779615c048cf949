/** The style of the page of a preview, beside that of all pages. Colours differ in lightness as well, and the words say it, too. */
export const previewStyle = `
:root{--used:light-dark(#0b5cad,#6cb6ff);--room:light-dark(#e3e8ee,#2b323b);--over:light-dark(#b42318,#ff8a80);--off:light-dark(#8c959f,#768390);--muted:light-dark(#57606a,#9da7b3)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.75rem;padding:0;list-style:none}
.cards li{background:var(--soft);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .8rem}
.cards strong{display:block;font-size:1.45rem;line-height:1.25;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.cards .bad strong{color:var(--over)}
h1,h2,p{overflow-wrap:anywhere}.stop{border-left-color:var(--over)}
.seats{border:1px solid var(--line);border-radius:.4rem;padding:.6rem .9rem;margin:.75rem 0}
.seats h3{font-size:1rem;margin:0 0 .3rem;overflow-wrap:anywhere}.seats p{margin:.35rem 0 0}
.bar{display:grid;grid-template-columns:3.5rem 1fr 12rem;gap:.6rem;align-items:center;margin:.15rem 0}
.bar span:last-child{text-align:right;font-variant-numeric:tabular-nums}
svg.chart{display:block;width:100%;height:.95rem;border-radius:.2rem}
.room{fill:var(--room)}.used{fill:var(--used)}.over{fill:var(--over)}.gained{fill:var(--new)}.lost{fill:var(--old)}.kept{fill:var(--used)}.off{fill:var(--off)}.axis{stroke:var(--line)}
td.c{min-width:9rem;vertical-align:middle}td.n{white-space:nowrap}th.n{text-align:right}
.muted{color:var(--muted)}.key{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;list-style:none}
.key svg{width:.8rem;height:.8rem;margin-right:.35rem;vertical-align:-.08rem}
td:not(.n,.c){min-width:11rem}th{overflow-wrap:normal}
@media print{th{position:static}body{margin:0}}
@media (max-width:40rem){.bar{grid-template-columns:3rem 1fr}.bar span:last-child{grid-column:2;text-align:left}}`
