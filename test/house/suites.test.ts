import { globSync } from 'node:fs'
import { basename } from 'node:path'
import t from 'tap'
import { filesOf, suites } from '../suites/table.ts'
import { filesIn, root, textOf } from './source-files.ts'

/** A list of `.taprc`. */
const configured = (name: string): readonly string[] => {
  const [, lines = ''] = new RegExp(`^${name}:\n((?: {2}.*\n)*)`, 'm').exec(textOf('.taprc')) ?? []
  return [...lines.matchAll(/^ {2}- "(.*)"$/gm)].map(([, value]) => value!)
}

t.test('tap runs each test file once: by itself, or in one suite', async t => {
  const found = globSync(configured('include'), { cwd: root, exclude: configured('exclude') })
  const inSuites = Object.values(suites).flatMap(filesOf)
  t.strictSame([...found, ...inSuites.map(file => `test/${file}`)].sort(), filesIn('test', '.test.ts'))
})

t.test('each suite is a file that runs it, and .taprc leaves out what it runs', async t => {
  for (const [name, patterns] of Object.entries(suites)) {
    t.equal(textOf(`test/suites/${name}.test.ts`), `import { suite } from './suite.ts'\n\nsuite('${name}')\n`)
    for (const pattern of patterns) t.not(filesOf([pattern]).length, 0, `${pattern} finds files`)
  }
  t.strictSame(
    filesIn('test/suites', '.test.ts')
      .map(file => basename(file, '.test.ts'))
      .sort(),
    Object.keys(suites).sort(),
  )
  t.strictSame(
    configured('exclude'),
    Object.values(suites)
      .flat()
      .map(pattern => `test/${pattern}.test.ts`),
  )
})
