#!/usr/bin/env node
// Starts entrapipe: from `src` in a clone, from `dist` in the installed package. Kept in plain JavaScript that an old
// Node can parse, so that it can say what is wrong.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `entrapipe needs Node.js 24 or newer and this is ${process.version}; in a clone run it as \`npx entrapipe\` or \`npm run entrapipe --\`, which bring their own Node.js, elsewhere install Node.js 24.\n`,
  )
  process.exit(2)
}

// V8 sizes its heap before any script runs, so what keeps an export small needs a second start. execve keeps the process
// id: a kill reaches the one process there is. A pipeline of one's own may need more than an export; a small young
// generation keeps it small all the same. The sandbox is a server: a larger young generation serves faster.
const limits = {
  sandbox: ['--max-semi-space-size=8'],
  run: ['--max-semi-space-size=3', '--no-concurrent-recompilation'],
  other: ['--max-semi-space-size=3', '--max-old-space-size=256', '--no-concurrent-recompilation'],
}
// A pipeline or a configuration in a folder without `"type": "module"` is no mistake of the person who wrote it.
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON']
const command = process.argv[2] === 'sandbox' || process.argv[2] === 'run' ? process.argv[2] : 'other'
const wanted = [...limits[command], ...quiet]
// Buffers of a page come and go by the megabyte. glibc would keep a heap for each thread, and what it once had in each;
// two threads are enough for one file and its compression.
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
// Once a page outlives two collections, V8 allocates its kind of rows in the old generation, and their values follow: see
// docs/decisions/pages-in-pieces.md. An unknown flag is ignored here; on the command line it is an error.
setFlagsFromString('--no-allocation-site-pretenuring')

const root = new URL('..', import.meta.url)
const source = new URL('src/cli/main.ts', root)
const [folder, ending] = existsSync(fileURLToPath(source)) ? ['src', 'ts'] : ['dist', 'js']

const partsIn = role =>
  readdirSync(new URL(`${folder}/${role}/`, root))
    .filter(name => name.endsWith(`.${ending}`) && !name.endsWith('.d.ts'))
    .map(name => name.slice(0, -ending.length - 1))
    .sort()

const modules = { entrapipe: 'index', 'entrapipe/parts': 'parts', 'entrapipe/contracts': 'contracts/index' }

const ownUrl = specifier => {
  if (Object.hasOwn(modules, specifier)) return new URL(`${folder}/${modules[specifier]}.${ending}`, root).href
  const [, role, name] = /^entrapipe\/(sources|transforms|sinks)\/([\w-]+)$/.exec(specifier) ?? []
  const url = new URL(`${folder}/${role}/${name}.${ending}`, root)
  if (role && existsSync(url)) return url.href
  throw new Error(
    role
      ? `The ${role.slice(0, -1)} ${specifier} was not found. Available: ${partsIn(role).join(', ')}.`
      : `${specifier} was not found. Import parts from entrapipe/sources/…, entrapipe/transforms/… and entrapipe/sinks/…; the other modules are ${Object.keys(modules).join(', ')}.`,
  )
}

// What npm writes into a new folder says "commonjs" of everything in it, and older ones say nothing: a TypeScript file that
// imports or exports is a module all the same.
const isModule = ({ url, format }) =>
  (!format || format.startsWith('commonjs')) &&
  /^file:.*\.ts(?:\?|$)/.test(url) &&
  !url.includes('/node_modules/') &&
  existsSync(new URL(url)) &&
  /^\s*(?:import|export)\b(?!\s*\()/m.test(readFileSync(new URL(url), 'utf8'))

// A pipeline or a configuration may lie anywhere and still says `import … from 'entrapipe/sources/csv'`.
registerHooks({
  resolve(specifier, context, next) {
    if (/^entrapipe(?:\/(?!package\.json$)|$)/.test(specifier)) return { url: ownUrl(specifier), shortCircuit: true }
    const found = next(specifier, context)
    return isModule(found) ? { ...found, format: 'module-typescript' } : found
  },
})

const { main } = await import(new URL(`${folder}/cli/main.${ending}`, root).href)
await main()
