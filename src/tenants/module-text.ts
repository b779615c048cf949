/** Text that is not code: a comment, a string, a template. */
const stretch = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g

/** Replaces comments and strings by spaces of the same length. Strings keep their quotes. */
export const codeOf = (text: string): string =>
  text.replace(stretch, found => {
    const blank = found.replace(/[^\n]/g, ' ')
    return found.startsWith('/') ? blank : `"${blank.slice(1, -1)}"`
  })

/** Offset of the bracket that closes the object opened at `open`. */
export const closing = (code: string, open: number): number | undefined => {
  for (let at = open, depth = 0; at < code.length; at++) {
    if ('{[('.includes(code[at]!)) depth++
    else if ('}])'.includes(code[at]!) && --depth === 0) return at
  }
  return undefined
}

/** The brackets of `tenants: { … }`; undefined unless there is exactly one. @param code from `codeOf` */
export const tenantsIn = (code: string): { readonly open: number; readonly close: number } | undefined => {
  const found = [...code.matchAll(/(?<![\w$.])tenants\s*:\s*\{/g)]
  if (found.length !== 1) return undefined
  const open = found[0]!.index + found[0]![0].length - 1
  const close = closing(code, open)
  return close === undefined ? undefined : { open, close }
}
