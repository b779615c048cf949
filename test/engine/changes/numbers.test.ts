import t from 'tap'
import { operationsOfFiles } from '../../../src/catalogue/operations.ts'
import { keepNumbers } from './keep-numbers.ts'
import { comparing, ofLicensing, scenes, scenesOf } from './scenes.ts'

t.test('there is a scene for each operation of files', t => {
  t.strictSame([...operationsOfFiles()].sort(), Object.keys({ ...scenes, ...comparing }).sort())
  t.end()
})

await keepNumbers(t, scenesOf('accounts'))
await keepNumbers(t, comparing)
await keepNumbers(t, ofLicensing)
