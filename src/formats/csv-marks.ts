/** Delimiters that a file may have without being asked: each is tried. */
export const delimiters = [',', ';', '\t', '|'] as const

/** What the line `sep=;` says, which Excel reads before the header. `doubtful`: it is such a line, but not what it says. */
type Separator = { readonly delimiter: string } | 'doubtful'

const words: Readonly<Record<string, string>> = { '\\t': '\t', tab: '\t' }

/**
 * The separator line that a first line is; undefined for any other line. Writers leave it in quotes, padded with delimiters, with blanks, in any
 * case. A tab may have gone when the line was trimmed, and other delimiters behind it contradict it: that is doubtful.
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

/** Whether it is the line in which Windows PowerShell's Export-Csv names the type of its objects. */
export const isTypeLine = (line: string): boolean => /^\s*"?#TYPE\s+\S/i.test(line)

/** Whether it is the line `version:v1.0`, with which a template of the Entra portal begins; Excel pads it. */
export const isVersionLine = (line: string): boolean => /^\s*"?version:\s*v?\d+(?:\.\d+)*"?[\s,;|"]*$/i.test(line)

/** The mark of a writer that a record among the rows is, where files were put together: it stands alone in its row. */
export const markOf = (cells: readonly string[]): string | undefined => {
  const [first = ''] = cells
  if (!/^\s*(?:sep\s*=|#TYPE\s|version:)/i.test(first) || cells.slice(1).some(cell => cell.trim() !== ''))
    return undefined
  if (isTypeLine(first)) return 'type line'
  if (isVersionLine(first)) return 'version line'
  return /^\s*sep\s*=\s*[^\p{L}\p{N}]?\s*$/iu.test(first) ? 'separator line' : undefined
}
