import { hash } from 'node:crypto'
import { EntrapipeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { canonicalJson } from '../store/identity.ts'
import type { Queries } from '../store/tables/tables.ts'
import type { Person } from './job.ts'

/** A key with which the same request, sent twice, makes one job. It holds for 24 hours, for one person and path. */
export interface IdempotencyKey {
  /** What the request was sent to: `POST /api/jobs`. */
  readonly path: string
  readonly name: string
  /** The request. With another one, the key is refused. */
  readonly body: Json
}

const lifeMs = 24 * 60 * 60 * 1000

/**
 * Claims a key, in the transaction that makes its job. Returns the id of the job that was made with it before.
 *
 * @throws EntrapipeError `KEY_REUSED` if the key was used for another request
 */
export const claimKey = async (
  on: Queries,
  { path, name, body }: IdempotencyKey,
  { id }: Person,
  now: number,
): Promise<string | undefined> => {
  const digest = hash('sha256', canonicalJson(body))
  await on.query('delete from idempotency_keys where created_at <= $1', [now - lifeMs])
  const claimed = await on.query(
    `insert into idempotency_keys (person, path, name, body_hash, job, created_at) values ($1, $2, $3, $4, '', $5)
     on conflict do nothing returning name`,
    [id, path, name, digest, now],
  )
  if (claimed.length > 0) return undefined
  const [known] = await on.query(
    'select body_hash, job from idempotency_keys where person = $1 and path = $2 and name = $3',
    [id, path, name],
  )
  if (known?.['body_hash'] === digest) return String(known['job'])
  throw new EntrapipeError('KEY_REUSED', `The key ${name} was used for another request.`, {
    fix: 'Use a new key for each request, and the same one only to send the same request again.',
  })
}

/** Saves the job that was made with a key. */
export const saveKey = (on: Queries, { path, name }: IdempotencyKey, { id }: Person, job: string): Promise<unknown> =>
  on.query('update idempotency_keys set job = $4 where person = $1 and path = $2 and name = $3', [id, path, name, job])
