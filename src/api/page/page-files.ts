import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '../../core/version.ts'

/** Packages that the page imports, with the file of each that browsers read. */
const packages = {
  preact: 'preact',
  'preact/hooks': 'preact/hooks',
  htm: 'htm',
  uplot: 'uplot/dist/uPlot.esm.js',
} as const
const packageStyles = ['uplot/dist/uPlot.min.css'] as const

/** The files of the operations page. */
export interface PageFiles {
  /** The folder with its own files. */
  readonly folder: string
  /** The path under which browsers find them. It has a hash of all files, so each may be kept forever. */
  readonly prefix: string
  /** Files of packages: their paths in browsers, and on this machine. */
  readonly ofPackages: readonly { readonly path: string; readonly folder: string; readonly file: string }[]
  /** The HTML of every view: they differ only in their address. */
  readonly html: string
  /** The hash of the import map, by which a policy allows it. */
  readonly importMapHash: string
}

const namesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(ending))
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()

const sha256 = (text: string | Buffer, encoding: 'hex' | 'base64'): string =>
  createHash('sha256').update(text).digest(encoding)

const pathOf = (specifier: string): string => fileURLToPath(import.meta.resolve(specifier))

/** Finds the files of the page. Reads each once, for the hash: about a hundred small files. */
export const pageFiles = (): PageFiles => {
  const folder = fileURLToPath(new URL('../../web', import.meta.url))
  const modules = namesIn(folder, '.js').filter(name => name !== 'first.js')
  const styles = namesIn(folder, '.css')
  const sources = Object.entries(packages).map(([name, specifier]) => ({ name, file: pathOf(specifier) }))
  const foreign = packageStyles.map(specifier => pathOf(specifier))
  const all = [...[...modules, ...styles, 'first.js'].map(name => join(folder, name)), ...foreign]
  const hash = sha256(
    [version, ...[...all, ...sources.map(({ file }) => file)].map(file => sha256(readFileSync(file), 'hex'))].join(' '),
    'hex',
  ).slice(0, 16)
  const prefix = `/page/${hash}/`
  const served = (file: string): string => `${prefix}packages/${basename(file)}`
  const importMap = JSON.stringify({
    imports: Object.fromEntries(sources.map(({ name, file }) => [name, served(file)])),
  })
  const html = [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<title>entrapipe</title>',
    `<link rel="icon" href="${prefix}icon.svg" type="image/svg+xml">`,
    `<script src="${prefix}first.js"></script>`,
    ...foreign.map(file => `<link rel="stylesheet" href="${served(file)}">`),
    ...styles.map(name => `<link rel="stylesheet" href="${prefix}${name}">`),
    `<script type="importmap">${importMap}</script>`,
    // All at once: without it the browser learns of each file from the one that imports it.
    ...[...sources.map(({ file }) => served(file)), ...modules.map(name => `${prefix}${name}`)].map(
      path => `<link rel="modulepreload" href="${path}">`,
    ),
    `<script type="module" src="${prefix}main.js"></script>`,
    '</head>\n<body>\n<div id="page"></div>',
    '<noscript><p>The page needs JavaScript. Without it, use <code>entrapipe jobs</code>.</p></noscript>',
    '</body>\n</html>\n',
  ].join('\n')
  return {
    folder,
    prefix,
    ofPackages: [...sources.map(({ file }) => file), ...foreign].map(file => ({
      path: served(file),
      folder: dirname(file),
      file: basename(file),
    })),
    html,
    importMapHash: `sha256-${sha256(importMap, 'base64')}`,
  }
}
