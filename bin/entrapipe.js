#!/usr/bin/env node
// Starts entrapipe: from `src` in a clone, from `dist` in the installed package. Plain JavaScript that an old Node.js can
// parse, so that it can print the error below.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `entrapipe needs Node.js 24 or newer, and this is ${process.version}. In a clone, run \`npx entrapipe\` or \`npm run entrapipe --\`, which use the project's own Node.js. Elsewhere, install Node.js 24.\n`,
  )
  process.exit(2)
}

// V8 sizes its heap before any script runs, so limiting it requires a second start. execve keeps the process id, so a kill
// reaches the only process. A custom pipeline may need a larger heap than an export, but the young generation is small for
// both. Previews of licences keep more than exports do, so garbage is collected sooner. The sandbox is a server, which is faster with
// a larger young generation.
const limits = {
  sandbox: ['--max-semi-space-size=8'],
  // Its database is WebAssembly. Optimising that takes 800 MB, and the database has little to do.
  serve: ['--max-semi-space-size=8', '--liftoff-only'],
  '__make-queue': ['--liftoff-only'],
  run: ['--max-semi-space-size=3', '--no-concurrent-recompilation'],
  licenses: ['--max-semi-space-size=1', '--max-old-space-size=256', '--no-concurrent-recompilation'],
  other: ['--max-semi-space-size=2', '--max-old-space-size=512', '--no-concurrent-recompilation'],
}
// A pipeline or a configuration may be in a folder without `"type": "module"`, so that warning is disabled.
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON']
// A job names the command whose limits it needs: what it is to do comes later.
const [first = '', second = ''] = process.argv.slice(2)
const named = first === '__job-child' ? second : first
const command = Object.hasOwn(limits, named) ? named : 'other'
const wanted = [...limits[command], ...quiet]
// Pages allocate and free megabytes of buffers. By default, glibc keeps a heap per thread and rarely returns memory. Two
// threads are enough for one file and its compression.
const small = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
  UV_THREADPOOL_SIZE: '2',
}
const self = fileURLToPath(import.meta.url)
if (process.execve && process.platform !== 'win32' && !wanted.every(flag => process.execArgv.includes(flag)))
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...wanted, self, ...process.argv.slice(2)], {
    ...small,
    ...process.env,
  })

const { enableCompileCache, registerHooks } = await import('node:module')
const { setFlagsFromString } = await import('node:v8')
enableCompileCache()
// Without this flag, V8 allocates rows in the old generation once a page outlives two collections: see
// docs/decisions/pages-in-pieces.md. An unknown flag is ignored here; on the command line it is an error.
setFlagsFromString('--no-allocation-site-pretenuring')
// Garbage is collected once the heap has grown by a tenth, not by three: previews of licences keep little, and look at much.
if (command === 'licenses') setFlagsFromString('--heap-growing-percent=10')

const root = new URL('..', import.meta.url)
const source = new URL('src/cli/main.ts', root)
const [folder, ending] = existsSync(fileURLToPath(source)) ? ['src', 'ts'] : ['dist', 'js']

const condition = folder === 'src' ? 'entrapipe-source' : 'default'
/** What package.json exports, by name: a file, or a pattern of files. */
const exported = () =>
  Object.entries(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).exports).map(([name, target]) => [
    name.replace(/^\./, 'entrapipe'),
    typeof target === 'string' ? target : target[condition],
  ])
const namesIn = directory =>
  readdirSync(new URL(directory, root))
    .filter(name => name.endsWith(`.${ending}`) && !name.endsWith('.d.ts'))
    .map(name => name.slice(0, -ending.length - 1))
    .sort()

const ownUrl = specifier => {
  const all = exported()
  const module = all.find(([name]) => name === specifier)
  if (module) return new URL(module[1], root).href
  const [role, target] = all.find(([name]) => name.endsWith('/*') && specifier.startsWith(name.slice(0, -1))) ?? []
  if (!role) {
    const others = all.map(([name]) => name).filter(name => !/\/\*$|\.json$/.test(name))
    throw new Error(
      `${specifier} was not found. Import parts from entrapipe/sources/…, entrapipe/transforms/… and entrapipe/sinks/…; the other modules are ${others.join(', ')}.`,
    )
  }
  const name = specifier.slice(role.length - 1)
  const url = new URL(target.replace('*', name), root)
  if (/^[\w-]+$/.test(name) && existsSync(url)) return url.href
  const kind = role.slice('entrapipe/'.length, -'s/*'.length)
  throw new Error(
    `The ${kind} ${specifier} was not found. Available: ${namesIn(target.replace(/\*.*$/, '')).join(', ')}.`,
  )
}

// A package.json made by npm sets "commonjs" for all files in its folder, and older ones set nothing. A TypeScript file that
// imports or exports is a module nevertheless.
const isModule = ({ url, format }) =>
  (!format || format.startsWith('commonjs')) &&
  /^file:.*\.ts(?:\?|$)/.test(url) &&
  !url.includes('/node_modules/') &&
  existsSync(new URL(url)) &&
  /^\s*(?:import|export)\b(?!\s*\()/m.test(readFileSync(new URL(url), 'utf8'))

// A pipeline or a configuration may be in any folder and still use `import … from 'entrapipe/sources/csv'`.
registerHooks({
  resolve(specifier, context, next) {
    if (/^entrapipe(?:\/(?!package\.json$)|$)/.test(specifier)) return { url: ownUrl(specifier), shortCircuit: true }
    const found = next(specifier, context)
    return isModule(found) ? { ...found, format: 'module-typescript' } : found
  },
})

const { main } = await import(new URL(`${folder}/cli/main.${ending}`, root).href)
await main()
