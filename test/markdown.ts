import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of the project. */
export const root = fileURLToPath(new URL('..', import.meta.url))

export const textOf = (file: string): string => readFileSync(new URL(file, new URL('..', import.meta.url)), 'utf8')

/** A fenced block of a document. */
interface Block {
  /** The heading it stands under. */
  readonly section: string
  readonly language: string
  readonly text: string
  /** The last line of words before it. */
  readonly before: string
}

/** The fenced blocks of a document, in order. */
export const blocksOf = (file: string): readonly Block[] => {
  const blocks: Block[] = []
  let section = ''
  let before = ''
  let open: { readonly language: string; readonly lines: string[] } | undefined
  for (const line of textOf(file).split('\n')) {
    const fence = /^```(\w*)$/.exec(line)
    if (open && fence) {
      blocks.push({ section, before, language: open.language, text: `${open.lines.join('\n')}\n` })
      open = undefined
    } else if (open) open.lines.push(line)
    else if (fence) open = { language: fence[1]!, lines: [] }
    else if (/^##+ /.test(line)) section = line.replace(/^#+ /, '')
    else if (line.trim() !== '') before = line
  }
  if (open) throw new Error(`A block of ${file} is not closed: ${open.lines[0]}`)
  return blocks
}

/** The rows of the tables under a heading, or of a page without sections, cell by cell, without their heads. */
export const tableOf = (file: string, section?: string): readonly (readonly string[])[] => {
  const [, under = ''] = section === undefined ? ['', textOf(file)] : textOf(file).split(`\n## ${section}\n`)
  const lines = under.split(/\n## /)[0]!.split('\n')
  const isRow = (line: string): boolean => line.startsWith('|')
  return lines
    .filter((line, at) => isRow(line) && !/^\|-/.test(line) && !/^\|-/.test(lines[at + 1] ?? ''))
    .map(line =>
      line
        .slice(1, -1)
        .split('|')
        .map(cell => cell.trim()),
    )
}

/** What stands between backticks. */
export const codeIn = (text: string): readonly string[] => Array.from(text.matchAll(/`([^`]+)`/g), ([, code]) => code!)

/** Files of the project that a document links to. */
export const linksOf = (file: string): readonly string[] =>
  Array.from(textOf(file).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g), ([, link]) => link!)
