/** One character of code, or a stretch that is none (a comment, a string, a template). */
const stretch = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g

/** The text with comments and strings blanked out, each character in its place; strings keep their quotes. */
const codeOf = (text: string): string =>
  text.replace(stretch, found => {
    const blank = found.replace(/[^\n]/g, ' ')
    return found.startsWith('/') ? blank : `"${blank.slice(1, -1)}"`
  })

/** Where the object that opens at `open` closes. */
const closing = (code: string, open: number): number | undefined => {
  for (let at = open, depth = 0; at < code.length; at++) {
    if ('{[('.includes(code[at]!)) depth++
    else if ('}])'.includes(code[at]!) && --depth === 0) return at
  }
  return undefined
}

/**
 * A module's text with one entry more at the end of its `tenants: { … }`; all else stays as it was, comments too.
 * Undefined when there is not exactly one such object, or it is not closed: then a person has to write the entry.
 * What comes out has to be read again before it replaces anything, since this knows brackets, not the language.
 *
 * @param entry the lines as `printEntry` gives them
 */
export const insertEntry = (text: string, entry: string): string | undefined => {
  const code = codeOf(text)
  const found = [...code.matchAll(/(?<![\w$.])tenants\s*:\s*\{/g)]
  if (found.length !== 1) return undefined
  const open = found[0]!.index + found[0]![0].length - 1
  const close = closing(code, open)
  if (close === undefined) return undefined
  const last = code.slice(0, close).trimEnd().length - 1
  const comma = last === open || code[last] === ',' ? '' : ','
  const before = `${text.slice(0, last + 1)}${comma}${text.slice(last + 1, close).trimEnd()}`
  const line = code.slice(code.lastIndexOf('\n', open) + 1, open)
  const indent = /^\s*/.exec(line)![0]
  return `${before}\n${entry},\n${indent}${text.slice(close)}`
}
