import { registerHooks } from 'node:module'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { filesOf, suites } from './table.ts'

const test = new URL('../', import.meta.url)

/** The test that the file with this address has as its `t`. */
const roots = new Map<string, Test>()
Object.assign(globalThis, { testOfSuite: (file: string) => roots.get(file) })

// `import t from 'tap'` in one of the files is the test that the suite has made for it: what it does with `t` then ends with it, and
// its folders and its failures have its name.
const tap = JSON.stringify(import.meta.resolve('tap'))
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '' } = context
    if (specifier !== 'tap' || !roots.has(parentURL)) return next(specifier, context)
    const module = `export * from ${tap}\nexport default testOfSuite(${JSON.stringify(parentURL)})`
    return { url: `data:text/javascript,${encodeURIComponent(module)}`, format: 'module', shortCircuit: true }
  },
})

/**
 * Runs the test files of a suite in this process: a process each would cost more than most of them do. Each of them can still be run
 * alone.
 */
export const suite = (name: string): void => {
  for (const file of filesOf(suites[name]!))
    void t.test(`test/${file}`, async t => {
      // As if the file ran alone: the names of folders have a limit.
      t.testdirName = join(dirname(t.testdirName), `test-${file.replaceAll('/', '-')}-${process.pid}`)
      const { href } = new URL(file, test)
      roots.set(href, t)
      await import(href)
    })
}
