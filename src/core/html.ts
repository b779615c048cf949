const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML, also inside the quotes of an attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, char => entities[char]!)

/** The style of all pages: light and dark as the reader's system is. */
const pageStyle = `:root{color-scheme:light dark;--line:light-dark(#d0d7de,#3d444d);--soft:light-dark(#f6f8fa,#151b23);--old:light-dark(#b42318,#ff8a80);--new:light-dark(#1a7f37,#7ee787)}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;background:Canvas;color:CanvasText}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.5rem}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:var(--soft);position:sticky;top:0}td.n{text-align:right;font-variant-numeric:tabular-nums}
.note{background:var(--soft);border-left:4px solid var(--line);padding:.5rem .8rem}.scroll{overflow-x:auto}`

/** The beginning of a page that loads nothing. @param head what it allows beside styles, and has in its head */
export const pageHead = (title: string, { policy = '', style = '' } = {}): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${policy}">
<title>${escaped(title)}</title><style>${pageStyle}${style}</style></head><body>
`
