import { EntrapipeError } from '../core/errors.ts'
import type { IdempotencyKey } from './idempotency.ts'
import type { Person } from './job.ts'

/**
 * Returns a function that runs `work` unless the same person's request with the same key is in progress in this process: it then throws
 * `KEY_ACTIVE`. Without a key it always runs.
 */
export const oncePerKey = () => {
  const keys = new Set<string>()
  return async <T>(person: Person, key: IdempotencyKey | undefined, work: () => Promise<T>): Promise<T> => {
    if (!key) return work()
    const text = JSON.stringify([person.id, key.path, key.name])
    if (keys.has(text))
      throw new EntrapipeError('KEY_ACTIVE', `A request with the key ${key.name} is in progress.`, {
        fix: 'Send it again once that one has its answer.',
      })
    keys.add(text)
    try {
      return await work()
    } finally {
      keys.delete(text)
    }
  }
}
