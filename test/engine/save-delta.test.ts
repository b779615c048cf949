import t from 'tap'
import type { Context } from '../../src/core/context.ts'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { DeltaSource } from '../../src/core/parts.ts'
import { saveDelta } from '../../src/engine/save-delta.ts'
import type { Started } from '../../src/engine/run-request.ts'

const started = (save: DeltaSource['save']): { readonly started: Started; readonly notes: string[] } => {
  const notes: string[] = []
  const onEvent = (event: { readonly note?: string }): void => void notes.push(event.note ?? '')
  return { started: { plan: { source: { delta: { save } } }, request: { onEvent } } as unknown as Started, notes }
}

t.test('a run whose changes another one has saved says so', async t => {
  const other = started(async () => 'Another run ended first.')
  await saveDelta(other.started, {} as Context)
  t.strictSame(other.notes, ['Another run ended first.'])
  const own = started(async () => undefined)
  await saveDelta(own.started, {} as Context)
  t.strictSame(own.notes, [])
})

t.test(
  'an error while it is saved says that the output is published, and that its changes are reported again',
  async t => {
    const full = new EntrapipeError('DISK_FULL', 'The disk is full.', {
      fix: 'Free some space.',
      facts: { path: '/store' },
    })
    const failing = started(() => Promise.reject(full))
    const error = await saveDelta(failing.started, {} as Context).catch((error: unknown) => error)
    t.match(error, {
      code: 'DISK_FULL',
      message: 'The disk is full. The output is published and complete. The next run reports its changes again.',
      fix: 'Free some space.',
      facts: { path: '/store' },
      cause: undefined,
    })
  },
)
