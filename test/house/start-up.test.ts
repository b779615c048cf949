import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { builtinModules } from 'node:module'
import t from 'tap'
import { importsOf, root, sources } from './source-files.ts'

/** Everything that these files load, without what is imported late. */
const loadedFrom = (files: readonly string[]): ReadonlySet<string> => {
  const loaded = new Set<string>()
  const load = (file: string): void => {
    if (loaded.has(file)) return
    loaded.add(file)
    if (!file.startsWith('src/') || !existsSync(join(root, file)) || !file.endsWith('.ts')) return
    for (const { to, typeOnly, late } of importsOf(file)) if (!typeOnly && !late) load(to)
  }
  for (const file of files) load(file)
  return loaded
}

/** Everything that is loaded before a command begins: `main` and all commands. */
const loadedAtStart = (): ReadonlySet<string> =>
  loadedFrom(['src/cli/main.ts', ...sources.filter(file => file.startsWith('src/cli/commands/'))])

t.test('`entrapipe --help` loads no package but the parser of the command line', async t => {
  const packages = [...loadedAtStart()].filter(
    name => !name.startsWith('src/') && !builtinModules.includes(name.replace(/^node:/, '')),
  )
  t.strictSame(packages, ['commander'])
})

t.test('the start loads no data table and no working layer', async t => {
  const heavy = [...loadedAtStart()].filter(file =>
    /^src\/(?:engine|store|graph|odata|formats|places|sources|transforms|sinks|sandbox)\//.test(file),
  )
  t.strictSame(heavy, [])
})

t.test('an export loads the packages of Parquet only to write Parquet', async t => {
  const loaded = loadedFrom(['src/catalogue/built-in/export.ts'])
  t.ok(loaded.has('src/sinks/parquet.ts'), 'the sink itself is loaded')
  t.strictSame(
    [...loaded].filter(name => /parquet/.test(name)),
    ['src/sinks/parquet.ts'],
  )
})

t.test('commands that keep their runs on this machine do not load the driver of PostgreSQL', async t => {
  const oneShot = sources.filter(file => /^src\/(?:cli\/commands|catalogue|engine|index\.ts)/.test(file))
  const loaded = loadedFrom([...oneShot, 'src/store/open-store.ts'])
  t.ok(loaded.has('src/store/sqlite-runs.ts'))
  t.strictSame(
    [...loaded].filter(name => name === 'pg' || name.startsWith('src/store/postgres/')),
    [],
  )
})
