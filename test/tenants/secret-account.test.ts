import { join } from 'node:path'
import t from 'tap'
import { secretAccounts } from '../../src/tenants/secret-account.ts'
import { secretsFolder } from '../../src/tenants/store-secret.ts'
import { fakeEnvironment } from './fake-environment.ts'

const environment = fakeEnvironment('/home/ann', {}, 'linux')
const at = (file: string, tenant = 'contoso') => secretAccounts(file, tenant, environment)
const fileOf = (account: string) => ({ file: join(secretsFolder(environment), `${account}.secret`) })

t.test('two projects with a tenant of the same name have different accounts', t => {
  const [one, other] = [at('/one/entrapipe.config.ts'), at('/other/entrapipe.config.ts')]
  t.match(one.free([]), /^contoso-[0-9a-f]{12}$/)
  t.equal(one.free([]), at('/one/entrapipe.config.ts').free([]))
  t.not(one.free([]), other.free([]))
  for (const ref of [{ keyring: other.free([]) }, fileOf(other.free([])), { keyring: 'contoso' }, fileOf('contoso')])
    t.equal(one.own(ref), undefined)
  t.end()
})

t.test('a new secret has an account name that no other entry uses', t => {
  const accounts = at('/one/entrapipe.config.ts')
  const first = accounts.free([])
  const second = accounts.free([{ keyring: first }])
  t.strictSame(
    [second, accounts.free([fileOf(first)]), accounts.free([{ keyring: first }, fileOf(second)])],
    [`${first}-2`, `${first}-2`, `${first}-3`],
  )
  t.equal(accounts.free([{ env: first }, { file: `/home/ann/${first}.secret` }]), first)
  t.strictSame(
    [accounts.own({ keyring: first }), accounts.own(fileOf(second)), accounts.own({ keyring: `${first}-x` })],
    [first, second, undefined],
  )
  t.equal(at('/one/entrapipe.config.ts', 'contoso-2').own({ keyring: second }), undefined)
  t.end()
})
