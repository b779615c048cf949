import t from 'tap'
import { withoutSecrets } from '../../src/store/kept-input.ts'
import { newRun, storeIn } from './fixtures.ts'

t.test('a secret that contains another one is removed completely, in any order of the columns', async t => {
  const secrets = { initialPassword: 'Sommer', password: 'Sommer2026!x' }
  const reversed = { password: 'Sommer2026!x', initialPassword: 'Sommer' }
  for (const input of [secrets, reversed])
    t.equal(
      withoutSecrets('password "Sommer2026!x" is refused, not "Sommer"', input),
      'password "***" is refused, not "***"',
    )
})

t.test('a secret that is part of a fixed word or of a column stays there, and is removed everywhere else', async t => {
  for (const [text, password, expected] of [
    ['passwordProfile', 'password', 'passwordProfile'],
    ['The initial password is too weak.', 'password', 'The initial password is too weak.'],
    ['The initial password password is weak.', 'password', 'The initial password *** is weak.'],
    ['passwordProfile', 'passwordProfile', '***'],
    ['got "passwordProfile2", "\\npassword", password', 'password', 'got "***Profile2", "\\n***", ***'],
    ['Column Start password (old) has "old)"', 'old)', 'Column Start password (old) has "***"'],
    ['Column Start password (old) has "Start"', 'Start', 'Column Start password (old) has "***"'],
    ['xpasswordProfile', 'password', 'x***Profile'],
    ['a$b.passwordProfile', '$b.', 'a***passwordProfile'],
    ['a-b of my-a-b', 'a-b', '*** of my-***'],
  ] as const)
    t.equal(withoutSecrets(text, { 'Start password (old)': password, 'my-a-b c': 'x' }), expected)
})

t.test('the texts of a stored result have no secret of its row, and codes and ids are unchanged', async t => {
  const run = await storeIn(t, t.testdir({})).create(newRun())
  const input = { password: 'Sommer2026!x', name: 'Anna' }
  const said = 'Anna: Sommer2026!x'
  const texts = { target: said, action: said, message: said, fix: said }
  const names = { operation: 'Sommer2026!x', code: 'Sommer2026!x', id: 'Sommer2026!x', requestId: 'Sommer2026!x' }
  await run.appendResults(0, [{ key: 1, outcome: 'failed', ...texts, ...names, status: 400, attempt: 2, input }])
  const { sequence: _, at: __, phase: ___, ...stored } = (await run.readResults())[0]!
  t.strictSame(stored, {
    key: 1,
    outcome: 'failed',
    ...names,
    ...Object.fromEntries(Object.keys(texts).map(name => [name, 'Anna: ***'])),
    status: 400,
    attempt: 2,
  })
})

t.test('true and false are no secrets: what replaces them in a message would say what they are', async t => {
  const text = 'Expected accountEnabled to be true or false, got "maybe".'
  for (const password of ['true', 'False']) t.equal(withoutSecrets(text, { password, accountEnabled: 'maybe' }), text)
})

t.test('a row that could not be read is sealed as a whole if it has a column with secrets', async t => {
  const run = await storeIn(t, t.testdir({})).create(newRun())
  const input = { name: 'Sommer2026!x', password: '', 'cell 3': 'Anna' }
  const failed = { key: 1, outcome: 'failed', code: 'ROW_INVALID' } as const
  await run.appendResults(0, [
    { ...failed, operation: 'csv', isUnread: true, input },
    { ...failed, key: 2, operation: 'csv', isUnread: true, input: { name: 'Sommer2026!x', note: '' } },
    { ...failed, key: 3, operation: 'create-user', input },
  ])
  t.strictSame(
    (await run.readRows()).map(row => row.input?.columns),
    [
      [['name'], ['password', ''], ['cell 3']],
      [
        ['name', 'Sommer2026!x'],
        ['note', ''],
      ],
      [
        ['name', 'Sommer2026!x'],
        ['password', ''],
        ['cell 3', 'Anna'],
      ],
    ],
  )
  t.strictSame((await run.readFailures())[0]!.input, input)
})
