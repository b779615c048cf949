import t from 'tap'
import { commandBed } from '../command-bed.ts'

t.test('an exported file of another tenant, with its manifest, is refused where it names objects', async t => {
  const bed = await commandBed(t)
  await bed.run('export', 'users', '--tenant', 'sandbox', '--select', 'id', '--limit', '2', '--to', 'users.csv')
  const manifest = bed.textOf('users.csv.manifest.json')
  const { tenant } = JSON.parse(manifest) as { readonly tenant: { readonly id: string } }
  const other = '0b2a9d1c-1111-4222-8333-444455556666'
  const enable = ['users', 'enable', '--tenant', 'sandbox', '--from', 'users.csv', '--yes']
  bed.write('users.csv.manifest.json', manifest.replaceAll(tenant.id, other))
  const refused = await bed.run(...enable)
  t.match([refused.status, refused.stderr], [5, new RegExp(`exported from the tenant ${other}, and name objects`)])
  bed.write('users.csv.manifest.json', manifest)
  t.not((await bed.run(...enable)).status, 5)
  bed.write('users.csv.manifest.json', manifest.replaceAll(tenant.id, other))
  bed.write('users.csv', `${bed.textOf('users.csv')}\n`)
  t.notMatch((await bed.run(...enable)).stderr, /exported from/, 'the manifest is of another file')
})
