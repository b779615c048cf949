import { isNotUndoable } from './not-undoable.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { planIdOf } from '../../src/data/sku-catalogue.ts'
import type { LicenceSettings } from '../../src/sandbox/directory/licences/settings.ts'
import type { LicenceTruth } from '../../src/sandbox/directory/licences/types.ts'
import { skuOf } from '../licensing/products.ts'
import type { Booked } from './books.ts'
import type { Performed } from './perform.ts'
import { csvFile, staff } from './population.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

const [e3, e5] = ['SPE_E3', 'SPE_E5'].map(skuOf) as [string, string]
const [sway, theirs] = [planIdOf('SWAY'), planIdOf('YAMMER_ENTERPRISE')]

/** The products of a tenant whose units are enough for a campaign. */
export const licencesOfCampaign = (rows: number): LicenceSettings => ({
  skus: ['SPE_E3', 'SPE_E5', 'POWER_BI_PRO'].map(sku => ({ sku, enabled: rows * 2 })),
})

/** What somebody has of a product directly: the plans that are off, in order; undefined without it. */
type Held = readonly string[] | undefined

const isSame = (one: Held, other: Held): boolean => one?.toSorted().join() === other?.toSorted().join()

/** Whether a time began with a request that ended the one before: it changed plans only. */
const isContinued = ({ user, sku, request }: LicenceTruth, lines: readonly LicenceTruth[]): boolean =>
  lines.some(each => each.user === user && each.sku === sku && each.untilRequest === request && request !== null)

