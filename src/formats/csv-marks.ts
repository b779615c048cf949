/** Delimiters that are detected automatically. */
export const delimiters = [',', ';', '\t', '|'] as const

/** The content of a `sep=;` line, which Excel reads before the header. `doubtful`: a separator line that is ambiguous. */
type Separator = { readonly delimiter: string } | 'doubtful'

const words: Readonly<Record<string, string>> = { '\\t': '\t', tab: '\t' }

/**
 * Parses a first line as a separator line; undefined if it is none. Programs write it in quotes, padded with delimiters,
 * with blanks, in any case. Without a separator (a tab may have been trimmed), or with other delimiters after it, it is
 * doubtful.
 */
export const separatorOf = (line: string): Separator | undefined => {
  const said = /^\s*"?\s*sep\s*=(.*)$/is.exec(line)?.[1]?.replaceAll('"', '')
  if (said === undefined) return undefined
  const word = words[said.trim().toLowerCase()]
  if (word !== undefined) return { delimiter: word }
  if (/^ *\t[\t ]*$/.test(said)) return { delimiter: '\t' }
  const [delimiter, ...rest] = said.trim()
  if (delimiter === undefined) return 'doubtful'
  if (/[\p{L}\p{N}]/u.test(delimiter)) return undefined
  if (rest.every(char => char === delimiter || char === ' ')) return { delimiter }
  return rest.every(char => /[,;\t| ]/.test(char)) ? 'doubtful' : undefined
}

/** Whether this is the line in which Windows PowerShell's Export-Csv names the type of its objects. */
export const isTypeLine = (line: string): boolean => /^\s*"?#TYPE\s+\S/i.test(line)

/** Whether this is the line `version:v1.0` that begins a template of the Entra portal. Excel pads it with delimiters. */
export const isVersionLine = (line: string): boolean => /^\s*"?version:\s*v?\d+(?:\.\d+)*"?[\s,;|"]*$/i.test(line)

/** The kind of marker line that a record among the rows is, in a file concatenated from several. It is alone in its row. */
export const markOf = (cells: readonly string[]): string | undefined => {
  const first = cells[0] ?? ''
  if (!/^\s*(?:sep\s*=|#TYPE\s|version:)/i.test(first) || cells.slice(1).some(cell => cell.trim() !== ''))
    return undefined
  if (isTypeLine(first)) return 'type line'
  if (isVersionLine(first)) return 'version line'
  return /^\s*sep\s*=\s*[^\p{L}\p{N}]?\s*$/iu.test(first) ? 'separator line' : undefined
}
