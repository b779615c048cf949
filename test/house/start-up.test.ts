import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { builtinModules } from 'node:module'
import t from 'tap'
import { importsOf, root, sources } from './source-files.ts'

/** Everything that is loaded before a command begins: `main` and all commands, without what is imported late. */
const loadedAtStart = (): ReadonlySet<string> => {
  const loaded = new Set<string>()
  const load = (file: string): void => {
    if (loaded.has(file)) return
    loaded.add(file)
    if (!file.startsWith('src/') || !existsSync(join(root, file)) || !file.endsWith('.ts')) return
    for (const { to, typeOnly, late } of importsOf(file)) if (!typeOnly && !late) load(to)
  }
  for (const file of ['src/cli/main.ts', ...sources.filter(file => file.startsWith('src/cli/commands/'))]) load(file)
  return loaded
}

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
