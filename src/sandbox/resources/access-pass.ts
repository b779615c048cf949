import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { isFields, type Fields } from '../../core/json.ts'
import { isoTimeOfMs } from '../directory/iso-time.ts'
import { accessPassFaults } from './access-pass-faults.ts'
import type { PassPolicy } from './pass-policy.ts'
import { writeFaults } from './write-faults.ts'

/** A Temporary Access Pass as the directory keeps it: without its value. */
export interface AccessPass extends Fields {
  readonly id: string
  readonly createdDateTime: string
  readonly startDateTime: string
  readonly lifetimeInMinutes: number
  readonly isUsableOnce: boolean
  /** SHA-256 of its value, in hex. */
  readonly sha256: string
}

/** What a request asks of a new pass. */
type Asked = Partial<Pick<AccessPass, 'startDateTime' | 'lifetimeInMinutes' | 'isUsableOnce'>>

const tests: Readonly<Record<keyof Asked, (value: unknown) => boolean>> = {
  startDateTime: value =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)),
  lifetimeInMinutes: Number.isInteger,
  isUsableOnce: value => typeof value === 'boolean',
}

const readOnly = ['id', 'createdDateTime', 'isUsable', 'methodUsabilityReason', 'temporaryAccessPass']

/**
 * Reads what a request asks of a new pass. All of it is optional.
 *
 * @throws GraphFault 400
 */
export const askedPass = (body: unknown, policy: PassPolicy): Asked => {
  if (body === undefined) throw writeFaults.bodyMissing()
  if (!isFields(body)) throw writeFaults.bodyInvalid()
  const asked: { [name: string]: unknown } = {}
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@')) continue
    if (readOnly.includes(name)) throw writeFaults.readOnly(name)
    const test = Object.hasOwn(tests, name) ? tests[name as keyof Asked] : undefined
    if (!test) throw writeFaults.propertyUnknown(name)
    if (value === null) continue
    if (!test(value)) throw writeFaults.typeMismatch(name)
    asked[name] = value
  }
  const { lifetimeInMinutes: minutes = policy.defaultLifetimeInMinutes, isUsableOnce } = asked as Asked
  const { minimumLifetimeInMinutes: least, maximumLifetimeInMinutes: most } = policy
  if (minutes < least || minutes > most) throw accessPassFaults.lifetime(least, most)
  if (policy.isUsableOnce && isUsableOnce === false) throw accessPassFaults.onlyOnce()
  return asked
}

/** Makes a pass. Its value is random, and nowhere but in what is returned. @throws GraphFault 400 if it starts in the past */
export const newPass = (
  asked: Asked,
  policy: PassPolicy,
  nowMs: number,
): { readonly pass: AccessPass; readonly value: string } => {
  const value = randomBytes(policy.defaultLength).toString('base64').slice(0, policy.defaultLength)
  const createdDateTime = isoTimeOfMs(nowMs)
  const {
    startDateTime,
    lifetimeInMinutes = policy.defaultLifetimeInMinutes,
    isUsableOnce = policy.isUsableOnce,
  } = asked
  if (startDateTime !== undefined && Date.parse(startDateTime) < nowMs) throw accessPassFaults.startPast()
  return {
    value,
    pass: {
      id: randomUUID(),
      createdDateTime,
      startDateTime: startDateTime === undefined ? createdDateTime : isoTimeOfMs(Date.parse(startDateTime)),
      lifetimeInMinutes,
      isUsableOnce,
      sha256: createHash('sha256').update(value).digest('hex'),
    },
  }
}

/**
 * Serialises a pass. Nobody signs in at the sandbox, so that no pass is ever used.
 *
 * @param isAllowed whether the policy allows the pass
 * @param value only known when the pass is made
 * @see https://learn.microsoft.com/graph/api/resources/temporaryaccesspassauthenticationmethod
 */
export const passJson = (pass: AccessPass, isAllowed: boolean, nowMs: number, value: string | null): string => {
  const { id, createdDateTime, startDateTime, lifetimeInMinutes, isUsableOnce } = pass
  const startMs = Date.parse(startDateTime)
  const isOver = nowMs >= startMs + lifetimeInMinutes * 60_000
  const reason = isOver
    ? 'Expired'
    : !isAllowed
      ? 'DisabledByPolicy'
      : nowMs < startMs
        ? 'NotYetValid'
        : 'EnabledByPolicy'
  return JSON.stringify({
    id,
    temporaryAccessPass: value,
    createdDateTime,
    startDateTime,
    lifetimeInMinutes,
    isUsableOnce,
    isUsable: reason === 'EnabledByPolicy',
    methodUsabilityReason: reason,
  })
}
