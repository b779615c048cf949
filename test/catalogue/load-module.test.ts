import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadModule } from '../../src/catalogue/load-module.ts'

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

t.test("a user's file has the hash of its bytes, and is loaded once while it is unchanged", async t => {
  const text = 'export default { made: new Error().stack }'
  const file = join(t.testdir({ 'one.mjs': text }), 'one.mjs')
  const first = await loadModule(file)
  t.equal(first.codeHash, hashOf(text))
  t.equal((await loadModule(file)).module, first.module)
})

t.test('a changed file is reloaded, and has the hash of the loaded code', async t => {
  const folder = t.testdir({})
  const file = join(folder, 'one.ts')
  for (const text of ['export default 1 as number', 'export default 2 as number', 'export default 1 as number']) {
    writeFileSync(file, text)
    const { module, codeHash } = await loadModule(file)
    t.strictSame({ codeHash, ...module }, { codeHash: hashOf(text), default: Number(/\d/.exec(text)) })
  }
})

t.test('a file whose imports have changed, at any depth, is reloaded, and has another hash', async t => {
  const folder = t.testdir({
    'one.ts': "export { value as default } from './two.ts'",
    'two.ts': "export { value } from './three.ts'",
    'three.ts': 'export const value: number = 1',
  })
  const first = await loadModule(join(folder, 'one.ts'))
  t.match(first.module, { default: 1 })
  writeFileSync(join(folder, 'three.ts'), 'export const value: number = 2')
  const second = await loadModule(join(folder, 'one.ts'))
  t.match(second.module, { default: 2 })
  t.not(second.codeHash, first.codeHash)
  writeFileSync(join(folder, 'three.ts'), 'export const value: number = 1')
  t.equal((await loadModule(join(folder, 'one.ts'))).codeHash, first.codeHash)
})

t.test('the hash of each of two pipelines includes their shared file', async t => {
  const folder = t.testdir({
    'one.ts': "export { value as default } from './shared.ts'",
    'two.ts': "export { value as default } from './shared.ts'\n",
    'shared.ts': 'export const value: number = 1',
  })
  const hashes = async () => [
    (await loadModule(join(folder, 'one.ts'))).codeHash,
    (await loadModule(join(folder, 'two.ts'))).codeHash,
  ]
  const before = await hashes()
  writeFileSync(join(folder, 'shared.ts'), 'export const value: number = 2')
  const after = await hashes()
  t.strictSame(
    after.map((hash, at) => hash === before[at]),
    [false, false],
  )
  t.match((await loadModule(join(folder, 'two.ts'))).module, { default: 2 })
})

t.test('a file that could not be loaded can be loaded once it or its import is corrected', async t => {
  const folder = t.testdir({ 'one.ts': "export { value as default } from './two.ts'" })
  const file = join(folder, 'one.ts')
  await t.rejects(loadModule(file), { code: 'ERR_MODULE_NOT_FOUND' })
  writeFileSync(join(folder, 'two.ts'), 'export const value = (')
  await t.rejects(loadModule(file))
  writeFileSync(join(folder, 'two.ts'), 'export const value = 3')
  t.match((await loadModule(file)).module, { default: 3 })
  rmSync(join(folder, 'two.ts'))
  await t.rejects(loadModule(file), { code: 'ERR_MODULE_NOT_FOUND' })
})
