import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import type { Values } from '../../src/core/operation.ts'
import { setUsageLocation } from '../../src/operations/set-usage-location.ts'
import { keeps } from '../contracts/keeps.ts'
import { nobody } from './link-bed.ts'
import { draw, lostRow, operationBed, operations } from './operation-bed.ts'

type Person = Values & { readonly id: string }

const bed = await operationBed(t, { licences: { skus: [{ sku: 'AAD_PREMIUM', enabled: 300, direct: 0.5 }] } })
const { list, change, context } = bed
const people = await list<Person>('/users?$select=id,usageLocation,country&$top=300')
const without = people.filter(user => user['usageLocation'] === null)
const others = people.filter(user => user['usageLocation'] !== null)
const operation = setUsageLocation as never

t.test('set-usage-location keeps the contract of an operation', async t => {
  const rows = [...without.slice(0, 2), others[0]!].map(({ id }) => ({ user: id, usageLocation: 'de' }))
  const invalid = [{ user: nobody }, { user: nobody, usageLocation: 'Germany' }, { usageLocation: 'DE' }]
  await keeps(t, operationContract({ operation, operations, context, rows, invalid }))
})

t.test('only a missing location is set, and its undo sends nothing', async t => {
  const [user] = without.slice(3)
  const { ready, verdicts } = await change(operation, [{ user: user!.id, usageLocation: 'de' }])
  t.strictSame(verdicts, [{ outcome: 'done', id: user!.id }])
  t.match(await setUsageLocation.decide(ready.map(row => lostRow(row)) as never, context()), [{ outcome: 'done' }])
  t.match((await change(operation, [{ user: user!.id, usageLocation: 'FR' }])).looked, [
    { outcome: 'unchanged', message: 'The user has the usage location DE.' },
  ])
  const inverse = setUsageLocation.inverse!(ready[0]!.value as never, ready[0]!.before as never, undefined)!
  t.match((await change(operation, [inverse.value])).looked, [
    { outcome: 'unchanged', message: 'The usage location DE stays: Graph cannot clear it.' },
  ])
})

t.test('country is that of the user, by name in many languages, and is never guessed', async t => {
  const [user] = without.slice(4)
  const look = async (country: string | null) => {
    await bed.send({ method: 'PATCH', url: `/users/${user!.id}`, body: { country } })
    const value = setUsageLocation.accept({ user: user!.id, usageLocation: 'Country' }, draw)
    return (await setUsageLocation.look([value], context()))[0]
  }
  t.match(await look('Deutschland'), { send: { sets: 'DE' } })
  t.match(await look('Atlantis'), {
    code: 'USAGE_LOCATION_MISSING',
    message: /"Atlantis" is not the name of one country/,
  })
  t.match(await look(null), { code: 'USAGE_LOCATION_MISSING', message: /neither a usage location nor a country/ })
})
