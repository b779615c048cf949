import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { isFields, type Fields } from '../../core/json.ts'
import { isoTimeOfMs } from '../directory/iso-time.ts'
import { accessPassFaults } from './access-pass-faults.ts'
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

/**
 * The policy of a tenant that enables passes and changes nothing else.
 *
 * @see https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass#enable-the-temporary-access-pass-policy
 */
const policy = { shortest: 60, longest: 480, lifetimeInMinutes: 60, isUsableOnce: false, length: 8 } as const

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
export const askedPass = (body: unknown): Asked => {
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
  const { lifetimeInMinutes: minutes = policy.lifetimeInMinutes } = asked as Asked
  if (minutes < policy.shortest || minutes > policy.longest)
    throw accessPassFaults.lifetime(policy.shortest, policy.longest)
  return asked
}

/** Makes a pass. Its value is random, and nowhere but in what is returned. @throws GraphFault 400 if it starts in the past */
export const newPass = (asked: Asked, nowMs: number): { readonly pass: AccessPass; readonly value: string } => {
  const value = randomBytes(policy.length).toString('base64').slice(0, policy.length)
  const createdDateTime = isoTimeOfMs(nowMs)
  const { startDateTime, lifetimeInMinutes = policy.lifetimeInMinutes, isUsableOnce = policy.isUsableOnce } = asked
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
 * @param value only known when the pass is made
 * @see https://learn.microsoft.com/graph/api/resources/temporaryaccesspassauthenticationmethod
 */
export const passJson = (pass: AccessPass, nowMs: number, value: string | null): string => {
  const { id, createdDateTime, startDateTime, lifetimeInMinutes, isUsableOnce } = pass
  const startMs = Date.parse(startDateTime)
  const reason =
    nowMs < startMs ? 'NotYetValid' : nowMs < startMs + lifetimeInMinutes * 60_000 ? 'EnabledByPolicy' : 'Expired'
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
