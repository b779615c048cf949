import t from 'tap'
import { createdBy } from '../../src/core/operation.ts'
import type { Decision } from '../../src/hr/decision.ts'
import { stepsOf } from '../../src/hr/steps-of.ts'

const decision = (more: Partial<Decision>): Decision => ({
  class: 'mover',
  action: 'none',
  key: '7',
  name: 'Ann Lee',
  changes: {},
  why: '',
  notes: [],
  ...more,
})
const account = { id: 'id-7', userPrincipalName: 'ann@contoso.com', enabled: true }
const title = { jobTitle: { old: null, new: 'Lead' } }

t.test('a new account has a password that is made, a manager who is made by another row, and groups', async t => {
  const wanted = { displayName: 'Ann Lee', userPrincipalName: 'ann@contoso.com' }
  const groups = { add: ['Sales'], remove: [], names: {} }
  t.strictSame(stepsOf(decision({ action: 'create', wanted, manager: { old: null, joiner: '8' }, groups })), [
    { kind: 'create-user', value: { ...wanted, generatePassword: true } },
    { kind: 'set-manager', value: { user: createdBy(0), manager: createdBy(0, '8') } },
    { kind: 'add-member', value: { group: 'Sales', member: createdBy(0) } },
  ])
  t.match(stepsOf(decision({ action: 'create', wanted }), ['employeeId']), [{ value: { unique: ['employeeId'] } }])
})

t.test('an account is restored before it is changed, and disabled before its sessions are revoked', async t => {
  t.strictSame(stepsOf(decision({ action: 'restore', account, changes: title })), [
    { kind: 'restore-user', value: { user: 'id-7' } },
    { kind: 'update-user', value: { user: 'id-7', jobTitle: 'Lead' } },
  ])
  const groups = { add: [], remove: ['Sales'], names: {} }
  t.strictSame(stepsOf(decision({ action: 'disable', account, groups, revokeSessions: true })), [
    { kind: 'disable-user', value: { user: 'id-7' } },
    { kind: 'remove-member', value: { group: 'Sales', member: 'id-7' } },
    { kind: 'revoke-sessions', value: { user: 'id-7' } },
  ])
  t.strictSame(stepsOf(decision({ action: 'delete', account })), [{ kind: 'delete-user', value: { user: 'id-7' } }])
})

t.test(
  'a name is changed by its new value, a manager set or cleared, and nothing done that is switched off',
  async t => {
    const changes = { ...title, userPrincipalName: { old: 'ann@contoso.com', new: 'ann.fox@contoso.com' } }
    t.strictSame(stepsOf(decision({ action: 'update', account, changes, manager: { old: 'x', new: null } })), [
      { kind: 'update-user', value: { user: 'id-7', jobTitle: 'Lead', newUserPrincipalName: 'ann.fox@contoso.com' } },
      { kind: 'clear-manager', value: { user: 'id-7' } },
    ])
    t.strictSame(stepsOf(decision({ account, manager: { old: null, new: 'id-8' } })), [
      { kind: 'set-manager', value: { user: 'id-7', manager: 'id-8' } },
    ])
    t.strictSame(stepsOf(decision({ action: 'update', account, changes, off: '--no-movers' })), [])
    t.strictSame(stepsOf(decision({ class: 'unmatched', account })), [])
  },
)
