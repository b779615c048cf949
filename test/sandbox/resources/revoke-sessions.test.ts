import t from 'tap'
import { mutate } from '../mutate.ts'
import { root, type AskOptions } from './ask.ts'
import { denied, newUser, writeBed } from './write-bed.ts'

const permissions = ['User.RevokeSessions.All']
const revoked = { status: 200, body: { '@odata.context': `${root}/$metadata#Edm.Boolean`, value: true } }

const bed = (t: Parameters<typeof writeBed>[0]) => {
  const made = writeBed(t)
  const revoke = (id: string, options: AskOptions = {}) =>
    made.send('POST', `/users/${id}/revokeSignInSessions`, undefined, { permissions, ...options })
  const validFrom = (id: string) => made.directory.truth(id)!.entity!['signInSessionsValidFromDateTime']
  return { ...made, revoke, validFrom }
}

t.test('each revocation ends the sessions that began before it', async t => {
  const { directory, cloud, revoke, validFrom } = bed(t)
  const before = Math.floor(directory.now() / 1000) * 1000
  t.match(await revoke(cloud.id), revoked)
  const first = Date.parse(String(validFrom(cloud.id)))
  t.ok(before <= first && first <= directory.now(), String(first))
  directory.moveClock(60_000)
  t.match(await revoke(String(cloud['userPrincipalName'])), revoked)
  t.ok(Date.parse(String(validFrom(cloud.id))) >= first + 60_000)
  t.match(
    [...directory.truthOf('user')],
    [{ id: cloud.id, updated: 2, by: [{ what: 'updated' }, { what: 'updated' }] }],
  )
})

t.test('sessions of an external user belong to its home tenant: nothing changes here', async t => {
  const { directory, usersWhere, revoke } = bed(t)
  const [guest] = usersWhere(user => user['userType'] === 'Guest')
  t.match(await revoke(guest!.id), revoked)
  t.equal(directory.generation, 0)
})

t.test('sessions of a synced user, and of a guest that was created here, are revoked', async t => {
  const { synced, send, directory, revoke } = bed(t)
  const guest = (await send('POST', '/users', newUser({ userType: 'Guest' }))).body
  for (const id of [synced.id, guest.id]) {
    const before = directory.generation
    t.match(await revoke(id), revoked)
    t.equal(directory.generation, before + 1)
  }
})

t.test('an app needs the permission of its own, a person may have a wider one', async t => {
  const { cloud, synced, revoke } = bed(t)
  const wide = { permissions: ['User.ReadWrite.All'] }
  t.match(await revoke(cloud.id, wide), denied)
  t.match(await revoke(cloud.id, { ...wide, delegated: synced.id }), revoked)
})

t.test('a user that does not exist, or no longer, is 404 and nothing changes', async t => {
  const { directory, cloud, revoke } = bed(t)
  const missing = { status: 404, body: { code: 'Request_ResourceNotFound' } }
  t.match(await revoke('nobody@contoso.com'), missing)
  mutate(directory, { do: 'delete', kind: 'user', id: cloud.id }, 'control')
  t.match(await revoke(cloud.id), missing)
  t.equal(directory.generation, 1)
})

t.test('plain reads show a revocation after their lag, and a restart keeps it', async t => {
  const folder = t.testdir()
  const { send, ask, directory, cloud } = writeBed(t, { folder })
  const shown = async () => (await ask(`/users/${cloud.id}?$select=signInSessionsValidFromDateTime`)).body
  const before = await shown()
  directory.setLag('direct', 30_000)
  await send('POST', `/users/${cloud.id}/revokeSignInSessions`, undefined, { permissions })
  t.strictSame(await shown(), before)
  directory.moveClock(30_000)
  t.not((await shown()).signInSessionsValidFromDateTime, before.signInSessionsValidFromDateTime)
  const truth = directory.truth(cloud.id)
  directory.close()
  t.strictSame(writeBed(t, { folder }).directory.truth(cloud.id), truth)
})