/** The lines of a list that another one has less often. */
const linesOnlyIn = (one: readonly string[], other: readonly string[]): readonly string[] => {
  const left = new Map<string, number>()
  for (const line of other) left.set(line, (left.get(line) ?? 0) + 1)
  return one.filter(line => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}

/** Users get two products, plans are turned off, one product is replaced, and one removed; each is undone. */
export const licenceTrials = (stage: Stage, rows: number) => {
  const { directory } = stage
  const users = staff(stage, Math.ceil(rows / 2), { usageLocation: 'DE' })
  const rivals = new Set<string>()
  /** Of whom it is not known whether a run changed them. */
  const unsure = new Set<string>()
  const of = (value: Booked['value']): string => String(value['user'])
  const heldBy = (user: string, sku: string): Held =>
    directory.licences.states(user).find(({ by, skuId }) => by === null && skuId === sku)?.disabledPlans
  const truth = (): readonly LicenceTruth[] => [...directory.licences.truth()].filter(({ by }) => by === 'direct')

  /** Somebody else sets what a user has of a product. */
  const set = (user: string, sku: string, plans: Held): boolean => {
    const at = new Date(directory.now()).toISOString()
    const others = directory.licences
      .states(user)
      .filter(({ by, skuId }) => by === null && skuId !== sku)
      .map(({ skuId, disabledPlans, at: since }) => ({ skuId, disabledPlans, at: since }))
    const values = { assignedLicenses: [...others, ...(plans ? [{ skuId: sku, disabledPlans: plans, at }] : [])] }
    const made = mutate(stage, { do: 'update', kind: 'user', id: user, values })
    if (made) rivals.add(user)
    return made
  }
  /** Changes a user whom nobody else has changed. */
  const rivalOf =
    (perUser: number, change: (user: string, isUnderWay: boolean) => boolean): NonNullable<Trial['rival']> =>
    (place, isUnderWay) => {
      const user = users[Math.min(Math.floor(place / perUser), users.length - 1)]!
      return !rivals.has(user) && change(user, isUnderWay)
    }
  /** Whether an undo has restored what its row says. */
  const isAsBefore = (value: Booked['value']): boolean => {
    const states = (value['states'] ?? { [String(value['sku'])]: value['disabledPlans'] }) as Readonly<
      Record<string, readonly string[] | null>
    >
    return Object.entries(states).every(([sku, plans]) => isSame(heldBy(of(value), sku), plans ?? undefined))
  }
  /** Judges by the times that began, or ended, in the truth. */
  const judgeBy =
    (
      nameOf: (value: Booked['value']) => string,
      deedOf: (
        line: LicenceTruth,
        all: readonly LicenceTruth[],
      ) => { readonly name: string; readonly client: string | null } | undefined,
      isAsWanted: (value: Booked['value']) => boolean,
    ): Trial['judge'] =>
    () => {
      const deeds = deedsBy()
      for (const own of Map.groupBy(truth(), ({ user }) => user).values())
        for (const line of own) {
          const deed = line.request === null && line.untilRequest === null ? undefined : deedOf(line, own)
          if (deed) deeds.add(deed.name, deed.client)
        }
      return ({ value, outcome, code }) => {
        const isOwn = !rivals.has(of(value))
        return {
          deeds: deeds.of(nameOf(value)),
          // What an earlier trial left unknown is not as the undo expects it.
          mustBeDone: isOwn && !unsure.has(of(value)) && !isNotUndoable(code) && outcome !== 'unchanged',
          isAsWanted: !isOwn || isAsWanted(value),
        }
      }
    }
  const pair = (value: Booked['value']): string => `${of(value)}/${String(value['sku'])}`
  const began =
    (sku: string | undefined, plans?: readonly string[]) =>
    ({ user, sku: held, disabledPlans, request, client }: LicenceTruth) =>
      request !== null && (sku === undefined || held === sku) && (!plans || isSame(disabledPlans, plans))
        ? { name: sku === undefined ? `${user}/${held}` : user, client }
        : undefined
  const endedOf =
    (sku: string | undefined) =>
    ({ user, sku: held, untilRequest, untilClient }: LicenceTruth, all: readonly LicenceTruth[]) =>
      untilRequest !== null &&
      (sku === undefined || held === sku) &&
      !all.some(each => each.sku === held && each.request === untilRequest)
        ? { name: sku === undefined ? `${user}/${held}` : user, client: untilClient }
        : undefined
  const trial = (name: string, more: Pick<Trial, 'judge'> & Partial<Trial>) => ({
    name,
    writes: ['POST /users/*/assignLicense'],
    rows: users.length,
    rowsPerWrite: 1,
    ended(books: readonly Booked[]) {
      for (const { outcome, value } of books) if (outcome === 'unknown') unsure.add(of(value))
      return []
    },
    ...more,
  })
  const file = (name: string, lines: readonly string[]): string =>
    csvFile(stage, name, 'UserPrincipalName,LicenseSKU', lines)
  const ofE3 = file(
    'e3.csv',
    users.map(user => `${user},SPE_E3`),
  )

  const assign: Trial = trial('assign licences', {
    args: [
      ...['licenses', 'assign', '--from'],
      file(
        'assign.csv',
        users.flatMap(user => [`${user},SPE_E3`, `${user},Power BI Pro`]),
      ),
    ],
    rows: users.length * 2,
    rowsPerWrite: 2,
    rival: rivalOf(2, (user, isUnderWay) => set(user, e3, isUnderWay ? [theirs] : [])),
    judge: judgeBy(pair, began(undefined), value => isSame(heldBy(of(value), String(value['sku'])), [])),
    again: 'unchanged',
  }) as Trial
  const undoAssign = trial('undo the assignment', {
    rows: users.length * 2,
    rowsPerWrite: 2,
    judge: judgeBy(pair, endedOf(undefined), value => heldBy(of(value), String(value['sku'])) === undefined),
  })
  const modify = trial('turn plans off', {
    args: ['licenses', 'modify', '--from', ofE3, '--disable-plans', 'SWAY'],
    rival: rivalOf(1, (user, isUnderWay) => set(user, e3, isUnderWay ? [theirs] : [sway])),
    judge: judgeBy(of, began(e3, [sway]), value => isSame(heldBy(of(value), e3), [sway])),
  }) as Trial
  const undoModify = trial('undo it', {
    judge: judgeBy(of, began(e3, []), isAsBefore),
  })
  const transfer = trial('transfer licences', {
    args: ['licenses', 'transfer', '--from', ofE3, '--to', 'SPE_E5'],
    rival: rivalOf(1, user => set(user, e3, [theirs])),
    judge: judgeBy(of, began(e5), value => heldBy(of(value), e5) !== undefined && heldBy(of(value), e3) === undefined),
  }) as Trial
  const undoTransfer = trial('undo the transfer', {
    judge: judgeBy(of, began(e3), isAsBefore),
  })
  const remove = trial('remove licences', {
    args: [
      ...['licenses', 'remove', '--from'],
      file(
        'remove.csv',
        users.flatMap(user => [`${user},SPE_E3`, `${user},Power BI Pro`]),
      ),
    ],
    rows: users.length * 2,
    rowsPerWrite: 2,
    rival: rivalOf(2, (user, isUnderWay) => set(user, e3, isUnderWay ? [theirs] : undefined)),
    judge: judgeBy(pair, endedOf(undefined), value => heldBy(of(value), String(value['sku'])) === undefined),
  }) as Trial
  const undoRemove = trial('undo the removal', {
    rows: users.length * 2,
    rowsPerWrite: 2,
    judge: judgeBy(pair, began(undefined), isAsBefore),
  })

  /** The ledger of all runs, against the truth: whatever the program did is in it, once. */
  const ledger = async (): Promise<Performed> => {
    const { status, stderr } = await stage.run(['licenses', 'ledger', '--tenant', 'sandbox', '--to', 'ledger.jsonl'])
    const wrong = status === (unsure.size > 0 ? 7 : 0) ? [] : [`The ledger ended with ${status}: ${stderr}`]
    const lines = readFileSync(join(stage.folder, 'ledger.jsonl'), 'utf8').split('\n')
    const told = lines
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Record<string, unknown>)
      .filter(({ row }) => row === 'change')
      .map(({ user, change, skuId }) => `${String(user)} ${String(change)} ${String(skuId)}`)
    const all = truth()
    const own = [...Map.groupBy(all, ({ user }) => user).values()].flatMap(ofUser =>
      ofUser.flatMap(line => {
        const ended = endedOf(undefined)(line, ofUser)
        return [
          ...(line.client !== null && !isContinued(line, ofUser) ? [`${line.user} gained ${line.sku}`] : []),
          ...(ended && ended.client !== null ? [`${line.user} lost ${line.sku}`] : []),
        ]
      }),
    )
    const isUnsure = (line: string): boolean => unsure.has(line.split(' ')[0]!)
    const [many, few] = [told, own].map(each => each.filter(line => !isUnsure(line)))
    wrong.push(
      ...linesOnlyIn(many!, few!).map(line => `The ledger says, and the truth does not: ${line}`),
      ...linesOnlyIn(few!, many!).map(line => `The ledger lacks: ${line}`),
    )
    return {
      ...{ name: 'the ledger', run: '', status, wrong, kills: {}, seconds: 0, rivals: rivals.size },
      ...{ outcomes: { lines: told.length }, unknown: { done: 0, notDone: 0 } },
    }
  }
  return { assign, undoAssign, modify, undoModify, transfer, undoTransfer, remove, undoRemove, ledger }
}
